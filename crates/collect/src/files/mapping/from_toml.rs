//! A mapping from its TOML: every key is read here, and every error names the key, its line and what to do.

use encoding_rs::Encoding;
use jiff::tz::{Offset, TimeZone};
use someasure_model::{Instant, Lane, PostKind, time};

use super::{
    Column, Condition, Format, KindRules, Mapping, Origin, Test, TimeFormat, default_missing, post_kind,
};
use crate::files::fields::{self, Field, Kind};
use crate::files::suggest;
use crate::files::tally::{Coverage, CoversFrom};
use crate::files::toml_table::{Entry, MappingError, Table};

pub(super) fn mapping(top: Table<'_>) -> Result<Mapping, MappingError> {
    top.allow("", fields::TOP)?;
    let get = |key| top.get("", key);
    let kind = get("kind").ok_or_else(|| {
        MappingError::absent(
            "kind",
            "say what a row is: kind = \"posts\" (organisations, names, successions, denominators, websites, accounts, profiles)",
        )
    })?;
    let kind = choose(&kind, &Kind::ALL.map(|kind| (kind.as_str(), kind)))?;
    let mut mapping = Mapping::empty(kind);

    mapping.source = get("source").map(|entry| entry.text().map(str::to_owned)).transpose()?;
    if let Some(entry) = get("lane") {
        let lanes = [Lane::Open, Lane::Keyed, Lane::Contributed].map(|lane| (lane.as_str(), lane));
        mapping.lane = choose(&entry, &lanes)?;
    }
    if let Some(entry) = get("retention") {
        mapping.retention = entry.text()?.to_owned();
    }
    if let Some(entry) = get("format") {
        let formats = [Format::Csv, Format::Tsv, Format::Json, Format::Jsonl];
        mapping.format = Some(choose(&entry, &formats.map(|format| (format.as_str(), format)))?);
    }
    if let Some(entry) = get("encoding") {
        mapping.encoding = Some(encoding(entry.text()?).map_err(|why| entry.error(why))?);
    }
    if let Some(entry) = get("separator") {
        let separator = entry.text()?;
        let mut chars = separator.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !matches!(c, '"' | '\n' | '\r' | '\0') => {
                mapping.separator = Some(separator.to_owned());
            }
            _ => return Err(entry.error("must be one character, like \",\" or \"\\t\" or \"\\u00ac\"")),
        }
    }
    if let Some(entry) = get("quote") {
        mapping.quotes = match entry.text()? {
            "" => false,
            "\"" => true,
            _ => return Err(entry.error("must be \"\" (no quoting) or left out")),
        };
    }
    if let Some(entry) = get("header") {
        let names = entry.texts()?;
        if names.is_empty() {
            return Err(entry.error("name the columns in their order, or leave the key out"));
        }
        mapping.header = Some(names);
    }
    if let Some(entry) = get("rows") {
        mapping.rows = entry.text()?.split('.').map(str::to_owned).collect();
    }
    if let Some(entry) = get("platform") {
        let platform = entry.text()?;
        mapping.platform = Some(platform.parse().map_err(|error| entry.error(format!("{error}")))?);
    }
    if let Some(entry) = get("time_zone") {
        mapping.time_zone = Some(zone_named(entry.text()?).map_err(|why| entry.error(why))?);
    }
    if let Some(entry) = get("observed_at") {
        mapping.observed_at = Some(instant(&entry)?);
    }
    if let Some(entry) = get("max_bad_share") {
        mapping.max_bad_share = share(&entry)?;
    }
    let missing = get("missing").map(|entry| entry.texts()).transpose()?.unwrap_or_else(default_missing);
    mapping.only = get("only").map(|entry| condition(&entry, &missing)).transpose()?;

    columns(&mut mapping, get("columns"), &missing)?;
    if let Some(entry) = get("post_kind") {
        if kind != Kind::Posts {
            return Err(entry.error("only posts have a kind"));
        }
        if mapping.columns.iter().any(|column| column.field == "kind") {
            return Err(entry.error("[columns] gives the kind already; keep one of the two"));
        }
        mapping.post_kind = Some(kind_rules(&entry, &missing)?);
    }
    if let Some(entry) = get("coverage") {
        if kind != Kind::Posts {
            return Err(entry.error("only for posts: the other kinds cover the instant they were read"));
        }
        mapping.coverage = coverage(&entry)?;
    }
    Ok(mapping)
}

