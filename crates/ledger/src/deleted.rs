//! Posts that their authors deleted, or a platform did. Platforms' terms want their words gone within a day, so they leave
//! the files and are not merely hidden: content and counters, and the words of reposts, which are the same words. The
//! sightings stay: by them counts are reconciled, a mark stands in the post's place, and a later import keeps nothing of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, BooleanArray, RecordBatch};
use datafusion::arrow::compute::{filter_record_batch, nullif};
use someasure_model::{LeftOut, PostId, PostKind, Table};

use crate::error::LedgerError;
use crate::manifest::{FileEntry, Ledger, Writer};
use crate::rows::Texts;

/// What a repost has of the words of its original. Its hashtags stay: by them it is counted.
const WORDS: [&str; 4] = ["text", "links", "mentions", "media"];

impl Ledger {
    /// Posts that an import of a chat was told are deleted.
    pub fn deleted_posts(&self) -> Result<BTreeSet<PostId>, LedgerError> {
        let mut deleted = BTreeSet::new();
        if self.rows(Table::Sighting) == 0 {
            return Ok(deleted);
        }
        let engine = self.engine(self.limits, &[Table::Sighting])?;
        let sql = format!(
            "SELECT DISTINCT post_id FROM ledger_sighting WHERE left_out = '{}'",
            LeftOut::Deleted.as_str()
        );
        engine.stream(&sql, |rows| {
            deleted.extend(
                Texts::of(&rows, "post_id")?.iter().flatten().filter_map(|id| id.parse::<PostId>().ok()),
            );
            Ok(())
        })?;
        Ok(deleted)
    }
}

impl Writer {
    /// Removes what the ledger holds of deleted posts, and returns how many rows of posts that were. Waits for readers where
    /// something is removed, so that the bytes are gone when it returns.
    pub fn remove_deleted(&mut self) -> Result<u64, LedgerError> {
        let deleted = self.reader().deleted_posts()?;
        if deleted.is_empty() {
            return Ok(0);
        }
        let deleted: BTreeSet<&str> = deleted.iter().map(PostId::as_str).collect();
        let (mut removed, mut files) = (0, Vec::new());
        for file in self.manifest.files.clone() {
            let is_deleted = |id: &str| deleted.contains(id);
            let touched = match file.table {
                Table::Post => self.names_one(&file, &["post_id", "quoted_post_id"], is_deleted)?,
                Table::Reading => self.names_one(&file, &["post_id"], is_deleted)?,
                _ => false,
            };
            let rest = match touched {
                true => self.without_deleted(&file, &deleted, &mut removed)?,
                false => None,
            };
            match rest {
                Some(rest) => files.extend(rest),
                None => files.push(file),
            }
        }
        if files != self.manifest.files {
            self.commit(files)?;
            self.sweep_for_good()?;
        }
        Ok(removed)
    }

    /// The file's rows without deleted posts and their words, as new files; `None` when nothing changes.
    fn without_deleted(
        &self,
        file: &FileEntry,
        deleted: &BTreeSet<&str>,
        removed: &mut u64,
    ) -> Result<Option<Vec<FileEntry>>, LedgerError> {
        self.rewritten(file, "removed", |rows| {
            let posts = Texts::of(rows, "post_id")?;
            let keep: Vec<bool> = posts.iter().map(|id| id.is_none_or(|id| !deleted.contains(id))).collect();
            let gone = keep.iter().filter(|keep| !**keep).count() as u64;
            let mut rest = filter_record_batch(rows, &BooleanArray::from(keep))?;
            let mut changed = gone > 0;
            if file.table == Table::Post {
                *removed += gone;
                changed |= empty_reposts(&mut rest, deleted)?;
            }
            Ok(changed.then_some(rest))
        })
    }
}

