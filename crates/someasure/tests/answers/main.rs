//! Known answers: the statistics that the author of the example's set published, and our own measures, each computed
//! a second time. `docs/methods/known-answers.md` says what the columns mean. Expected values live here alone.

mod coverage;
mod ours;
mod program;
mod source;
mod theirs;
mod worked;
