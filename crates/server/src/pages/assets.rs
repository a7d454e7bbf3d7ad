//! The two files that pages load, held in the binary, each under an address that changes with its content.

/// A file served beside the pages.
pub struct Asset {
    /// Where it is served, such as `/assets/stillroom.css`. A `?v=` behind it changes with the content.
    pub path: &'static str,
    pub content_type: &'static str,
    pub body: &'static str,
}

pub const STYLESHEET: Asset = Asset {
    path: "/assets/stillroom.css",
    content_type: "text/css; charset=utf-8",
    body: include_str!("../../assets/stillroom.css"),
};

pub const SCRIPT: Asset = Asset {
    path: "/assets/stillroom.js",
    content_type: "text/javascript; charset=utf-8",
    body: include_str!("../../assets/stillroom.js"),
};

pub const MARK: Asset = Asset {
    path: "/assets/mark.svg",
    content_type: "image/svg+xml",
    body: include_str!("../../assets/mark.svg"),
};

/// Everything to be served.
pub const ALL: &[Asset] = &[STYLESHEET, SCRIPT, MARK];

/// The policy that the pages are written for: nothing inline, nothing from another host.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

impl Asset {
    /// The path with the content's fingerprint, so that a browser may keep the file for ever.
    pub fn address(&self) -> String {
        format!("{}?v={:08x}", self.path, fingerprint(self.body))
    }
}

/// FNV-1a: tells two versions of a file apart. It guards nothing.
pub const fn fingerprint(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_has_another_address() {
        assert_ne!(fingerprint("a"), fingerprint("b"));
        assert_eq!(STYLESHEET.address(), STYLESHEET.address());
        assert!(SCRIPT.address().starts_with("/assets/stillroom.js?v="));
    }
}
