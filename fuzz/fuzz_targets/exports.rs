//! Any bytes are an export that is refused, or one whose rows add up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use someasure_collect::exports::{Format, Options, read};
use someasure_model::Instant;

fuzz_target!(|bytes: &[u8]| {
    let Some((format, rest)) = bytes.split_first() else { return };
    let format = Format::ALL[*format as usize % Format::ALL.len()];
    let options = Options::at(Instant::from_micros(1_770_000_000_000_000));
    if let Ok(summary) = read(rest, "export", format, &options, &mut |_| Ok(())) {
        assert!(summary.adds_up());
    }
});
