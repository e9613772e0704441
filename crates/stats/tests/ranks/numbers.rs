//! Published numbers, copied so that the tests need no other file.

use someasure_stats::{Correction, Side};

/// Name, mean score, standard error, lower and upper limit of the rank, whether it may be among the best five.
pub(crate) type Country = (&'static str, f64, f64, usize, usize, bool);

/// Mathematics in PISA 2018 (OECD), with the simultaneous 95% limits that csranks 1.2.2.9001 for R gives from 10,000
/// draws, `csranks(x, diag(se^2), coverage = 0.95, stepdown = TRUE, R = 10000, seed = 101)`, and the answer of
/// `cstaubest(…, tau = 5)`.
pub(crate) const PISA: [Country; 37] = [
    ("Australia", 491.360025247, 1.939833031, 12, 30, false),
    ("Austria", 498.94231377, 2.970998694, 7, 26, false),
    ("Belgium", 508.070306303, 2.262662011, 4, 18, true),
    ("Canada", 512.016942927, 2.357475749, 3, 17, true),
    ("Chile", 417.406556309, 2.41588757, 34, 36, false),
    ("Colombia", 390.932273205, 2.989559274, 36, 37, false),
    ("Costa Rica", 402.330558536, 3.288799353, 34, 37, false),
    ("Czech Republic", 499.467650823, 2.460661531, 7, 25, false),
    ("Denmark", 509.398374584, 1.735002337, 4, 18, true),
    ("Estonia", 523.414580187, 1.743602224, 1, 6, true),
    ("Finland", 507.301361844, 1.967920411, 4, 18, true),
    ("France", 495.407579391, 2.320214487, 12, 26, false),
    ("Germany", 500.043780512, 2.647083096, 7, 25, false),
    ("Greece", 451.370343808, 3.091228197, 31, 33, false),
    ("Hungary", 481.082636359, 2.319596741, 23, 30, false),
    ("Iceland", 495.187376222, 1.953082603, 12, 26, false),
    ("Ireland", 499.632893968, 2.198621128, 8, 25, false),
    ("Israel", 463.034548798, 3.498563228, 30, 33, false),
    ("Italy", 486.589857259, 2.780045867, 15, 30, false),
    ("Japan", 526.973250169, 2.471475318, 1, 6, true),
    ("Korea", 525.93300204, 3.121394315, 1, 7, true),
    ("Latvia", 496.126330623, 1.962766789, 12, 26, false),
    ("Lithuania", 481.191188396, 1.953282039, 23, 30, false),
    ("Luxembourg", 483.421485008, 1.097632409, 23, 30, false),
    ("Mexico", 408.801473375, 2.493225544, 34, 36, false),
    ("Netherlands", 519.230982393, 2.632277885, 1, 11, true),
    ("New Zealand", 494.489675976, 1.705942856, 12, 26, false),
    ("Norway", 500.963788463, 2.219044878, 7, 24, false),
    ("Poland", 515.647874654, 2.602085176, 1, 12, true),
    ("Portugal", 492.487406152, 2.684570081, 12, 30, false),
    ("Slovak Republic", 486.164854221, 2.555595707, 18, 30, false),
    ("Slovenia", 508.897544069, 1.363877596, 4, 18, true),
    ("Sweden", 502.387702155, 2.654250935, 5, 24, true),
    ("Switzerland", 515.31471311, 2.908003898, 1, 13, true),
    ("Türkiye", 453.507777435, 2.260406789, 31, 33, false),
    ("United Kingdom", 501.769899185, 2.564428111, 6, 24, false),
    ("United States", 478.244717373, 3.235444099, 23, 31, false),
];

/// Minutes to work in 51 states, 2011 American Community Survey (US Census Bureau), with 90% margins of error,
/// as in Klein, Wright & Wieczorek, JRSS C 69, 2020, and the limits of the rank, the shortest first, that their
/// definition gives when nothing is rounded. (They round the intervals to a tenth, which moves a limit of 9.)
pub(crate) const MINUTES_TO_WORK: [(&str, f64, f64, usize, usize); 51] = [
    ("SD", 16.9, 0.5, 1, 6),
    ("ND", 16.9, 0.6, 1, 6),
    ("WY", 18.1, 0.8, 1, 9),
    ("NE", 18.1, 0.3, 1, 8),
    ("MT", 18.2, 0.5, 1, 9),
    ("AK", 18.4, 0.5, 1, 9),
    ("IA", 18.8, 0.2, 3, 9),
    ("KS", 18.9, 0.3, 3, 9),
    ("ID", 19.7, 0.4, 4, 9),
    ("OK", 21.1, 0.2, 10, 14),
    ("AR", 21.3, 0.4, 10, 16),
    ("NM", 21.4, 0.4, 10, 16),
    ("UT", 21.6, 0.3, 10, 16),
    ("WI", 21.9, 0.2, 11, 16),
    ("VT", 21.9, 0.5, 10, 21),
    ("OR", 22.5, 0.3, 11, 24),
    ("KY", 22.9, 0.2, 15, 26),
    ("MN", 23.0, 0.2, 15, 27),
    ("OH", 23.1, 0.1, 16, 26),
    ("MO", 23.1, 0.2, 15, 27),
    ("RI", 23.4, 0.5, 15, 33),
    ("NC", 23.4, 0.2, 16, 29),
    ("ME", 23.4, 0.4, 15, 32),
    ("IN", 23.5, 0.2, 17, 30),
    ("SC", 23.6, 0.3, 16, 32),
    ("MS", 23.9, 0.4, 17, 36),
    ("AL", 23.9, 0.2, 21, 33),
    ("NV", 24.1, 0.4, 19, 37),
    ("MI", 24.1, 0.2, 21, 35),
    ("TN", 24.2, 0.2, 22, 35),
    ("LA", 24.5, 0.2, 23, 37),
    ("CO", 24.5, 0.3, 23, 38),
    ("TX", 24.8, 0.1, 29, 38),
    ("AZ", 24.8, 0.2, 27, 39),
    ("CT", 25.0, 0.3, 27, 40),
    ("DE", 25.3, 0.6, 25, 42),
    ("WA", 25.5, 0.2, 34, 41),
    ("WV", 25.6, 0.5, 30, 42),
    ("HI", 25.7, 0.4, 32, 42),
    ("FL", 25.8, 0.2, 35, 42),
    ("PA", 25.9, 0.1, 36, 42),
    ("NH", 26.9, 0.5, 37, 47),
    ("GA", 27.1, 0.3, 42, 46),
    ("CA", 27.1, 0.1, 42, 44),
    ("VA", 27.7, 0.2, 43, 47),
    ("MA", 28.0, 0.2, 43, 47),
    ("IL", 28.2, 0.2, 44, 47),
    ("DC", 30.1, 0.5, 48, 49),
    ("NJ", 30.5, 0.2, 48, 49),
    ("NY", 31.5, 0.2, 50, 51),
    ("MD", 32.2, 0.2, 50, 51),
];

/// Counts, what is asked, lower limits, upper limits.
pub(crate) type Counted = (&'static [u64], Side, Correction, &'static [usize], &'static [usize]);

const PARTIES: &[u64] = &[3, 12, 13, 17, 25, 30, 33, 35, 33, 43, 59, 60, 58, 73, 70, 79, 61, 82, 100, 114];

/// R's csranks 1.2.2.9001, `csranks_multinom(x, coverage = .95, simul = TRUE)`.
pub(crate) const COUNTED: [Counted; 7] = [
    (
        &[120, 100, 95, 60, 40, 39, 10, 2, 0],
        Side::Both,
        Correction::Holm,
        &[1, 1, 1, 3, 4, 4, 7, 7, 8],
        &[3, 3, 4, 6, 6, 6, 8, 9, 9],
    ),
    (
        &[120, 100, 95, 60, 40, 39, 10, 2, 0],
        Side::Both,
        Correction::Bonferroni,
        &[1, 1, 1, 2, 4, 4, 7, 7, 7],
        &[3, 4, 4, 6, 6, 6, 9, 9, 9],
    ),
    (
        &[5000, 4900, 4700, 4650, 3000, 2990],
        Side::Lower,
        Correction::Holm,
        &[1, 1, 2, 2, 5, 5],
        &[6, 6, 6, 6, 6, 6],
    ),
    (
        PARTIES,
        Side::Both,
        Correction::Holm,
        &[17, 12, 12, 11, 10, 7, 6, 6, 6, 3, 2, 2, 2, 1, 1, 1, 2, 1, 1, 1],
        &[20, 20, 20, 20, 19, 19, 19, 19, 19, 17, 15, 15, 16, 11, 14, 11, 15, 11, 10, 6],
    ),
    (
        PARTIES,
        Side::Lower,
        Correction::Bonferroni,
        &[17, 12, 12, 11, 9, 7, 6, 5, 6, 3, 2, 2, 2, 1, 1, 1, 2, 1, 1, 1],
        &[20; 20],
    ),
    (
        PARTIES,
        Side::Upper,
        Correction::Bonferroni,
        &[1; 20],
        &[20, 20, 20, 20, 19, 19, 19, 19, 19, 17, 16, 15, 16, 12, 14, 11, 15, 11, 10, 6],
    ),
    (&[3, 3, 3, 3], Side::Upper, Correction::Holm, &[1; 4], &[4; 4]),
];

/// The same with `simul = FALSE`: two-sided, Holm, a set for each row alone.
pub(crate) const COUNTED_ALONE: (&[u64], &[usize], &[usize]) =
    (&[5000, 4900, 4700, 4650, 3000, 2990], &[1, 1, 2, 3, 5, 5], &[2, 3, 4, 4, 6, 6]);
