//! What a mapping may say: the kinds of rows, the fields of each kind and the keys of each table, each
//! with its meaning in words. The parser, the help text and the test of `docs/import.md` all use these
//! lists, so that none of them can know a key that the others do not.

use std::fmt::Write as _;

/// What one row of a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Rows of `register/organisations.csv`.
    Organisations,
    /// Rows of `register/names.csv`.
    Names,
    /// Rows of `register/successions.csv`.
    Successions,
    /// Rows of `register/denominators.csv`.
    Denominators,
    /// Addresses of sites that speak of a body: pages of its hospitals, say.
    Websites,
    /// Rows of `register/accounts.csv`.
    Accounts,
    /// What a platform said about an account: observations.
    Profiles,
    /// Posts, with their counters.
    Posts,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Organisations,
        Self::Names,
        Self::Successions,
        Self::Denominators,
        Self::Websites,
        Self::Accounts,
        Self::Profiles,
        Self::Posts,
    ];
    /// As it is written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Names => "names",
            Self::Successions => "successions",
            Self::Denominators => "denominators",
            Self::Websites => "websites",
            Self::Accounts => "accounts",
            Self::Profiles => "profiles",
            Self::Posts => "posts",
        }
    }
    /// The fields that `[columns]` accepts for this kind.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Organisations => ORGANISATIONS,
            Self::Names => NAMES,
            Self::Successions => SUCCESSIONS,
            Self::Denominators => DENOMINATORS,
            Self::Websites => WEBSITES,
            Self::Accounts => ACCOUNTS,
            Self::Profiles => PROFILES,
            Self::Posts => POSTS,
        }
    }
    /// Whether a row is about an account, so that it needs a platform and an id or a handle.
    pub const fn is_about_an_account(self) -> bool {
        matches!(self, Self::Accounts | Self::Profiles | Self::Posts)
    }
}

/// A field that a column can be mapped to.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name, as in the register and the ledger.
    pub name: &'static str,
    /// How its values are read.
    pub ty: Type,
    /// Whether no row can do without it.
    pub required: bool,
    /// What it is, in words.
    pub what: &'static str,
}

/// How the values of a field are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    Text,
    /// `ods:RJ1`
    OrganisationId,
    /// `x`, `bluesky`
    Platform,
    /// The platform's id of an account.
    AccountId,
    /// The platform's id of a post.
    PostId,
    /// `@name`
    Handle,
    /// A whole number from zero.
    Count,
    /// A number from zero.
    Number,
    /// An instant.
    Time,
    /// A calendar day.
    Date,
    /// original, reply, repost or quote.
    PostKind,
    /// Several texts.
    List,
    /// Pictures, films, sounds.
    Media,
}

impl Type {
    /// In words, with an article.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::OrganisationId => "an organisation id (like ods:RJ1)",
            Self::Platform => "a platform",
            Self::AccountId => "an account id",
            Self::PostId => "a post id",
            Self::Handle => "a handle",
            Self::Count => "a count",
            Self::Number => "a number",
            Self::Time => "a time",
            Self::Date => "a day",
            Self::PostKind => "a kind of post",
            Self::List => "a list",
            Self::Media => "a list of media",
        }
    }
    /// Whether a column setting such as `split` means something for this type.
    pub(super) fn accepts(self, setting: &str) -> bool {
        match setting {
            "format" => matches!(self, Self::Time | Self::Date),
            "offsets" => self == Self::Time,
            "times" => matches!(self, Self::Count | Self::Number),
            "split" | "item" => self == Self::List,
            "item_kind" | "item_alt_text" => self == Self::Media,
            "digits" => {
                matches!(self, Self::OrganisationId | Self::AccountId | Self::PostId | Self::Text)
            }
            "prefix" | "suffix" | "values" | "otherwise" => !matches!(self, Self::List | Self::Media),
            _ => true,
        }
    }
}

const fn field(name: &'static str, ty: Type, required: bool, what: &'static str) -> Field {
    Field { name, ty, required, what }
}

const SOURCE: &str = "where the row comes from; left out: the mapping's source";

const ORGANISATIONS: &[Field] = &[
    field(
        "organisation_id",
        Type::OrganisationId,
        true,
        "code in a national register, with its name: ods:RJ1",
    ),
    field("name", Type::Text, true, "name today"),
    field("type", Type::Text, true, "what kind of body it is"),
    field("nation", Type::Text, false, "nation"),
    field("region", Type::Text, false, "region or place"),
    field("parent_id", Type::OrganisationId, false, "the body it is part of"),
    field("opened", Type::Date, false, "first day"),
    field("closed", Type::Date, false, "last day"),
    field("website", Type::Text, false, "official site"),
    field("source", Type::Text, false, SOURCE),
];

const NAMES: &[Field] = &[
    field("organisation_id", Type::OrganisationId, true, "whose name"),
    field("name", Type::Text, true, "the name"),
    field("from", Type::Date, false, "first day of use, where the source states it"),
    field("to", Type::Date, false, "last day of use, where the source states it"),
    field("source", Type::Text, false, SOURCE),
];

