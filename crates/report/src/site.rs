//! The site: which files there are, and what several pages look up. The index holds references and
//! counts; pages are drawn one at a time.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::tz::TimeZone;
use someasure_model::{
    Change, Edition, Entry, Figure, Granularity, GroupFigure, Level, Measure, MeasureId, OrganisationId,
    PeerComparison, PeerGroup, Platform,
};

use crate::File;
use crate::chart::Strip;
use crate::chat;
use crate::coverage::Tally;
use crate::number::shown;
use crate::pages;
use crate::register::Known;
use crate::stage::Stage;
use crate::view::View;

/// Texts that the pages load; what only their authors need is left out.
const TEXTS: [(&str, &str); 4] = [
    ("site/style.css", include_str!("assets/style.css")),
    ("site/script.js", include_str!("assets/script.js")),
    ("site/compare.js", include_str!("assets/compare.js")),
    (
        "site/save.js",
        concat!(
            "self.someasureStyle = `",
            include_str!("assets/chart.css"),
            "`;\n",
            include_str!("assets/save.js")
        ),
    ),
];
/// What else they load, and the licence of the font.
const ASSETS: [(&str, &[u8]); 4] = [
    ("site/icon.svg", include_bytes!("assets/icon.svg")),
    ("site/fonts/source-sans-3-latin.woff2", include_bytes!("assets/fonts/source-sans-3-latin.woff2")),
    (
        "site/fonts/source-sans-3-latin-ext.woff2",
        include_bytes!("assets/fonts/source-sans-3-latin-ext.woff2"),
    ),
    ("site/fonts/OFL.txt", include_bytes!("assets/fonts/OFL.txt")),
];

/// An edition with what its pages look up.
pub(crate) struct Site<'a> {
    /// The edition.
    pub(crate) edition: &'a Edition,
    /// Its time zone.
    pub(crate) zone: TimeZone,
    /// Accounts and how far they were seen.
    pub(crate) tally: Tally,
    /// How far it has come.
    pub(crate) stage: Stage,
    /// Bodies of the register by their id.
    pub(crate) known: Known<'a>,
    /// Everyone, for figures of the whole edition.
    pub(crate) everyone: PeerGroup,
    /// Platforms that occur, by the name that readers know.
    pub(crate) platforms: Vec<&'a Platform>,
    figures: BTreeMap<&'a OrganisationId, Vec<Range<usize>>>,
    measures: BTreeMap<&'a MeasureId, usize>,
    parts: BTreeMap<&'a str, Part>,
    periods: BTreeMap<&'a MeasureId, &'a str>,
    series: BTreeMap<&'a MeasureId, Vec<(usize, &'a [Figure])>>,
    headlines: ByAsked<'a, Vec<(usize, &'a Figure)>>,
    strips: ByAsked<'a, BTreeMap<&'a str, Strip>>,
    compared: ByAsked<'a, BTreeMap<&'a str, &'a PeerComparison>>,
    changes: BTreeMap<&'a OrganisationId, Vec<&'a Change>>,
    changes_in: ByAsked<'a, Vec<&'a Change>>,
}

/// One part of the edition's series.
pub(crate) struct Part {
    /// Its place in the series.
    pub(crate) place: usize,
    /// How long it is.
    pub(crate) granularity: Granularity,
    /// As pictures and tables call it.
    label: String,
}

/// By measure and platform.
type ByAsked<'a, T> = BTreeMap<&'a MeasureId, BTreeMap<&'a Platform, T>>;

enum Step {
    Home,
    Headlines,
    National,
    Celebrate,
    Organisations,
    Compare,
    Changes,
    About,
    Register,
    Measures,
    Methods,
    HowToRead,
    Assets,
    Measure(usize),
    Organisation(usize),
    Chats,
    Stories,
    Chat(usize),
    ChatSession(usize, usize),
}