/// Takes the words out of reposts that pass a deleted post on; whether there were any.
fn empty_reposts(rows: &mut RecordBatch, deleted: &BTreeSet<&str>) -> Result<bool, LedgerError> {
    let (kinds, originals) = (Texts::of(rows, "kind")?, Texts::of(rows, "quoted_post_id")?);
    let passes_on = |row: usize| {
        kinds.get(row) == Some(PostKind::Repost.as_str())
            && originals.get(row).is_some_and(|id| deleted.contains(id))
    };
    let of_deleted: BooleanArray = (0..rows.num_rows()).map(|row| Some(passes_on(row))).collect();
    let schema = rows.schema();
    let mut columns = rows.columns().to_vec();
    let mut changed = false;
    for name in WORDS {
        let at = schema.index_of(name)?;
        changed |= (0..rows.num_rows()).any(|row| of_deleted.value(row) && columns[at].is_valid(row));
        columns[at] = nullif(&columns[at], &of_deleted)?;
    }
    if changed {
        *rows = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use someasure_model::{Batch, Instant, Lane, Post, Reading, Sighting};

    use super::*;
    use crate::Limits;

    fn post(id: &str, kind: PostKind, quoted: Option<&str>, text: &str) -> Post {
        Post {
            kind: Some(kind),
            quoted_post_id: quoted.map(|id| id.parse().unwrap()),
            text: Some(text.to_owned()),
            hashtags: Some(vec!["shelfchat".to_owned()]),
            mentions: Some(vec!["x:@ann".to_owned()]),
            links: Some(vec!["https://example.org/".to_owned()]),
            media: Some(Vec::new()),
            ..Post::bare(
                id.parse().unwrap(),
                "x:11".parse().unwrap(),
                Instant::from_micros(1_400_000_000_000_000),
                Instant::from_micros(1_400_000_100_000_000),
            )
        }
    }

    fn import(writer: &mut Writer, batch: &str, posts: &[Post], left_out: Option<LeftOut>) {
        let mut import = writer.begin(batch, BTreeMap::new(), BTreeSet::new());
        for post in posts {
            let sighting = Sighting {
                chat: "shelf".parse().unwrap(),
                post_id: post.post_id.clone(),
                account_id: None,
                observed_at: post.observed_at,
                times: 1,
                left_out,
            };
            import.sighting(sighting).unwrap();
            if left_out.is_none() {
                let reading = Reading {
                    post_id: post.post_id.clone(),
                    observed_at: post.observed_at,
                    likes: Some(3),
                    reposts: None,
                    replies: None,
                    quotes: None,
                    views: None,
                };
                import.post(1, post.clone(), Some(reading), None).unwrap();
            }
        }
        let at = Instant::from_micros(1_500_000_000_000_000);
        let row = Batch {
            batch: batch.to_owned(),
            started_at: at,
            finished_at: at,
            source: "a test".to_owned(),
            lane: Lane::Open,
            retention: String::new(),
            tool_version: String::new(),
            input_hash: String::new(),
        };
        import.write(|| row).unwrap().commit().unwrap();
    }

    /// Everything that files of a table say in a column.
    fn column(writer: &Writer, table: Table, name: &str) -> Vec<Option<String>> {
        let files = writer.manifest.files.iter().filter(|file| file.table == table);
        files
            .flat_map(|file| writer.read(file, None).unwrap())
            .map(Result::unwrap)
            .flat_map(|rows| {
                Texts::of(&rows, name).unwrap().iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn a_deleted_post_leaves_its_files_with_its_counters_and_the_words_of_its_reposts() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(directory.path(), Limits::default()).unwrap();
        let posts = [
            post("x:1", PostKind::Original, None, "secret"),
            post("x:2", PostKind::Repost, Some("x:1"), "RT @ann: secret"),
            post("x:3", PostKind::Quote, Some("x:1"), "my own words"),
        ];
        import(&mut writer, "first", &posts, None);
        assert_eq!(writer.remove_deleted().unwrap(), 0);
        let before = writer.manifest.clone();
        import(&mut writer, "second", &posts[..1], Some(LeftOut::Deleted));
        assert_eq!(writer.remove_deleted().unwrap(), 1);

        let id = |id: &str| Some(id.to_owned());
        assert_eq!(column(&writer, Table::Post, "post_id"), [id("x:2"), id("x:3")]);
        assert_eq!(column(&writer, Table::Post, "text"), [None, id("my own words")]);
        assert_eq!(column(&writer, Table::Post, "quoted_post_id"), [id("x:1"), id("x:1")], "the mark stays");
        assert_eq!(column(&writer, Table::Reading, "post_id"), [id("x:2"), id("x:3")]);
        assert_eq!(column(&writer, Table::Sighting, "post_id").len(), 4, "by these counts are reconciled");
        let old = before.files.iter().filter(|file| matches!(file.table, Table::Post | Table::Reading));
        assert!(old.map(|file| directory.path().join(&file.path)).all(|path| !path.exists()), "physically");
        let generation = writer.manifest.generation;
        assert_eq!(writer.remove_deleted().unwrap(), 0);
        assert_eq!(writer.manifest.generation, generation, "a second time there is nothing to do");
    }
}