const SUCCESSIONS: &[Field] = &[
    field("predecessor_id", Type::OrganisationId, true, "the body that ended or gave something away"),
    field("successor_id", Type::OrganisationId, true, "the body that took over"),
    field("date", Type::Date, false, "when"),
    field("kind", Type::Text, true, "merger, split, transfer, recode, or unspecified"),
    field("source", Type::Text, false, SOURCE),
];

const DENOMINATORS: &[Field] = &[
    field("organisation_id", Type::OrganisationId, true, "whose size"),
    field("kind", Type::Text, true, "population, staff_fte, list_size …"),
    field("value", Type::Number, true, "how many"),
    field("as_at", Type::Date, true, "the day it was true"),
    field("source", Type::Text, false, SOURCE),
];

const WEBSITES: &[Field] = &[
    field("organisation_id", Type::OrganisationId, true, "the body that the site is about"),
    field("website", Type::Text, true, "an address of the site, of any of its pages"),
    field("source", Type::Text, false, SOURCE),
];

const ACCOUNTS: &[Field] = &[
    field("organisation_id", Type::OrganisationId, true, "whose account"),
    field("platform", Type::Platform, false, "where it lives; left out: the mapping's platform"),
    field("account_id", Type::AccountId, false, "the platform's own id; this or handle"),
    field("handle", Type::Handle, false, "the name on the platform; this or account_id"),
    field("role", Type::Text, false, "what it is for"),
    field("from", Type::Date, false, "first day that it was the organisation's"),
    field("to", Type::Date, false, "last day"),
    field("reason_for_leaving", Type::Text, false, "why it was left"),
];

const PROFILES: &[Field] = &[
    field("platform", Type::Platform, false, "where the account lives; left out: the mapping's platform"),
    field("account_id", Type::AccountId, false, "the platform's own id; this or handle"),
    field("handle", Type::Handle, false, "the name on the platform; this or account_id"),
    field("observed_at", Type::Time, false, "when the profile was read; left out: the mapping's observed_at"),
    field("followers", Type::Count, false, "how many follow it"),
    field("following", Type::Count, false, "how many it follows"),
    field("posts", Type::Count, false, "how many posts the platform counts"),
    field("display_name", Type::Text, false, "the name shown"),
    field("bio", Type::Text, false, "the text about itself"),
    field("website", Type::Text, false, "the site it links to"),
];

const POSTS: &[Field] = &[
    field("platform", Type::Platform, false, "where the post is; left out: the mapping's platform"),
    field("post_id", Type::PostId, true, "the platform's own id of the post"),
    field("account_id", Type::AccountId, false, "the platform's own id of the author; this or handle"),
    field("handle", Type::Handle, false, "the author's name on the platform; this or account_id"),
    field("created_at", Type::Time, true, "when it was posted"),
    field("observed_at", Type::Time, false, "when post and counters were read; left out: the mapping's"),
    field("kind", Type::PostKind, false, "original, reply, repost or quote"),
    field("in_reply_to_post_id", Type::PostId, false, "the post it answers"),
    field("in_reply_to_account_id", Type::AccountId, false, "the account it answers"),
    field("conversation_id", Type::Text, false, "the conversation it belongs to"),
    field("quoted_post_id", Type::PostId, false, "the post it quotes"),
    field("language", Type::Text, false, "language tag, as the source says"),
    field("text", Type::Text, false, "the words"),
    field("hashtags", Type::List, false, "hashtags; a leading '#' is dropped"),
    field("mentions", Type::List, false, "accounts mentioned"),
    field("links", Type::List, false, "addresses"),
    field("media", Type::Media, false, "pictures, films, sounds with their alternative texts"),
    field("hashtag_count", Type::Count, false, "how many hashtags, where the source only counts"),
    field("mention_count", Type::Count, false, "how many mentions"),
    field("link_count", Type::Count, false, "how many links"),
    field("media_count", Type::Count, false, "how many pictures, films, sounds"),
    field("answered_after_seconds", Type::Count, false, "for a reply: seconds since the post it answers"),
    field("likes", Type::Count, false, "counter: likes, favourites"),
    field("reposts", Type::Count, false, "counter: reposts, retweets, shares"),
    field("replies", Type::Count, false, "counter: replies, comments"),
    field("quotes", Type::Count, false, "counter: quotes"),
    field("views", Type::Count, false, "counter: views"),
];

/// A key of a table of the mapping, with its meaning.
pub(super) type Key = (&'static str, &'static str);