/// A site that is drawn part by part, each when it is asked for and in any order, on as many threads as there are: so
/// that thousands of organisations need the memory of a few.
pub struct Drawing<'a> {
    site: Site<'a>,
    steps: Vec<Step>,
}

impl<'a> Drawing<'a> {
    /// Looks up what pages need.
    pub fn of(edition: &'a Edition) -> Self {
        let site = Site::new(edition);
        let mut steps = vec![
            Step::Home,
            Step::Organisations,
            Step::Register,
            Step::Measures,
            Step::Methods,
            Step::HowToRead,
        ];
        steps.extend([Step::Changes, Step::About, Step::Assets]);
        if site.stage.is_collected() {
            steps.extend([Step::Headlines, Step::National, Step::Celebrate, Step::Compare]);
        }
        steps.extend((0..edition.measures.len()).map(Step::Measure));
        steps.extend((0..edition.organisations.len()).map(Step::Organisation));
        if !edition.chats.is_empty() {
            steps.push(Step::Chats);
        }
        for (at, chat) in edition.chats.iter().enumerate() {
            steps.push(Step::Chat(at));
            steps.extend((0..chat.transcripts.len()).map(|session| Step::ChatSession(at, session)));
        }
        if !edition.stories.is_empty() {
            steps.push(Step::Stories);
        }
        Self { site, steps }
    }

    /// How many parts there are: a page each, with its files.
    pub fn parts(&self) -> usize {
        self.steps.len()
    }

    /// The files of a part; none for a part that is not there.
    pub fn part(&self, at: usize) -> Vec<File> {
        let files = self.steps.get(at).map_or_else(Vec::new, |step| self.site.draw(step));
        crate::simulated::marked(self.site.edition, files)
    }
}

impl<'a> Site<'a> {
    pub(crate) fn new(edition: &'a Edition) -> Self {
        let zone = someasure_model::time::time_zone(&edition.time_zone).unwrap_or(TimeZone::UTC);
        let everyone = edition.peer_groups.iter().find(|group| group.id == "all").cloned();
        let everyone = everyone.unwrap_or_else(|| PeerGroup {
            id: "all".to_owned(),
            title: "all organisations in this edition".to_owned(),
            reason: String::new(),
            size: edition.organisations.len(),
        });
        // One by one, because they are few and figures many.
        let mut found: BTreeSet<&Platform> = BTreeSet::new();
        found.extend(
            edition.organisations.iter().flat_map(|entry| &entry.accounts).map(|account| &account.platform),
        );
        found.extend(edition.group_figures.iter().map(|figure| &figure.platform));
        found.extend(edition.figures.iter().map(|figure| &figure.platform));
        let mut platforms: Vec<&Platform> = found.into_iter().collect();
        platforms.sort_by_key(|platform| platform.title().to_lowercase());

        let mut site = Self {
            tally: Tally::of(edition, &zone),
            stage: Stage::of(edition),
            known: Known::of(edition),
            edition,
            zone,
            everyone,
            platforms,
            figures: BTreeMap::new(),
            measures: edition.measures.iter().enumerate().map(|(at, measure)| (&measure.id, at)).collect(),
            parts: parts(edition),
            periods: headline_periods(edition),
            series: BTreeMap::new(),
            headlines: BTreeMap::new(),
            strips: BTreeMap::new(),
            compared: BTreeMap::new(),
            changes: BTreeMap::new(),
            changes_in: BTreeMap::new(),
        };
        site.index_figures();
        site.index_strips();
        for comparison in &edition.comparisons {
            site.compared
                .entry(&comparison.measure_id)
                .or_default()
                .entry(&comparison.platform)
                .or_default()
                .insert(&comparison.peer_group, comparison);
        }
        for change in &edition.changes {
            site.changes.entry(&change.organisation_id).or_default().push(change);
            let of_measure = site.changes_in.entry(&change.measure_id).or_default();
            of_measure.entry(&change.platform).or_default().push(change);
        }
        site
    }

