//! Every answer of the reference tools against ours: `cargo run --release -p someasure-stats --example vectors --
//! FOLDER`, for those who have the folder of their answers. Prints a table; fails on a difference that nobody has
//! explained, and on a set without cases. One module a family.

mod composite;
mod distributions;
mod funnel;
mod intervals;
mod multiplicity;
mod ranks;
mod robust;
mod set;
mod shrinkage;
mod spc;

use std::process::ExitCode;

use set::{Folder, Set};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: vectors FOLDER");
        return ExitCode::from(2);
    };
    let folder = Folder::new(folder);
    let families: &[fn(&Folder) -> Vec<Set>] = &[
        distributions::sets,
        intervals::sets,
        robust::sets,
        multiplicity::sets,
        shrinkage::sets,
        ranks::sets,
        funnel::sets,
        spc::sets,
        composite::sets,
    ];
    let sets: Vec<Set> = families.iter().flat_map(|family| family(&folder)).collect();
    set::print(&sets);
    let well = sets.iter().all(Set::is_well);
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
