//! "Did you mean", as the end of a sentence.

use someasure_model::suggest::closest;

/// ` (did you mean 'likes'?)`, or nothing.
pub(super) fn hint<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    closest(wanted, candidates).map(|name| format!(" (did you mean '{name}'?)")).unwrap_or_default()
}