    fn index_figures(&mut self) {
        let figures = &self.edition.figures;
        let mut start = 0;
        while start < figures.len() {
            let id = &figures[start].organisation_id;
            let length = figures[start..].iter().take_while(|figure| figure.organisation_id == *id).count();
            self.figures.entry(id).or_default().push(start..start + length);
            start += length;
        }
        for (at, entry) in self.edition.organisations.iter().enumerate() {
            let ranges = self.figures.get(&entry.organisation.organisation_id).map_or(&[][..], Vec::as_slice);
            for range in ranges {
                for figures in figures[range.clone()]
                    .chunk_by(|a, b| a.measure_id == b.measure_id && a.platform == b.platform)
                {
                    let measure = &figures[0].measure_id;
                    self.series.entry(measure).or_default().push((at, figures));
                    let Some(period) = self.periods.get(measure) else { continue };
                    for figure in figures.iter().filter(|figure| figure.period == **period) {
                        self.headlines
                            .entry(&figure.measure_id)
                            .or_default()
                            .entry(&figure.platform)
                            .or_default()
                            .push((at, figure));
                    }
                }
            }
        }
    }

    fn index_strips(&mut self) {
        let edition = self.edition;
        for measure in &edition.measures {
            let Some(platforms) = self.headlines.get(&measure.id) else { continue };
            for (platform, figures) in platforms {
                let mut values: BTreeMap<&'a str, Vec<f64>> = BTreeMap::new();
                for (at, figure) in figures {
                    let Some(value) = View::without_reason(&figure.answer).value() else { continue };
                    let value = shown(measure, value);
                    for group in edition.organisations[*at].peer_groups.iter().filter(|id| *id != "all") {
                        values.entry(group).or_default().push(value);
                    }
                    values.entry("all").or_default().push(value);
                }
                let strips = values.into_iter().filter_map(|(group, values)| {
                    Some((group, Strip::of(&values, measure.unit.starts_with('%'))?))
                });
                self.strips.entry(&measure.id).or_default().insert(platform, strips.collect());
            }
        }
    }

    fn draw(&self, step: &Step) -> Vec<File> {
        match step {
            Step::Home => pages::home::files(self),
            Step::Headlines => pages::headlines::files(self),
            Step::National => pages::national::files(self),
            Step::Celebrate => vec![pages::celebrate::page(self)],
            Step::Compare => pages::compare::files(self),
            Step::Changes => vec![pages::changes::page(self), crate::feed::file(self)],
            Step::About => pages::about::files(self),
            Step::Organisations => pages::organisations::files(self),
            Step::Register => vec![pages::register::page(self)],
            Step::Measures => vec![pages::measures::page(self)],
            Step::Methods => vec![pages::methods::page(self)],
            Step::HowToRead => vec![pages::how_to_read::page(self)],
            Step::Assets => self.assets(),
            Step::Measure(at) => pages::measure::files(self, &self.edition.measures[*at]),
            Step::Organisation(at) => pages::organisation::files(self, &self.edition.organisations[*at]),
            Step::Stories => crate::story::published::files(self),
            Step::Chats => vec![chat::pages::list(self)],
            Step::Chat(at) => chat::pages::files(self, &self.edition.chats[*at]),
            Step::ChatSession(at, session) => {
                let chat = &self.edition.chats[*at];
                chat::pages::session_files(self, chat, &chat.transcripts[*session])
            }
        }
    }

    fn assets(&self) -> Vec<File> {
        let file = |path: &str, bytes: &[u8]| File { path: path.to_owned(), bytes: bytes.to_vec() };
        let mut files: Vec<File> =
            TEXTS.iter().map(|(path, text)| file(path, lean(text).as_bytes())).collect();
        files.extend(ASSETS.iter().map(|(path, bytes)| file(path, bytes)));
        if let Ok(Some(theme)) = self.edition.look.theme() {
            files.push(file("site/theme.css", theme.as_bytes()));
        }
        files.extend(crate::finder::files(self));
        if let Some(url) = self.edition.publication.url.as_deref().and_then(crate::text::web_address) {
            files.push(file("site/sitemap.xml", self.sitemap(url).as_bytes()));
        }
        files
    }

