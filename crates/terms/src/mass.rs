//! Masses on the record are whole micrograms, so that a ledger adds up exactly.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// A mass of MDMA hydrochloride as labelled, in µg of the salt. Negative only as a shortfall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micrograms(pub i64);

impl Micrograms {
    pub const ZERO: Self = Self(0);

    pub const fn from_mg(mg: i64) -> Self {
        Self(mg * 1000)
    }

    /// In mg, for showing and for arithmetic that is not a ledger's.
    pub fn mg(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl Add for Micrograms {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Micrograms {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Micrograms {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Micrograms {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Micrograms {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl std::iter::Sum for Micrograms {
    fn sum<I: Iterator<Item = Self>>(masses: I) -> Self {
        masses.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Micrograms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % 1000 == 0 { write!(f, "{} mg", self.0 / 1000) } else { write!(f, "{} mg", self.mg()) }
    }
}