/// The keys of the whole file.
pub(super) const TOP: &[Key] = &[
    (
        "kind",
        "organisations, names, successions, denominators, websites, accounts, profiles or posts; required",
    ),
    ("source", "where the data come from, in words; required here or on the command line"),
    ("lane", "open, keyed or contributed; left out: contributed"),
    ("retention", "how long it may be kept; left out: unlimited"),
    ("format", "csv, tsv, json or jsonl; left out: from the file's name, then its content"),
    ("encoding", "any WHATWG label such as windows-1252; left out: UTF-8; a byte order mark decides"),
    (
        "separator",
        "one character between fields; left out: a comma (tsv: a tab), or ';', tab or '|' where \
                   the header has no comma",
    ),
    ("quote", "\"\" where quotation marks are ordinary characters"),
    (
        "header",
        "names of the columns, for a file without a header row; the last ones may be absent from a file \
         if nothing needs them",
    ),
    ("rows", "dotted path to the array of rows, for a JSON file that is an object"),
    ("only", "a condition: rows for which it does not hold are skipped and counted"),
    ("missing", "texts that mean \"not given\"; left out: [\"\", \"NA\"]"),
    ("platform", "the platform of every row, where no column says it"),
    ("time_zone", "for times without an offset: a name like Europe/London, or an offset like -05:00"),
    ("observed_at", "when posts and profiles were read, where no column says it"),
    ("max_bad_share", "the import is refused when more rows than this share are bad; left out: 0.01"),
    ("columns", "which column gives which field"),
    ("post_kind", "conditions that tell the kind of a post"),
    ("coverage", "which span of time the file covers"),
];

/// The keys of one column.
pub(super) const COLUMN: &[Key] = &[
    ("column", "the column's name; in JSON a dotted path"),
    ("value", "the same text for every row, instead of a column"),
    ("missing", "texts that mean \"not given\", instead of the mapping's"),
    ("optional", "true: the file may lack the column"),
    ("format", "for times and days: rfc3339 (the default), unix, unix_ms, or a pattern like %d/%m/%Y %H:%M"),
    ("offsets", "for times with names of offsets: what stands for %z in the format, { EST = \"-05:00\" }"),
    ("times", "for counts and numbers: multiply; a count is then rounded"),
    ("prefix", "put before every value"),
    ("suffix", "put after every value"),
    ("digits", "zeros are put before a code of digits until it is as long as this"),
    ("values", "translation, from the file's text to ours; a text that is not listed is an error"),
    ("otherwise", "with values: what a text that is not listed becomes; \"\" is \"not given\""),
    ("split", "for lists in one text: what stands between the items"),
    ("item", "for lists of objects: dotted path to the text within each"),
    ("item_kind", "for media: dotted path to the kind within each object; left out: kind"),
    ("item_alt_text", "for media: dotted path to the alternative text; left out: alt_text"),
];

/// The keys of a condition.
pub(super) const CONDITION: &[Key] = &[
    ("column", "the column's name; in JSON a dotted path"),
    ("equals", "holds where the value is this text, or one of these"),
    ("starts_with", "holds where the value begins with this text"),
    ("given", "true: holds where there is a value; false: where there is none"),
    ("missing", "texts that mean \"not given\", instead of the mapping's"),
    ("optional", "true: the file may lack the column"),
];

/// The keys of `[post_kind]`.
pub(super) const POST_KIND: &[Key] = &[
    ("repost", "condition, looked at first"),
    ("quote", "condition, looked at second"),
    ("reply", "condition, looked at third"),
    ("otherwise", "original, reply, repost or quote; left out: not given"),
];

/// The keys of `[coverage]`.
pub(super) const COVERAGE: &[Key] = &[
    (
        "from",
        "\"beginning\", an instant, or \"nothing\" for a selection such as a search; left out: each account's first post in \
         the file",
    ),
    ("to", "an instant; left out: observed_at, or without from each account's last post in the file"),
    ("newest", "the source gives only the newest so many posts of an account"),
    ("newest_tolerance", "the share of them that may be missing; left out: 0"),
    ("pages_of", "an account with a whole number of pages of this many rows was cut off as well"),
];

/// All tables, for help and tests.
pub(super) const TABLES: &[(&str, &[Key])] = &[
    ("the mapping", TOP),
    ("a column", COLUMN),
    ("a condition", CONDITION),
    ("[post_kind]", POST_KIND),
    ("[coverage]", COVERAGE),
];

/// Every key and field of a mapping with its meaning, as a text for people.
pub fn mapping_help() -> String {
    let mut help = String::from("A mapping is a TOML file.\n");
    for (table, keys) in TABLES {
        let _ = write!(help, "\nKeys of {table}\n");
        for (key, what) in *keys {
            let _ = writeln!(help, "  {key:<24} {what}");
        }
    }
    for kind in Kind::ALL {
        let _ = write!(help, "\nFields in [columns] for {} (* required)\n", kind.as_str());
        for field in kind.fields() {
            let star = if field.required { "*" } else { " " };
            let _ = writeln!(help, " {star}{:<24} {}", field.name, field.what);
        }
    }
    help.push_str("  x_…                      (organisations) carried along as it is\n");
    help
}