    fn sitemap(&self, url: &str) -> String {
        let root = url.trim_end_matches('/').replace('&', "&amp;");
        let mut map = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        let mut add = |path: &str| map.push_str(&format!("<url><loc>{root}/{path}</loc></url>\n"));
        for section in crate::nav::sections(self) {
            add(section.path);
        }
        if self.stage.is_collected() {
            pages::compare::paths(self).iter().filter(|path| *path != COMPARE).for_each(|path| add(path));
        }
        pages::organisations::paths(self)
            .iter()
            .filter(|path| *path != ORGANISATIONS)
            .for_each(|path| add(path));
        for measure in &self.edition.measures {
            add(&measure_path(&measure.id));
        }
        for entry in &self.edition.organisations {
            add(&organisation_path(&entry.organisation.organisation_id));
        }
        chat::pages::paths(self).iter().for_each(|path| add(path));
        for told in &self.edition.stories {
            add(&crate::story::published::story_path(&told.story.id));
        }
        map.push_str("</urlset>\n");
        map
    }

    /// Where the figures of an organisation stand in the edition, in its order.
    pub(crate) fn ranges_of(&self, entry: &Entry) -> &[Range<usize>] {
        self.figures.get(&entry.organisation.organisation_id).map_or(&[], Vec::as_slice)
    }

