//! Taking away. Erasing an account rewrites every file that holds a row of it or a reference to it; it is
//! not a filter over rows that stay. Compaction joins the files of a partition and puts the platform's own
//! ids in the place of provisional ones. Both are one commit: a crash leaves the old files or the new.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, ListArray, ListBuilder, RecordBatch, StringArray, StringBuilder,
};
use datafusion::arrow::compute::{cast, filter_record_batch};
use datafusion::arrow::datatypes::{DataType, Field};
use someasure_model::{AccountId, Table};

use crate::engine::Engine;
use crate::error::LedgerError;
use crate::manifest::{FileEntry, Writer};
use crate::parquet::Partitions;
use crate::rows::Texts;
use crate::schema::{layout, schema};

/// What an erasure took away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// Rows removed, by table.
    pub rows: BTreeMap<Table, u64>,
    /// References in other accounts' rows that were emptied.
    pub references: u64,
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files before.
    pub files_before: usize,
    /// Files after.
    pub files_after: usize,
    /// Bytes before.
    pub bytes_before: u64,
    /// Bytes after.
    pub bytes_after: u64,
}

impl Writer {
    /// Removes every row of these accounts (all ids that one account is known by) and empties references
    /// to them and to their posts. Waits for readers, so that the bytes are gone when it returns.
    pub fn erase(&mut self, accounts: &BTreeSet<AccountId>) -> Result<Erased, LedgerError> {
        let mut erased = Erased::default();
        let mut files = Vec::new();
        let mut changed = false;
        let posts = self.posts_of(accounts)?;
        for file in self.manifest.files.clone() {
            match self.without(&file, accounts, &posts, &mut erased)? {
                None => files.push(file),
                Some(rest) => {
                    changed = true;
                    files.extend(rest);
                }
            }
        }
        if changed {
            self.commit(files)?;
        }
        self.sweep_for_good()?;
        Ok(erased)
    }

    /// Joins the files of each partition into one and resolves provisional ids.
    pub fn compact(&mut self, aliases: &BTreeMap<AccountId, AccountId>) -> Result<Compacted, LedgerError> {
        let size = |files: &[FileEntry]| (files.len(), files.iter().map(|file| file.bytes).sum::<u64>());
        let (files_before, bytes_before) = size(&self.manifest.files);
        let mut partitions: BTreeMap<(Table, String), Vec<FileEntry>> = BTreeMap::new();
        for file in &self.manifest.files {
            partitions.entry((file.table, file.partition.clone())).or_default().push(file.clone());
        }
        let mut files = Vec::new();
        let mut changed = false;
        for ((table, partition), entries) in partitions {
            if entries.len() == 1 && !self.holds_provisional(&entries[0], aliases)? {
                files.extend(entries);
                continue;
            }
            changed = true;
            let engine = Engine::new(self.limits)?;
            let entries: Vec<&FileEntry> = entries.iter().collect();
            engine.register_files("there", table, &self.root, &entries)?;
            let order = whole_order(table);
            let name = format!("{:08}-compacted", self.manifest.generation + 1);
            let mut out = Partitions::new(table, &name, &self.staging());
            let columns = select_resolved(table, !aliases.is_empty());
            register_aliases(&engine, aliases)?;
            engine.stream(&format!("{columns} ORDER BY {}", order.join(", ")), |batch| {
                out.write(&partition, &batch)
            })?;
            files.extend(out.finish(&self.root)?);
        }
        if changed {
            self.commit(files)?;
        }
        let (files_after, bytes_after) = size(&self.manifest.files);
        Ok(Compacted { files_before, files_after, bytes_before, bytes_after })
    }

