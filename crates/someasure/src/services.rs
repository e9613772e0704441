//! The starting registers of `services/`, carried in the binary.

use serde::{Deserialize, Serialize};
use someasure_model::PeerGroupRule;
use someasure_model::Register;
use someasure_model::project::{GapSetting, NoticeSetting};
use someasure_register::{merge_organisations, read};

use crate::failure::{Failure, Outcome};

/// A starting register as it is carried: its settings, and its files by name.
pub(crate) struct Shipped {
    pub(crate) name: &'static str,
    settings: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

macro_rules! service {
    ($name:literal: $($file:literal),*) => {
        Shipped {
            name: $name,
            settings: include_str!(concat!("../../../services/", $name, "/service.toml")),
            files: &[$((
                concat!($file, ".csv"),
                include_bytes!(concat!("../../../services/", $name, "/register/", $file, ".csv")),
            )),*],
        }
    };
}

/// All of them, in the order in which they are offered.
pub(crate) const SHIPPED: &[Shipped] = &[
    service!("nhs-england": "organisations", "listings", "successions", "denominators"),
    service!("nhs-wales": "organisations", "listings"),
    service!("nhs-scotland": "organisations", "listings", "successions"),
    service!("hsc-northern-ireland": "organisations", "listings"),
];

/// `service.toml`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) title: String,
    pub(crate) nation: String,
    pub(crate) time_zone: String,
    #[serde(default, rename = "peer_group")]
    pub(crate) peer_groups: Vec<PeerGroupRule>,
    #[serde(default, rename = "gap")]
    pub(crate) gaps: Vec<GapSetting>,
    #[serde(default, rename = "notice")]
    pub(crate) notices: Vec<NoticeSetting>,
}

/// Several starting registers as one, with what their settings say together.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    pub(crate) settings: Vec<Settings>,
    pub(crate) register: Register,
}

/// The tables that the settings of services add to a project's own.
#[derive(Serialize)]
pub(crate) struct Tables {
    #[serde(rename = "peer_group")]
    peer_groups: Vec<PeerGroupRule>,
    #[serde(rename = "gap")]
    gaps: Vec<GapSetting>,
    #[serde(rename = "notice")]
    notices: Vec<NoticeSetting>,
}

/// The starting registers of these names, joined.
pub(crate) fn choose(names: &[String]) -> Outcome<Chosen> {
    let mut chosen = Chosen::default();
    for (at, name) in names.iter().enumerate() {
        let Some(shipped) = SHIPPED.iter().find(|shipped| shipped.name == name) else {
            let known: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
            return Err(Failure::usage(format!(
                "there is no starting register '{name}'; there are {}. For any other service leave --service out and \
                 import its register (`someasure import organisations FILE`)",
                known.join(", ")
            )));
        };
        if names[..at].contains(name) {
            return Err(Failure::usage(format!("--service {name} stands twice; name each once")));
        }
        chosen.add(shipped)?;
    }
    Ok(chosen)
}

impl Chosen {
    fn add(&mut self, shipped: &Shipped) -> Outcome {
        let settings = toml::from_str(shipped.settings)
            .map_err(|error| anyhow::anyhow!("services/{}/service.toml: {error}", shipped.name))?;
        self.settings.push(settings);
        let register = &mut self.register;
        for (file, bytes) in shipped.files {
            match *file {
                "organisations.csv" => {
                    let theirs = read::organisations(file, bytes).rows;
                    register.organisations = merge_organisations(&register.organisations, &theirs).rows;
                }
                "listings.csv" => register.listings.extend(read::listings(file, bytes).rows),
                "successions.csv" => register.successions.extend(read::successions(file, bytes).rows),
                _ => register.denominators.extend(read::denominators(file, bytes).rows),
            }
        }
        Ok(())
    }

    /// What the report is called where nobody says otherwise.
    pub(crate) fn title(&self) -> Option<String> {
        let titles: Vec<&str> = self.settings.iter().map(|settings| settings.title.as_str()).collect();
        let (last, rest) = titles.split_last()?;
        let all =
            if rest.is_empty() { (*last).to_owned() } else { format!("{} and {last}", rest.join(", ")) };
        Some(format!("{all} on social media"))
    }

    /// Peer groups, gaps and notices as TOML. With several services every nation is a peer group too.
    pub(crate) fn tables(&self) -> Outcome<String> {
        let mut tables = Tables { peer_groups: Vec::new(), gaps: Vec::new(), notices: Vec::new() };
        let several = self.settings.len() > 1;
        for settings in &self.settings {
            tables.peer_groups.extend(settings.peer_groups.iter().cloned());
        }
        // The narrower group comes first: it is the one that pages compare with.
        for settings in &self.settings {
            let nation = PeerGroupRule {
                id: settings.nation.to_lowercase().replace(' ', "-"),
                title: settings.nation.clone(),
                reason: "Bodies of one nation, of every kind: they share a government and a population, not a size."
                    .to_owned(),
                kinds: Vec::new(),
                region: Vec::new(),
                nation: vec![settings.nation.clone()],
                denominator: None,
            };
            if several && !settings.peer_groups.iter().any(|group| group.id == nation.id) {
                tables.peer_groups.push(nation);
            }
        }
        for settings in &self.settings {
            for gap in &settings.gaps {
                let what =
                    if several { format!("{}: {}", settings.nation, gap.what) } else { gap.what.clone() };
                tables.gaps.push(GapSetting { what, why: gap.why.clone() });
            }
            tables.notices.extend(settings.notices.iter().cloned());
        }
        let text =
            toml::to_string(&tables).map_err(|error| anyhow::anyhow!("settings of services: {error}"))?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use someasure_model::Project;

    use super::*;

    fn of(names: &[&str]) -> Chosen {
        choose(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn every_starting_register_is_read_whole() {
        for shipped in SHIPPED {
            for (file, bytes) in shipped.files {
                let problems = match *file {
                    "organisations.csv" => read::organisations(file, bytes).problems,
                    "listings.csv" => read::listings(file, bytes).problems,
                    "successions.csv" => read::successions(file, bytes).problems,
                    _ => read::denominators(file, bytes).problems,
                };
                assert_eq!(problems, [], "{}/{file}", shipped.name);
            }
        }
    }

    #[test]
    fn four_services_are_one_register_with_nations_as_peer_groups() {
        let chosen = of(&["nhs-england", "nhs-wales", "nhs-scotland", "hsc-northern-ireland"]);
        assert_eq!(chosen.register.organisations.len(), 323 + 10 + 18 + 5);
        let tables: Project = toml::from_str(&format!(
            "title = 'T'\nedition = '1'\nservices = ['S']\ntime_zone = 'Europe/London'\nas_at = '2026-01-01T00:00:00Z'\n\
             period = {{ from = '2025-01-01', to = '2025-12-31' }}\n{}",
            chosen.tables().unwrap()
        ))
        .unwrap();
        let groups: Vec<&str> = tables.peer_groups.iter().map(|group| group.id.as_str()).collect();
        assert_eq!(
            groups,
            [
                "england-trusts",
                "england-icbs",
                "england-regions",
                "wales",
                "scotland-boards",
                "northern-ireland",
                "england",
                "scotland"
            ]
        );
    }

    #[test]
    fn a_service_that_is_not_carried_is_refused_with_those_that_are() {
        let refused = choose(&["nhs-ireland".to_owned()]).unwrap_err();
        assert!(format!("{}", refused.error).contains("there are nhs-england, nhs-wales, nhs-scotland"));
    }
}