fn columns(mapping: &mut Mapping, entry: Option<Entry<'_>>, missing: &[String]) -> Result<(), MappingError> {
    let kind = mapping.kind;
    let entry = entry.ok_or_else(|| {
        MappingError::absent("[columns]", "say which column gives which field, like: post_id = \"id_str\"")
    })?;
    for (name, entry) in entry.table()?.entries("[columns]") {
        let field = kind.fields().iter().find(|field| field.name == name);
        let carried = kind == Kind::Organisations && name.starts_with("x_");
        if field.is_none() && !carried {
            let names: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
            let hint = suggest::hint(&name, names.iter().copied());
            let kind = kind.as_str();
            return Err(
                entry.error(format!("{kind} have no such field{hint}; the fields are {}", names.join(", ")))
            );
        }
        mapping.columns.push(column(&name, field, &entry, missing)?);
    }
    let has = |field: &str| mapping.columns.iter().any(|column| column.field == field);
    for field in kind.fields().iter().filter(|field| field.required) {
        if !has(field.name) {
            let why = format!("required: say which column gives {}", field.what);
            return Err(MappingError { key: format!("[columns] {}", field.name), ..entry.error(why) });
        }
    }
    if kind.is_about_an_account() && !has("account_id") && !has("handle") {
        return Err(entry.error("say which column gives account_id, handle or both: whose is a row?"));
    }
    Ok(())
}

fn column(
    name: &str,
    field: Option<&Field>,
    entry: &Entry<'_>,
    missing: &[String],
) -> Result<Column, MappingError> {
    let mut column = Column::plain(name, "", missing);
    if !entry.is_table() {
        let text = entry.text().map_err(|error| MappingError {
            why: format!("{}; give the column's name, or {{ value = … }} for a constant", error.why),
            ..error
        })?;
        column.origin = Origin::Column(text.to_owned());
        return Ok(column);
    }
    let table = entry.table()?;
    let path = entry.path.as_str();
    table.allow(path, fields::COLUMN)?;
    for (key, value) in table.entries(path) {
        if let Some(field) = field.filter(|field| !field.ty.accepts(&key)) {
            let why = format!("'{key}' means nothing here: {name} is {}", field.ty.in_words());
            return Err(value.error(why));
        }
    }
    let get = |key| table.get(path, key);
    column.origin = match (get("column"), get("value")) {
        (Some(column), None) => Origin::Column(column.text()?.to_owned()),
        (None, Some(value)) => Origin::Value(value.loose_text()?),
        (Some(_), Some(_)) => return Err(entry.error("give column or value, not both")),
        (None, None) => return Err(entry.error("give column = \"…\" or value = \"…\"")),
    };
    if let Some(entry) = get("optional") {
        column.optional = entry.yes_or_no()?;
    }
    if let Some(entry) = get("missing") {
        column.missing = entry.texts()?;
    }
    if let Some(entry) = get("format") {
        column.time = time_format(&entry)?;
    }
    if let Some(entry) = get("offsets") {
        column.offsets = offsets(&entry, &column.time)?;
    }
    if let Some(entry) = get("times") {
        let factor = entry.number()?;
        if factor <= 0.0 {
            return Err(entry.error("must be above 0"));
        }
        column.times = Some(factor);
    }
    if let Some(entry) = get("digits") {
        column.digits = Some(usize::try_from(entry.positive()?.min(64)).unwrap_or(64));
    }
    let text = |key| get(key).map(|entry| entry.text().map(str::to_owned)).transpose();
    column.prefix = text("prefix")?;
    column.suffix = text("suffix")?;
    column.item = text("item")?;
    column.otherwise = text("otherwise")?;
    column.item_kind = text("item_kind")?.unwrap_or(column.item_kind);
    column.item_alt_text = text("item_alt_text")?.unwrap_or(column.item_alt_text);
    if let Some(entry) = get("split") {
        let separator = entry.text()?;
        if separator.is_empty() {
            return Err(entry.error("must be what stands between the items, like \" \" or \";\""));
        }
        column.split = Some(separator.to_owned());
    }
    if let Some(entry) = get("values") {
        let pairs = entry.table()?.entries(&entry.path);
        let pairs = pairs.into_iter().map(|(from, to)| to.loose_text().map(|to| (from, to)));
        column.values = Some(pairs.collect::<Result<_, _>>()?);
    } else if let Some(entry) = get("otherwise") {
        return Err(entry.error("only beside values"));
    }
    Ok(column)
}

