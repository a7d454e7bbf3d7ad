//! The whole program, as people use it.