    /// The posts of these accounts: their readings must go with them, and what is kept of them elsewhere.
    pub fn posts_of(&self, accounts: &BTreeSet<AccountId>) -> Result<BTreeSet<String>, LedgerError> {
        let mut posts = BTreeSet::new();
        for file in self.manifest.files.iter().filter(|file| file.table == Table::Post) {
            for batch in self.read(file, Some(&["post_id", "account_id"]))? {
                let batch = batch?;
                let (post_id, account_id) = (Texts::of(&batch, "post_id")?, Texts::of(&batch, "account_id")?);
                for row in 0..batch.num_rows() {
                    if let (Some(post), Some(account)) = (post_id.get(row), account_id.get(row))
                        && accounts.iter().any(|erased| erased.as_str() == account)
                    {
                        posts.insert(post.to_owned());
                    }
                }
            }
        }
        Ok(posts)
    }

    /// The file's rows without those accounts, as new files; `None` when nothing changes.
    fn without(
        &self,
        file: &FileEntry,
        accounts: &BTreeSet<AccountId>,
        posts: &BTreeSet<String>,
        erased: &mut Erased,
    ) -> Result<Option<Vec<FileEntry>>, LedgerError> {
        let ids: BTreeSet<&str> = accounts.iter().map(AsRef::as_ref).collect();
        let id_columns: &[&str] = match file.table {
            Table::Observation | Table::Post | Table::Sighting | Table::Attempt => &["account_id"],
            Table::Follow => &["follower_id", "followed_id"],
            Table::Reading => &["post_id"],
            Table::Batch => return Ok(None),
        };
        let goes = |value: &str| match file.table {
            Table::Reading => posts.contains(value),
            _ => ids.contains(value),
        };
        self.rewritten(file, "erased", |batch| {
            let mut keep = vec![true; batch.num_rows()];
            for column in id_columns {
                for (keep, value) in keep.iter_mut().zip(Texts::of(batch, column)?.iter()) {
                    *keep &= !value.is_some_and(goes);
                }
            }
            let gone = keep.iter().filter(|keep| !**keep).count() as u64;
            let mut rest = None;
            if gone > 0 {
                *erased.rows.entry(file.table).or_default() += gone;
                rest = Some(filter_record_batch(batch, &BooleanArray::from(keep))?);
            }
            if file.table == Table::Post {
                let (emptied, count) = without_references(rest.as_ref().unwrap_or(batch), &ids, posts)?;
                if count > 0 {
                    erased.references += count;
                    rest = Some(emptied);
                }
            }
            Ok(rest)
        })
    }

    fn holds_provisional(
        &self,
        file: &FileEntry,
        aliases: &BTreeMap<AccountId, AccountId>,
    ) -> Result<bool, LedgerError> {
        let layout = layout(file.table);
        let Some(account) = layout.account else { return Ok(false) };
        if aliases.is_empty() {
            return Ok(false);
        }
        self.names_one(file, &[account], |value| {
            value.contains(":@") && value.parse().is_ok_and(|id: AccountId| aliases.contains_key(&id))
        })
    }
}

