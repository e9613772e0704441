//! The files of the Organisation Data Service as they come: no header, 24 or 27 columns, codes for
//! regions and for health geographies, dates without hyphens.

use std::collections::BTreeMap;

use someasure_collect::files::Mapping;
use someasure_model::Organisation;

use crate::failure::{Failure, Outcome};

/// The layout that all files of the service share. What only some of them fill is not read.
const LAYOUT: &str = include_str!("ods.toml");

/// What the command line says of such a file.
#[derive(Debug, Clone)]
pub(crate) struct Ods {
    /// What its bodies are: the file does not say.
    pub(crate) kind: String,
    /// Only the bodies of this nation.
    pub(crate) nation: Option<String>,
}

/// The mapping for a file of bodies of one type.
pub(super) fn mapping(ods: &Ods) -> Outcome<Mapping> {
    let kind = toml::Value::String(ods.kind.clone()).to_string();
    let text = LAYOUT.replace("type = { value = \"\" }", &format!("type = {{ value = {kind} }}"));
    Mapping::from_toml(&text).map_err(|error| Failure::wrong_data(format!("--type: {error}")))
}

/// Leaves the bodies of other nations out and says how many (one that states none counts as England's, whose register this is); calls
/// regions by the names that the register has for their codes.
pub(super) fn finish(rows: &mut Vec<Organisation>, ods: &Ods, register: &[Organisation]) -> u64 {
    let before = rows.len();
    for row in rows.iter_mut() {
        // The national grouping names the nation where the area does not.
        let grouping = row.region.take_if(|region| region == "W00").or_else(|| row.region.clone());
        if row.nation.is_none() {
            row.nation = match grouping.as_deref() {
                Some("W00") => Some("Wales".to_owned()),
                Some(region) if region.starts_with('Y') => Some("England".to_owned()),
                _ => None,
            };
        }
    }
    if let Some(nation) = &ods.nation {
        // It is England's register: a row that states no nation is no other's.
        rows.retain(|row| row.nation.as_deref().unwrap_or("England") == nation);
    }
    let names: BTreeMap<&str, &str> =
        register.iter().map(|row| (row.organisation_id.as_str(), row.name.as_str())).collect();
    for row in rows.iter_mut() {
        if let Some(region) = &mut row.region
            && let Some(name) = names.get(format!("ods:{region}").as_str())
        {
            (*name).clone_into(region);
        }
    }
    (before - rows.len()) as u64
}