    /// The figures of an organisation, in the edition's order.
    pub(crate) fn figures_of(&self, entry: &Entry) -> impl Iterator<Item = &'a Figure> {
        let edition = self.edition;
        self.ranges_of(entry).iter().flat_map(move |range| &edition.figures[range.clone()])
    }

    /// Where a measure stands among those of the edition.
    pub(crate) fn place_of_measure(&self, id: &MeasureId) -> Option<usize> {
        self.measures.get(id).copied()
    }

    /// A part of the edition's series by its id.
    pub(crate) fn part(&self, period: &str) -> Option<&Part> {
        self.parts.get(period)
    }

    /// A period where there is little room.
    pub(crate) fn label(&self, period: &str) -> Cow<'_, str> {
        self.part(period).map_or_else(|| crate::when::short(period).into(), |part| part.label.as_str().into())
    }

    /// The period of a measure's main figures: the edition's own, or the latest part that has any.
    pub(crate) fn headline_period(&self, measure: &Measure) -> &str {
        self.periods.get(&measure.id).copied().unwrap_or(&self.edition.period.id)
    }

    /// The days that a measure's answer in a period is of: `30 days to 7 April 2014` where it looks at the last days
    /// only, and the period where it looks at all of it.
    pub(crate) fn asked(&self, measure: &Measure, period: &str) -> String {
        self.last_days(measure, period).unwrap_or_else(|| crate::when::period(period))
    }

    /// The same within a sentence: `in the 30 days to 7 April 2014`.
    pub(crate) fn asked_within(&self, measure: &Measure, period: &str) -> String {
        match self.last_days(measure, period) {
            Some(day) if measure.window_days == Some(1) => format!("on {day}"),
            Some(days) => format!("in the {days}"),
            None => crate::when::within(period),
        }
    }

    /// The same where there is little room.
    pub(crate) fn asked_short(&self, measure: &Measure, period: &str) -> String {
        self.last_days(measure, period).unwrap_or_else(|| crate::when::short(period))
    }

    fn last_days(&self, measure: &Measure, period: &str) -> Option<String> {
        let days = measure.window_days?;
        let edition = self.edition;
        let period = if *edition.period.id == *period {
            &edition.period
        } else {
            edition.series.get(self.part(period)?.place)?
        };
        crate::when::last_days(days, period, &self.zone)
    }

    /// All figures of a measure: those of one organisation on one platform together, with its place.
    pub(crate) fn series(&self, measure: &Measure) -> &[(usize, &'a [Figure])] {
        self.series.get(&measure.id).map_or(&[], Vec::as_slice)
    }

    /// A measure's main figures on a platform, with the place of their organisation, in its order.
    pub(crate) fn headlines(&self, measure: &Measure, platform: &Platform) -> &[(usize, &'a Figure)] {
        self.headlines.get(&measure.id).and_then(|found| found.get(platform)).map_or(&[], Vec::as_slice)
    }

    /// How the values of a peer group lie.
    pub(crate) fn strip(&self, group: &str, measure: &Measure, platform: &Platform) -> Option<&Strip> {
        self.strips.get(&measure.id)?.get(platform)?.get(group)
    }

    /// How the members of a peer group lie beside each other, where somebody looked.
    pub(crate) fn comparison(
        &self,
        group: &str,
        measure: &Measure,
        platform: &Platform,
    ) -> Option<&'a PeerComparison> {
        self.compared.get(&measure.id)?.get(platform)?.get(group).copied()
    }

    /// Whether the series of an organisation changed, for all that were looked at.
    pub(crate) fn changes_of(&self, id: &OrganisationId) -> &[&'a Change] {
        self.changes.get(id).map_or(&[], Vec::as_slice)
    }

    /// The changes of a measure on a platform, by organisation.
    pub(crate) fn changes_in(&self, measure: &Measure, platform: &Platform) -> &[&'a Change] {
        self.changes_in.get(&measure.id).and_then(|found| found.get(platform)).map_or(&[], Vec::as_slice)
    }

    /// An organisation by its id.
    pub(crate) fn entry(&self, id: &OrganisationId) -> Option<&'a Entry> {
        self.known.entry(id)
    }

    /// Whether one of its series changed.
    pub(crate) fn change(
        &self,
        id: &OrganisationId,
        measure: &Measure,
        platform: &Platform,
    ) -> Option<&'a Change> {
        self.changes_of(id)
            .iter()
            .copied()
            .find(|change| change.measure_id == measure.id && change.platform == *platform)
    }

    /// Group figures of a measure on a platform in its main period, in the project's order of groups.
    pub(crate) fn group_headlines(
        &self,
        measure: &Measure,
        platform: &Platform,
    ) -> Vec<(&PeerGroup, &'a GroupFigure)> {
        let period = self.headline_period(measure);
        let mut found: Vec<(usize, &PeerGroup, &GroupFigure)> = self
            .edition
            .group_figures
            .iter()
            .filter(|figure| {
                figure.measure_id == measure.id && figure.platform == *platform && figure.period == period
            })
            .filter_map(|figure| {
                let at = self.edition.peer_groups.iter().position(|group| group.id == figure.peer_group);
                let group = match at {
                    Some(at) => &self.edition.peer_groups[at],
                    None if figure.peer_group == "all" => &self.everyone,
                    None => return None,
                };
                Some((at.map_or(0, |at| at + 1), group, figure))
            })
            .collect();
        found.sort_by_key(|(order, ..)| *order);
        found.into_iter().map(|(_, group, figure)| (group, figure)).collect()
    }

    /// The first peer group of an organisation; everyone where it has none of its own.
    pub(crate) fn peers_of(&self, entry: &Entry) -> &PeerGroup {
        entry
            .peer_groups
            .iter()
            .filter(|id| *id != "all")
            .find_map(|id| self.edition.peer_groups.iter().find(|group| group.id == *id))
            .unwrap_or(&self.everyone)
    }

    /// Peer groups to draw: those of the project, or everyone where it declares none.
    pub(crate) fn groups_to_draw(&self) -> Vec<&PeerGroup> {
        let own: Vec<&PeerGroup> =
            self.edition.peer_groups.iter().filter(|group| group.id != "all").collect();
        if own.is_empty() { vec![&self.everyone] } else { own }
    }

    /// Whether the organisation belongs to the group.
    pub(crate) fn belongs(&self, entry: &Entry, group: &PeerGroup) -> bool {
        group.id == "all" || entry.peer_groups.contains(&group.id)
    }
}