fn time_format(entry: &Entry<'_>) -> Result<TimeFormat, MappingError> {
    let text = entry.text()?;
    Ok(match text {
        "rfc3339" => TimeFormat::Rfc3339,
        "unix" => TimeFormat::Unix,
        "unix_ms" => TimeFormat::UnixMs,
        pattern if pattern.contains('%') => {
            let some = jiff::civil::date(2014, 4, 7).at(13, 34, 47, 0).to_zoned(TimeZone::UTC);
            let written = some
                .ok()
                .and_then(|some| jiff::fmt::strtime::format(pattern, &some).ok())
                .and_then(|written| jiff::fmt::strtime::parse(pattern, written).ok());
            if written.is_none() {
                return Err(entry.error(format!("'{pattern}' is not a pattern of times (strptime)")));
            }
            TimeFormat::Pattern(pattern.to_owned())
        }
        _ => {
            let why = "must be rfc3339, unix, unix_ms, or a pattern like %a %b %d %H:%M:%S %z %Y";
            return Err(entry.error(why));
        }
    })
}

/// Names of offsets with the digits that the pattern reads in their place.
fn offsets(entry: &Entry<'_>, time: &TimeFormat) -> Result<Vec<(String, String)>, MappingError> {
    let colon = match time {
        TimeFormat::Pattern(pattern) if pattern.contains("%:z") => ":",
        TimeFormat::Pattern(pattern) if pattern.contains("%z") => "",
        _ => return Err(entry.error("only beside a format with %z where the name stands")),
    };
    let mut offsets = Vec::new();
    for (name, value) in entry.table()?.entries(&entry.path) {
        let offset = value.text()?;
        if name.is_empty() || !offset.starts_with(['+', '-']) {
            return Err(value.error("write a name and its offset, like EST = \"-05:00\""));
        }
        zone_named(offset).map_err(|why| value.error(why))?;
        offsets.push((name, offset.replace(':', colon)));
    }
    offsets.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    Ok(offsets)
}

fn condition(entry: &Entry<'_>, missing: &[String]) -> Result<Condition, MappingError> {
    let table = entry.table()?;
    let path = entry.path.as_str();
    table.allow(path, fields::CONDITION)?;
    let get = |key| table.get(path, key);
    let column = get("column").ok_or_else(|| entry.error("name the column: column = \"…\""))?;
    let test = match (get("equals"), get("starts_with"), get("given")) {
        (Some(entry), None, None) => Test::Equals(entry.one_or_more_texts()?),
        (None, Some(entry), None) => Test::StartsWith(entry.text()?.to_owned()),
        (None, None, Some(entry)) => Test::Given(entry.yes_or_no()?),
        _ => return Err(entry.error("give one of equals = \"…\", starts_with = \"…\" or given = true")),
    };
    Ok(Condition {
        column: column.text()?.to_owned(),
        optional: get("optional").map(|entry| entry.yes_or_no()).transpose()?.unwrap_or(false),
        missing: get("missing").map(|entry| entry.texts()).transpose()?.unwrap_or_else(|| missing.to_vec()),
        test,
    })
}

