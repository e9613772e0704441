//! How sure is a rank: against everything looked at, against published answers, and what holds for any data.

mod always;
mod brute;
mod coverage;
mod numbers;
mod published;
mod same;
