//! The standard normal distribution and its quantile.

use super::polynomial;

/// The standard normal probability of a value up to `z`, about 1 part in 10¹⁵ also far out on the left. For
/// the upper tail pass −z. `None` for NaN.
pub fn normal_cdf(z: f64) -> Option<f64> {
    (!z.is_nan()).then(|| normal_below(z))
}

/// The same for a number known to be one. Cody, "Rational Chebyshev approximations for the error function",
/// Mathematics of Computation 23, 1969, 631–637, in the normal form of his program ANORM (ACM TOMS 19(1),
/// 1993, 22–30, algorithm 715).
pub(crate) fn normal_below(z: f64) -> f64 {
    let size = z.abs();
    if size <= 0.67448975 {
        return 0.5 + z * polynomial(&CDF_CENTRE.0, z * z) / polynomial(&CDF_CENTRE.1, z * z);
    }
    let ratio = if size <= 32f64.sqrt() {
        polynomial(&CDF_SHOULDER.0, size) / polynomial(&CDF_SHOULDER.1, size)
    } else {
        let r = 1.0 / size / size;
        (ONE_OVER_ROOT_TWO_PI - r * polynomial(&CDF_FAR.0, r) / polynomial(&CDF_FAR.1, r)) / size
    };
    let tail = if size > 40.0 { 0.0 } else { bell(size) * ratio };
    if z < 0.0 { tail } else { 1.0 - tail }
}

/// exp(−z²/2), z split in two so that its square loses nothing.
fn bell(z: f64) -> f64 {
    let high = (z * 16.0).trunc() / 16.0;
    (-0.5 * high * high).exp() * (-0.5 * (z - high) * (z + high)).exp()
}

/// The standard normal quantile: the z below which a share `p` lies. `None` unless 0 < p < 1.
///
/// Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics
/// 37(3), 1988, 477–484 (PPND16; about 1 part in 10¹⁶). For the upper tail pass the small
/// probability and change the sign: 1 − p has lost its digits.
pub fn normal_quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.425 * 0.425 - q * q;
        return Some(q * polynomial(&CENTRE.0, r) / polynomial(&CENTRE.1, r));
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let (shift, (top, bottom)) = if r <= 5.0 { (1.6, &SHOULDER) } else { (5.0, &FAR) };
    let z = polynomial(top, r - shift) / polynomial(bottom, r - shift);
    Some(if q < 0.0 { -z } else { z })
}

/// Coefficients from the constant term up, numerator and denominator.
type Rational = ([f64; 8], [f64; 8]);

const CENTRE: Rational = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);

const SHOULDER: Rational = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const FAR: Rational = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

const ONE_OVER_ROOT_TWO_PI: f64 = 0.398_942_280_401_432_7;

const CDF_CENTRE: ([f64; 5], [f64; 5]) = (
    [
        18_154.981_253_343_56,
        1_067.689_485_460_370_9,
        161.028_231_068_555_87,
        2.235_252_035_460_683_7,
        0.065_682_337_918_207_45,
    ],
    [45_507.789_335_026_73, 10_260.932_208_618_979, 976.098_551_737_776_7, 47.202_581_904_688_245, 1.0],
);

const CDF_SHOULDER: ([f64; 9], [f64; 9]) = (
    [
        9_842.714_838_383_978,
        11_602.651_437_647_35,
        6_848.190_450_536_283,
        2_494.537_585_290_372_6,
        597.270_276_394_800_2,
        93.506_656_132_177_85,
        8.883_149_794_388_377,
        0.398_941_512_088_134_66,
        1.076_557_677_372_019_2e-8,
    ],
    [
        19_685.429_676_859_992,
        38_912.003_286_093_27,
        34_900.952_721_145_98,
        18_615.571_640_885_097,
        6_485.558_298_266_761,
        1_519.377_599_407_554_7,
        235.387_901_782_625,
        22.266_688_044_328_117,
        1.0,
    ],
);

const CDF_FAR: ([f64; 6], [f64; 6]) = (
    [
        2.911_287_495_116_879_3e-5,
        0.001_421_619_193_227_893_4,
        0.022_235_277_870_649_807,
        0.127_401_161_160_247_36,
        0.215_898_534_057_957,
        0.023_073_441_764_940_174,
    ],
    [
        7.297_515_550_839_662e-5,
        0.003_782_396_332_027_582_4,
        0.065_988_137_868_928_56,
        0.468_238_212_480_865_1,
        1.284_260_096_144_911,
        1.0,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::close;

    #[test]
    fn normal_quantiles_agree_with_r() {
        // Base R 4.2.2, qnorm.
        let rows = [
            (1e-300, -37.0470962993612),
            (1e-20, -9.26234008979841),
            (1e-10, -6.36134090240406),
            (1e-05, -4.26489079392283),
            (0.001, -3.09023230616781),
            (0.025, -1.95996398454005),
            (0.1, -1.2815515655446),
            (0.9, 1.2815515655446),
            (0.975, 1.95996398454005),
            (0.999, 3.09023230616781),
            (0.9999999999, 6.36134088969742),
        ];
        for (p, want) in rows {
            let got = normal_quantile(p).unwrap();
            assert!(close(got, want, 5e-15), "p = {p}: {got} and not {want}");
        }
        assert_eq!(normal_quantile(0.5), Some(0.0));
    }

    #[test]
    fn normal_probabilities_agree_with_r() {
        // Base R 4.2.2, pnorm. The last two: 30-digit arithmetic.
        let rows = [
            (-20.0, 2.75362411860623e-89),
            (-8.0, 6.22096057427178e-16),
            (-3.0, 0.00134989803163009),
            (-1.0, 0.158655253931457),
            (1e-9, 0.500000000398942),
            (1.0, 0.841344746068543),
            (3.0, 0.99865010196837),
            (-37.0, 5.725_571_222_524_577e-300),
            (-5.7, 5.990_371_401_063_528e-9),
        ];
        for (z, want) in rows {
            let got = normal_cdf(z).unwrap();
            assert!(close(got, want, 5e-15), "z = {z}: {got} and not {want}");
        }
        assert_eq!(normal_cdf(0.0), Some(0.5));
        assert_eq!(normal_cdf(f64::NEG_INFINITY), Some(0.0));
        assert_eq!(normal_cdf(f64::INFINITY), Some(1.0));
        assert_eq!(normal_cdf(f64::NAN), None);
    }

    #[test]
    fn a_quantile_leads_back_to_its_probability() {
        let mut p = 1e-300;
        while p < 0.5 {
            let got = normal_cdf(normal_quantile(p).unwrap()).unwrap();
            // An error in z moves the probability by z² ≈ −2 ln p times as much.
            assert!(close(got, p, 1.5e-15 * (3.0 - p.ln())), "p = {p}: {got}");
            p *= 1.37;
        }
    }

    #[test]
    fn what_is_no_probability_has_no_quantile() {
        for p in [0.0, 1.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(normal_quantile(p), None);
        }
    }
}
