//! The files of `register/` and their columns: the contract with those who keep them.

/// The files of `register/`, in the order in which they are read.
pub const FILES: [&str; 8] = [
    "organisations.csv",
    "names.csv",
    "listings.csv",
    "successions.csv",
    "denominators.csv",
    "accounts.csv",
    "evidence.csv",
    "objections.csv",
];

/// The columns of one file, in the order in which it is written.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// All of them.
    pub all: &'static [&'static str],
    /// Those that a file cannot do without.
    pub required: &'static [&'static str],
    /// At least one of these must be there, where any are listed.
    pub one_of: &'static [&'static str],
}

/// `organisations.csv`
pub const ORGANISATIONS: Columns = Columns {
    all: &[
        "organisation_id",
        "name",
        "type",
        "nation",
        "region",
        "parent_id",
        "opened",
        "closed",
        "website",
        "source",
    ],
    required: &["organisation_id", "name", "type", "source"],
    one_of: &[],
};
/// `names.csv`
pub const NAMES: Columns = Columns {
    all: &["organisation_id", "name", "from", "to", "source"],
    required: &["organisation_id", "name", "source"],
    one_of: &[],
};
/// `listings.csv`: the columns of `organisations.csv`, after the list and the day of its cut.
pub const LISTINGS: Columns = Columns {
    all: &[
        "organisation_id",
        "list",
        "as_at",
        "name",
        "type",
        "nation",
        "region",
        "parent_id",
        "opened",
        "closed",
        "website",
        "source",
    ],
    required: &["organisation_id", "list", "as_at", "name", "type", "source"],
    one_of: &[],
};
/// `successions.csv`
pub const SUCCESSIONS: Columns = Columns {
    all: &["predecessor_id", "successor_id", "date", "kind", "source"],
    required: &["predecessor_id", "successor_id", "kind", "source"],
    one_of: &[],
};
/// `denominators.csv`
pub const DENOMINATORS: Columns = Columns {
    all: &["organisation_id", "kind", "value", "as_at", "source"],
    required: &["organisation_id", "kind", "value", "as_at", "source"],
    one_of: &[],
};
/// `accounts.csv`
pub const ACCOUNTS: Columns = Columns {
    all: &["organisation_id", "platform", "account_id", "handle", "role", "from", "to", "reason_for_leaving"],
    required: &["organisation_id", "platform"],
    one_of: &["account_id", "handle"],
};
/// `evidence.csv`
pub const EVIDENCE: Columns = Columns {
    all: &["platform", "account_id", "handle", "class", "url", "checked_at", "checked_by", "expires"],
    required: &["class", "url", "checked_at", "checked_by"],
    one_of: &["account_id", "handle"],
};
/// `objections.csv`
pub const OBJECTIONS: Columns =
    Columns { all: &["account_id", "recorded_at"], required: &["account_id", "recorded_at"], one_of: &[] };