fn parts(edition: &Edition) -> BTreeMap<&str, Part> {
    let parts = edition.series.iter().enumerate().map(|(place, part)| {
        let label = crate::when::short(&part.id);
        (part.id.as_str(), Part { place, granularity: part.granularity, label })
    });
    parts.collect()
}

/// Without indentation, and without lines that are comments.
fn lean(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn later<'a>(
    latest: &mut BTreeMap<&'a MeasureId, (usize, &'a str)>,
    measure: &'a MeasureId,
    period: &'a str,
    rank: &impl Fn(&str) -> Option<usize>,
) {
    if let Some(rank) = rank(period) {
        let found = latest.entry(measure).or_insert((rank, period));
        if rank > found.0 {
            *found = (rank, period);
        }
    }
}

pub(crate) fn headline_periods(edition: &Edition) -> BTreeMap<&MeasureId, &str> {
    let order: BTreeMap<&str, usize> =
        edition.series.iter().enumerate().map(|(at, period)| (period.id.as_str(), at)).collect();
    let rank = |id: &str| {
        if edition.period.id == id { Some(usize::MAX) } else { order.get(id).copied() }
    };
    let mut latest: BTreeMap<&MeasureId, (usize, &str)> = BTreeMap::new();
    let of_groups = edition.group_figures.iter().map(|f| (&f.measure_id, f.period.as_str()));
    for (measure, period) in of_groups {
        later(&mut latest, measure, period, &rank);
    }
    // Figures of one measure stand together, and nothing is later than the edition's own period.
    for figures in edition.figures.chunk_by(|a, b| a.measure_id == b.measure_id) {
        let measure = &figures[0].measure_id;
        for figure in figures {
            if latest.get(measure).is_some_and(|found| found.0 == usize::MAX) {
                break;
            }
            later(&mut latest, measure, &figure.period, &rank);
        }
    }
    latest.into_iter().map(|(measure, (_, period))| (measure, period)).collect()
}

pub(crate) const HEADLINES: &str = "headlines/index.html";
pub(crate) const NATIONAL: &str = "national/index.html";
pub(crate) const CELEBRATE: &str = "celebrate/index.html";
pub(crate) const COMPARE: &str = "compare/index.html";
pub(crate) const CHANGES: &str = "changes/index.html";
pub(crate) const FEED: &str = "feed.xml";
pub(crate) const ACCESSIBILITY: &str = "about/accessibility.html";
pub(crate) const PRIVACY: &str = "about/privacy.html";
pub(crate) const REPLY: &str = "about/reply.html";
pub(crate) const ORGANISATIONS: &str = "organisations/index.html";
pub(crate) const REGISTER: &str = "register.html";
pub(crate) const MEASURES: &str = "measures/index.html";
pub(crate) const METHODS: &str = "methods/index.html";
pub(crate) const HOW_TO_READ: &str = "how-to-read/index.html";
pub(crate) const OPEN_DATA: &str = "open-data/index.html";

/// The directory of an organisation below `site/`. A very long id ends in a digest, because file systems
/// end names at 255 bytes.
pub(crate) fn organisation_directory(id: &OrganisationId) -> String {
    let slug = id.slug();
    if slug.len() <= 150 {
        return format!("organisations/{slug}");
    }
    let digest = crate::text::digest(&slug);
    let kept: String = slug.chars().take(120).collect();
    format!("organisations/{kept}~~{digest:016x}")
}

/// The page of an organisation below `site/`.
pub(crate) fn organisation_path(id: &OrganisationId) -> String {
    organisation_directory(id) + "/index.html"
}

/// The page of a measure below `site/`.
pub(crate) fn measure_path(id: &MeasureId) -> String {
    format!("measures/{id}/index.html")
}

/// Whether the measure asks of each organisation.
pub(crate) fn is_own(measure: &Measure) -> bool {
    measure.level == Level::Organisation
}
