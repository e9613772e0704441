//! The standard normal quantile.

use super::polynomial;

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
    fn what_is_no_probability_has_no_quantile() {
        for p in [0.0, 1.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(normal_quantile(p), None);
        }
    }
}
