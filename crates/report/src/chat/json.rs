//! A transcript as JSON: the model's own words, complete. Texts are as they were written, with hidden and direction
//! characters as escapes, so that the file shows nothing that is not there.

use serde_json::json;
use someasure_model::chat::Transcript;

use super::Setting;

pub(super) fn write(transcript: &Transcript, setting: &Setting<'_>) -> Vec<u8> {
    let terms: Vec<_> = setting
        .terms
        .iter()
        .map(|(platform, reason)| json!({ "platform": platform, "reason": reason }))
        .collect();
    let file = json!({
        "format": "someasure-transcript",
        "version": 1,
        "address": setting.address,
        "time_zone": setting.zone.iana_name(),
        "terms": terms,
        "transcript": transcript,
    });
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    crate::text::escape_hidden(&text).into_bytes()
}
