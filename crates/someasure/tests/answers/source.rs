//! The raw rows of the example's sources, read without any of the program's code.

use std::collections::BTreeMap;
use std::path::Path;

use flate2::read::GzDecoder;
use jiff::Timestamp;
use jiff::civil::DateTime;

/// One row of `*_posts.csv.gz`. `None` is `NA` or `-`: the source does not say.
pub(crate) struct Row {
    pub(crate) id: String,
    /// Seconds since 1970.
    pub(crate) created_at: i64,
    /// Not a repost.
    pub(crate) genuine: bool,
    pub(crate) reply: bool,
    pub(crate) automatic: bool,
    pub(crate) url: Option<bool>,
    pub(crate) mention: Option<bool>,
    pub(crate) hashtag: Option<bool>,
    pub(crate) media: Option<bool>,
    pub(crate) likes: Option<u32>,
    pub(crate) reposts: Option<u32>,
    pub(crate) hours_to_answer: Option<f64>,
}

/// One row of `*_accounts.csv.gz` with the account's posts in the order of their file.
pub(crate) struct Library {
    pub(crate) handle: String,
    /// As its clock in UTC showed it.
    pub(crate) created_at: DateTime,
    columns: BTreeMap<String, String>,
    pub(crate) rows: Vec<Row>,
}

impl Library {
    /// A column of the account's row, as a number.
    pub(crate) fn number(&self, column: &str) -> f64 {
        let text = &self.columns[column];
        text.parse().unwrap_or_else(|_| panic!("{}: {column} is '{text}'", self.handle))
    }

    /// The rows that are not reposts.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.genuine)
    }
}

/// The 51 libraries, by handle.
pub(crate) fn read(sources: &Path) -> BTreeMap<String, Library> {
    let mut libraries = BTreeMap::new();
    for group in ["national", "public", "university"] {
        for columns in rows_of(&sources.join(format!("{group}_accounts.csv.gz"))) {
            let handle = columns["screen_name"].clone();
            let created_at = time(&columns["created_at"]);
            let library = Library { handle: handle.clone(), created_at, columns, rows: Vec::new() };
            assert!(libraries.insert(handle, library).is_none(), "an account stands twice");
        }
        for columns in rows_of(&sources.join(format!("{group}_posts.csv.gz"))) {
            let library = libraries.get_mut(&columns["screen_name"]).expect("an account for every post");
            library.rows.push(row(&columns));
        }
    }
    libraries
}

fn rows_of(path: &Path) -> Vec<BTreeMap<String, String>> {
    let file = std::fs::File::open(path).expect("the example's source");
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn row(columns: &BTreeMap<String, String>) -> Row {
    let said = |name: &str| Some(columns[name].as_str()).filter(|text| !matches!(*text, "" | "NA" | "-"));
    let flag = |name: &str| {
        said(name).map(|text| match text {
            "0" => false,
            "1" => true,
            other => panic!("{name} is '{other}'"),
        })
    };
    let count = |name: &str| said(name).map(|text| text.parse().expect(name));
    Row {
        id: columns["id_str"].clone(),
        created_at: seconds(&columns["created_at"]),
        genuine: flag("genuine_tweet").expect("genuine_tweet"),
        reply: flag("is_reply").expect("is_reply"),
        automatic: flag("auto_tweet").expect("auto_tweet"),
        url: flag("has_url"),
        mention: flag("has_mention"),
        hashtag: flag("has_hashtag"),
        media: flag("has_media"),
        likes: count("favorite_count"),
        reposts: count("rt_count"),
        hours_to_answer: said("hours_to_answer").map(|text| text.parse().expect("hours_to_answer")),
    }
}

/// `Mon Apr 07 13:34:47 +0000 2014`
fn time(text: &str) -> DateTime {
    assert!(text.contains("+0000"), "{text} is not in UTC");
    DateTime::strptime("%a %b %d %H:%M:%S %z %Y", text).expect(text)
}

fn seconds(text: &str) -> i64 {
    let timestamp: Timestamp = time(text).to_zoned(jiff::tz::TimeZone::UTC).expect(text).timestamp();
    timestamp.as_second()
}