fn kind_rules(entry: &Entry<'_>, missing: &[String]) -> Result<KindRules, MappingError> {
    let table = entry.table()?;
    let path = "[post_kind]";
    table.allow(path, fields::POST_KIND)?;
    let mut rules = Vec::new();
    for kind in [PostKind::Repost, PostKind::Quote, PostKind::Reply] {
        if let Some(entry) = table.get(path, kind.as_str()) {
            rules.push((kind, condition(&entry, missing)?));
        }
    }
    let otherwise = table.get(path, "otherwise");
    let otherwise = otherwise.map(|entry| {
        let text = entry.text()?;
        post_kind(text).ok_or_else(|| entry.error("must be original, reply, repost or quote"))
    });
    Ok(KindRules { rules, otherwise: otherwise.transpose()? })
}

fn coverage(entry: &Entry<'_>) -> Result<Coverage, MappingError> {
    let table = entry.table()?;
    let path = "[coverage]";
    table.allow(path, fields::COVERAGE)?;
    let get = |key| table.get(path, key);
    let from = match get("from") {
        None => CoversFrom::FirstPost,
        Some(entry) if matches!(entry.text(), Ok("beginning")) => CoversFrom::Beginning,
        Some(entry) if matches!(entry.text(), Ok("nothing")) => CoversFrom::Nothing,
        Some(entry) => CoversFrom::At(instant(&entry).map_err(|error| MappingError {
            why: format!(
                "{}; or \"beginning\" for each account's whole life, or \"nothing\" for a selection",
                error.why
            ),
            ..error
        })?),
    };
    let to = get("to").map(|entry| instant(&entry).map(|to| (entry, to))).transpose()?;
    if let (CoversFrom::At(from), Some((entry, to))) = (from, &to)
        && *to <= from
    {
        return Err(entry.error("must be after from"));
    }
    Ok(Coverage {
        from,
        to: to.map(|(_, to)| to),
        newest: get("newest").map(|entry| entry.positive()).transpose()?,
        newest_tolerance: get("newest_tolerance").map(|entry| share(&entry)).transpose()?.unwrap_or(0.0),
        pages_of: get("pages_of").map(|entry| entry.positive()).transpose()?,
    })
}

fn instant(entry: &Entry<'_>) -> Result<Instant, MappingError> {
    entry.time()?.parse().map_err(|error: time::TimeError| entry.error(error.to_string()))
}

fn share(entry: &Entry<'_>) -> Result<f64, MappingError> {
    let share = entry.number()?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err(entry.error("must be a share from 0 to 1")) }
}

fn choose<T: Copy>(entry: &Entry<'_>, choices: &[(&str, T)]) -> Result<T, MappingError> {
    let text = entry.text()?;
    choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let hint = suggest::hint(text, names.iter().copied());
        entry.error(format!("'{text}' is none of {}{hint}", names.join(", ")))
    })
}

pub(super) fn encoding(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
        format!("'{label}' is no encoding; examples: utf-8, windows-1252, utf-16le, shift_jis")
    })
}

/// A zone of the tz database, or a fixed offset such as `-05:00`.
pub(super) fn zone_named(text: &str) -> Result<TimeZone, String> {
    if text.starts_with(['+', '-']) {
        let digits = text[1..].split_once(':').and_then(|(h, m)| Some((h.parse().ok()?, m.parse().ok()?)));
        if let Some((hours @ 0..=23i32, minutes @ 0..=59i32)) = digits {
            let seconds = (hours * 60 + minutes) * 60 * if text.starts_with('-') { -1 } else { 1 };
            return Offset::from_seconds(seconds)
                .map(Offset::to_time_zone)
                .map_err(|error| error.to_string());
        }
        return Err(format!("'{text}' is not an offset: write it like -05:00"));
    }
    time::time_zone(text).map_err(|error| error.to_string())
}
