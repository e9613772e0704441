//! `someasure stats composite`

use crate::support::well;

use super::{answer, arguments, assert_near, column, data, refusal};

const BODIES: &str = "body,posts,answers,late\nA,10,0.9,3\nB,40,0.1,1\nC,20,0.5,2\nD,30,0.2,4\n";
const ALL: &str = "--indicators posts,answers,late --lower-is-better late --label body";

#[test]
fn a_score_is_the_weighted_mean_of_comparable_columns() {
    let folder = data(BODIES);
    // By hand, 0 to 100: posts 0, 100, 33⅓, 66⅔; answers 100, 0, 50, 12.5; late turned 33⅓, 100, 66⅔, 0.
    let equal = answer(folder.path(), "composite", ALL);
    let third = 100.0 / 3.0;
    assert_near(
        &column(&equal, "score"),
        &[(100.0 + third) / 3.0, 200.0 / 3.0, (third + 50.0 + 2.0 * third) / 3.0, (2.0 * third + 12.5) / 3.0],
        1e-13,
    );
    assert_eq!(column(&equal, "rank"), [3.0, 1.0, 2.0, 4.0]);
    let weighted = answer(folder.path(), "composite", &format!("{ALL} --weights 1,2,1"));
    assert_near(&column(&weighted, "score")[..1], &[(200.0 + third) / 4.0], 1e-13);
    let weights: Vec<f64> =
        weighted["indicators"].as_array().unwrap().iter().map(|i| i["weight"].as_f64().unwrap()).collect();
    assert_eq!(weights, [0.25, 0.5, 0.25]);
    assert_eq!(weighted["indicators"][2]["higher_is_better"].as_bool(), Some(false));
}

#[test]
fn every_rank_comes_with_its_range_over_other_choices() {
    let folder = data(BODIES);
    let found = answer(folder.path(), "composite", ALL);
    // 14 recipes with the given weights, equal ones and each of three left out; 1,000 draws; the score itself.
    assert_eq!(found["choices"].as_u64(), Some(14 * 5 + 1000 + 1));
    let [best, rank, worst, low, high] =
        ["best", "rank", "worst", "lower", "upper"].map(|c| column(&found, c));
    for row in 0..4 {
        assert!(best[row] <= rank[row] && rank[row] <= worst[row]);
        assert!(best[row] <= low[row] && low[row] <= high[row] && high[row] <= worst[row]);
    }
    assert!(worst[0] > best[0], "A is best at answers and worst at posts: {found}");
    // The same seed, the same answer; another, other draws.
    assert_eq!(found, answer(folder.path(), "composite", ALL));
    assert_eq!(answer(folder.path(), "composite", &format!("{ALL} --seed 2"))["seed"].as_u64(), Some(2));
    let ended = well(folder.path(), &arguments("composite", ALL));
    assert!(ended.stdout.starts_with("weights: posts 33.3%; answers 33.3%; late 33.3%, lower is better\n"));
    assert!(ended.stdout.contains("ranks over 1071 choices") && ended.stdout.contains("best to worst"));
}

#[test]
fn other_means_and_treated_columns_are_told() {
    let folder = data(BODIES);
    for rest in ["--aggregate geometric", "--aggregate harmonic", "--normalise z-score", "--normalise rank"] {
        let found = answer(folder.path(), "composite", &format!("{ALL} {rest} --draws 10"));
        assert!(column(&found, "score").iter().all(|score| score.is_finite()), "{rest}");
    }
    let mut wild = "a,b\n".to_owned();
    for i in 0..30 {
        wild.push_str(&format!("{},{}\n", i % 7, if i == 3 { 4200 } else { i }));
    }
    let found = answer(data(wild).path(), "composite", "--indicators a,b --treat 5 --draws 10");
    let treatments: Vec<&str> =
        found["indicators"].as_array().unwrap().iter().map(|i| i["treatment"].as_str().unwrap()).collect();
    assert_eq!(treatments, ["none", "winsorised 1"]);
}

#[test]
fn what_makes_no_score_is_refused() {
    let refused = |rest: &str| refusal(data(BODIES).path(), "composite", rest);
    assert!(refused("--indicators posts,answer").1.contains("did you mean 'answers'?"));
    let (code, words) = refused("--indicators posts,answers --weights 1");
    assert!(code == 2 && words.contains("--weights has 1 numbers and --indicators 2 columns"), "{words}");
    assert!(refused("--indicators posts,answers --weights 0,0").1.contains("not all 0"));
    assert!(refused("--indicators posts,answers --weights 1,-1").1.contains("from 0 up"));
    assert!(refused("--indicators posts --lower-is-better late").1.contains("'late', which is not among"));
    assert!(refused("--indicators posts,posts").1.contains("'posts' twice"));
    assert!(refused("--indicators posts,answers --spread 2").1.contains("between 0 and 1"));
    assert_eq!(refused("").0, 2);
    let (code, words) =
        refused("--indicators posts,answers --normalise z-score --aggregate geometric --label body");
    assert!(code == 3 && words.contains("row 1 (A) holds a normalised value that is not above 0"), "{words}");
    let (code, words) = refusal(data("a,b\n1,2\n2,2\n").path(), "composite", "--indicators a,b");
    assert!(code == 3 && words.contains("column 'b': all values are equal"), "{words}");
    assert!(
        refusal(data("a,b\n1,2\n").path(), "composite", "--indicators a,b").1.contains("is the only row")
    );
}