/// Empties what points to an erased account or its posts in rows that are not its own: the account and the
/// post that a row answers, the post that it quotes or whose conversation it is in, and mentions.
pub(crate) fn without_references(
    batch: &RecordBatch,
    ids: &BTreeSet<&str>,
    posts: &BTreeSet<String>,
) -> Result<(RecordBatch, u64), LedgerError> {
    let mut columns = batch.columns().to_vec();
    let mut count = 0;
    let schema = batch.schema();
    let platforms = Texts::of(batch, "platform")?;
    let answered = Texts::of(batch, "in_reply_to_account_id")?;
    let answers_one = |row: usize| answered.get(row).is_some_and(|value| ids.contains(value));
    // A conversation is named by its first post, with or without the platform.
    let of_one = |row: usize, value: &str| {
        posts.contains(value)
            || platforms.get(row).is_some_and(|platform| posts.contains(&format!("{platform}:{value}")))
    };
    type Goes<'a> = &'a dyn Fn(usize, &str) -> bool;
    let rules: [(&str, Goes<'_>); 4] = [
        ("in_reply_to_account_id", &|row, _| answers_one(row)),
        ("in_reply_to_post_id", &|row, value| answers_one(row) || of_one(row, value)),
        ("quoted_post_id", &of_one),
        ("conversation_id", &of_one),
    ];
    for (name, goes) in rules {
        let column = schema.index_of(name)?;
        let values = Texts::from_array(&columns[column])?;
        let emptied: StringArray = (0..batch.num_rows())
            .map(|row| {
                let value = values.get(row)?;
                let goes = goes(row, value);
                count += u64::from(goes);
                (!goes).then_some(value)
            })
            .collect();
        columns[column] = Arc::new(emptied);
    }
    let mentions_at = schema.index_of("mentions")?;
    let list_type = DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
    let lists = cast(&columns[mentions_at], &list_type)?;
    if let Some(lists) = lists.as_any().downcast_ref::<ListArray>() {
        let mut builder = ListBuilder::new(StringBuilder::new());
        for row in 0..lists.len() {
            if lists.is_valid(row) {
                let items = Texts::from_array(&lists.value(row))?;
                for item in 0..lists.value(row).len() {
                    let Some(value) = items.get(item) else { continue };
                    if mentions_one(value, platforms.get(row).unwrap_or(""), ids) {
                        count += 1;
                    } else {
                        builder.values().append_value(value);
                    }
                }
            }
            builder.append(lists.is_valid(row));
        }
        columns[mentions_at] = Arc::new(builder.finish()) as ArrayRef;
    }
    Ok((RecordBatch::try_new(schema, columns)?, count))
}

/// Whether a mention on a platform is one of the accounts: by its whole id, the platform's own id or its
/// handle. The same handle on another platform is somebody else.
fn mentions_one(mention: &str, platform: &str, ids: &BTreeSet<&str>) -> bool {
    let bare = mention.trim_start_matches('@');
    ids.contains(mention)
        || ids.contains(format!("{platform}:{bare}").as_str())
        || ids.contains(format!("{platform}:@{}", bare.to_lowercase()).as_str())
}

/// A table's key and, where resolved ids can make keys alike, everything else that can be ordered, so that
/// the same rows give the same bytes.
fn whole_order(table: Table) -> Vec<String> {
    let key = layout(table).key;
    let schema = schema(table);
    let rest = schema.fields().iter().filter(|field| {
        !matches!(table, Table::Post | Table::Reading)
            && !key.contains(&field.name().as_str())
            && !field.data_type().is_nested()
    });
    let names = key.iter().map(|column| (*column).to_owned()).chain(rest.map(|field| field.name().clone()));
    names.map(|column| format!("\"{column}\"")).collect()
}

/// `SELECT … FROM there` with the platform's own ids in the place of provisional ones.
fn select_resolved(table: Table, aliased: bool) -> String {
    let account = layout(table).account.filter(|_| aliased);
    let columns: Vec<String> = schema(table)
        .fields()
        .iter()
        .map(|field| match account {
            Some(account) if account == field.name() => {
                format!("coalesce(alias.known_id, there.\"{account}\") AS \"{account}\"")
            }
            _ => format!("there.\"{}\"", field.name()),
        })
        .collect();
    let join = account.map_or_else(String::new, |account| {
        format!(" LEFT JOIN alias ON alias.provisional_id = there.\"{account}\"")
    });
    format!("SELECT {} FROM there{join}", columns.join(", "))
}

/// The table `alias`: provisional_id, known_id.
pub(crate) fn register_aliases(
    engine: &Engine,
    aliases: &BTreeMap<AccountId, AccountId>,
) -> Result<(), LedgerError> {
    use datafusion::arrow::datatypes::Schema;
    let schema = Arc::new(Schema::new(vec![
        Field::new("provisional_id", DataType::Utf8, false),
        Field::new("known_id", DataType::Utf8, false),
    ]));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(aliases.keys())),
        Arc::new(StringArray::from_iter_values(aliases.values())),
    ];
    let rows = RecordBatch::try_new(schema.clone(), columns)?;
    engine.register_rows("alias", schema, vec![rows])
}
