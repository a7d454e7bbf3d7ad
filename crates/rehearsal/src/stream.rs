//! Streams of random numbers, each named by a seed and a purpose.
//!
//! Counter-based: a stream's numbers depend on its name alone, not on who asked before or on how many threads. The
//! few samplers are our own and pinned by tests, since a library's may change between versions.

/// A stream of draws. Two streams with the same seed and name say the same.
#[derive(Clone, Debug)]
pub struct Stream {
    key: u64,
    counter: u64,
}

/// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
///
/// # Source
/// Steele, Lea and Flood (2014), OOPSLA, "Fast splittable pseudorandom number generators".
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Stream {
    pub fn new(seed: u64, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self { key: mix(hash ^ mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15))), counter: 0 }
    }

    fn next(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(1);
        mix(self.key.wrapping_add(self.counter.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// Between 0 and 1, never either.
    pub fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Standard normal, by the inverse of its distribution.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    pub fn bernoulli(&mut self, chance: f64) -> bool {
        self.uniform() < chance
    }

    /// A whole number from 0 to `count - 1`.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.uniform() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// One of `choices`, which must not be empty.
    pub fn choice<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// The inverse of the standard normal distribution, to about nine digits: enough for a draw.
///
/// # Source
/// Acklam (2003), "An algorithm for computing the inverse normal cumulative distribution function".
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let polynomial = |terms: &[f64], x: f64| terms.iter().fold(0.0, |sum, term| sum * x + term);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        polynomial(&C, q) / polynomial(&D, q)
    };
    if p < 0.02425 {
        return tail(p);
    }
    if p > 1.0 - 0.02425 {
        return -tail(1.0 - p);
    }
    let q = p - 0.5;
    let square = q * q;
    q * polynomial(&A, square) / polynomial(&B, square)
}

/// The standard normal distribution function, to about seven digits.
///
/// # Source
/// Abramowitz and Stegun (1964), 26.2.17.
pub fn normal_cdf(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let poly = t
        * (0.319_381_530
            + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if z > 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_says_the_same_for_ever() {
        let mut stream = Stream::new(7, "a purpose");
        let drawn: Vec<u64> = (0..4).map(|_| stream.next()).collect();
        let golden = [2782297055358102763, 7922871632011642127, 16861948876913526644, 12378908566197916379];
        assert_eq!(drawn, golden, "every rehearsal's record would change");
        assert_ne!(Stream::new(7, "another").next(), drawn[0]);
        assert_ne!(Stream::new(8, "a purpose").next(), drawn[0]);
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut stream = Stream::new(1, "moments");
        let count = 200_000;
        let normals: Vec<f64> = (0..count).map(|_| stream.normal()).collect();
        let mean = normals.iter().sum::<f64>() / f64::from(count);
        let square = normals.iter().map(|z| z * z).sum::<f64>() / f64::from(count);
        assert!(mean.abs() < 0.01 && (square - 1.0).abs() < 0.01, "{mean} {square}");
        let heads = (0..count).filter(|_| stream.bernoulli(0.3)).count();
        assert!((heads as f64 / f64::from(count) - 0.3).abs() < 0.005);
        assert!((0..1000).map(|_| stream.below(7)).max() == Some(6));
    }

    #[test]
    fn the_normal_and_its_inverse_fit() {
        for p in [0.001, 0.02, 0.3, 0.5, 0.9, 0.999] {
            assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-6, "{p}");
        }
    }
}
