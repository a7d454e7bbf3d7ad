//! The list of diagnostics. A number is never used again for something else.
//!
//! Each has a page in `docs/codes/`, and a fixture that triggers it in `tests/codes/`; a test sees to both.

use terms::Code;

macro_rules! codes {
    ($($name:ident $number:literal $title:literal)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code($number);
        )*

        /// Each code with its title, in order.
        pub const ALL: &[(Code, &str)] = &[$(($name, $title)),*];
    };
}

codes! {
    // The form of the file.
    SYNTAX "P0001" "the file is not valid TOML"
    UNKNOWN_KEY "P0002" "a key is not known here"
    MISSING_KEY "P0003" "a key is missing"
    WRONG_TYPE "P0004" "a value is of another type than expected"
    UNKNOWN_WORD "P0005" "a word is not one of those that are known here"
    OUT_OF_RANGE "P0006" "a value is outside its range"
    NOT_AN_ID "P0007" "an id has letters that ids may not have"
    EMPTY "P0008" "a list or a text is empty"
    // Names.
    DUPLICATE_ID "P0101" "the same id is used twice"
    UNKNOWN_VISIT "P0102" "a visit is named that the protocol does not have"
    UNKNOWN_INSTRUMENT "P0103" "an instrument is named that is not known"
    UNKNOWN_SCORE "P0104" "an endpoint uses a score that its instrument does not have"
    UNKNOWN_SOURCE "P0105" "a statement names a source that is not listed"
    // The schedule.
    VISIT_CYCLE "P0201" "visits wait for each other in a circle"
    WINDOW_REVERSED "P0202" "a window does not contain its target"
    VISIT_LISTED_EARLY "P0203" "a visit is listed before one that it follows"
    WINDOW_TOO_EARLY "P0204" "a visit's window closes before that of a visit it follows opens"
    TIMEPOINT_TWICE "P0205" "two visits carry the same timepoint"
    DAY_WITHOUT_ANCHOR "P0206" "a target day, its anchor and its window do not go together"
    SESSION_NUMBERS "P0207" "the sessions of a kind are not numbered 1, 2, 3 in order"
    // Dosing and monitoring.
    SUPPLEMENT_OUTSIDE_SESSION "P0301" "the supplemental dose may be given outside the session"
    SUPPLEMENTS_UNMATCHED "P0302" "the supplemental doses do not match the initial doses"
    DOSING_SESSIONS_DISAGREE "P0303" "dosing visits and dose regimens disagree"
    KIT_TOO_SMALL "P0304" "a kit does not hold the largest dose"
    KITS_PER_PARTICIPANT "P0305" "the number of kits is not the number of dosing sessions"
    MOMENT_AFTER_SESSION "P0306" "vital signs are due after the session has ended"
    DOSE_WITHOUT_VITALS "P0307" "a dose has no vital signs before it"
    LIMIT_NOT_MEASURED "P0308" "a limit is set on a vital sign that is not measured in time"
    // Arms and blinding.
    RATIO_LENGTH "P0401" "the allocation ratio has not one part per arm"
    REFERENCE_ARM "P0402" "there is not exactly one reference arm"
    BLOCK_SIZE "P0403" "a block cannot hold the allocation ratio a whole number of times"
    NOT_BLIND "P0404" "the primary endpoint is not rated blind to the arm"
    // Rules of eligibility.
    RULE_SYNTAX "P0501" "a rule cannot be read"
    UNKNOWN_VARIABLE "P0502" "a rule names a variable that is not known"
    RULE_TYPES "P0503" "a rule mixes numbers with yes and no"
    RULE_CONSTANT "P0504" "a rule always holds, or never does"
    DECIDED_TWICE "P0505" "a criterion must be decided by a rule or by a clinician"
    // Outcomes and analysis.
    UNKNOWN_TIMEPOINT "P0601" "a timepoint is named that no visit carries"
    INSTRUMENT_NOT_USED "P0602" "an endpoint's instrument is not used at its timepoint"
    PRIMARY_ENDPOINT "P0603" "there is not exactly one primary endpoint"
    ANALYSIS_TIMEPOINTS "P0604" "the timepoints of the analysis do not fit the primary endpoint"
    INSTRUMENT_NOT_AT_VISIT "P0605" "the uses of an instrument and the visits disagree"
    // Grounds and signatures.
    NEEDS_SIGN_OFF "P0701" "a value must be signed for"
    NO_SOURCE "P0702" "a statement has no source"
    UNVERIFIED "P0703" "statements are not verified"
    REHEARSAL_ONLY "P0704" "a real study rests on a sign-off for rehearsal only"
    UNKNOWN_SIGNED_KEY "P0705" "a sign-off names a value that cannot be signed for"
    ALREADY_STATED "P0706" "a sign-off supplies what the protocol states itself"
    OTHER_PROTOCOL "P0707" "a sign-off belongs to another protocol or version"
    IMPLAUSIBLE_LIMIT "P0708" "a limit is one that no living person comes near"
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_rise_and_are_used_once() {
        assert!(super::ALL.is_sorted_by(|a, b| a.0.0 < b.0.0));
        assert!(super::ALL.len() >= 25);
    }
}
