//! `multiplicity.json`: p-values adjusted by R's p.adjust.

use someasure_stats::{Adjustment, adjusted_p_values};

use crate::set::{Compared, Folder, Set, numbers};

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    let (answers, mut set) = (folder.json("multiplicity.json"), Set::new("multiplicity"));
    let p = numbers(&answers, "p");
    for (key, adjustment) in [
        ("BH", Adjustment::BenjaminiHochberg),
        ("BY", Adjustment::BenjaminiYekutieli),
        ("holm", Adjustment::Holm),
        ("hochberg", Adjustment::Hochberg),
        ("bonferroni", Adjustment::Bonferroni),
    ] {
        let mut found = Compared::within(1e-13);
        found.numbers(key, &adjusted_p_values(&p, adjustment).unwrap_or_default(), &numbers(&answers, key));
        set.case(key, found);
    }
    vec![set]
}
