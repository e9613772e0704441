//! DataFusion, set up so that answers do not depend on the number of threads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, UInt64Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{AggregateUDF, LogicalPlan, ident};
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use someasure_model::Table;
use tokio::runtime::Runtime;

use crate::error::{At, LedgerError};
use crate::manifest::{FileEntry, Limits};
use crate::schema::schema;
use crate::sum::CheckedSum;

/// Bytes of a join's smaller side that all threads hold together.
const SMALL_SIDE: usize = 64 << 20;

/// Rows that are handed on together.
const TOGETHER: u64 = 8_192;

/// A query engine over some tables.
pub(crate) struct Engine {
    runtime: Runtime,
    pub(crate) context: SessionContext,
}

impl Engine {
    pub(crate) fn new(limits: Limits) -> Result<Self, LedgerError> {
        Self::configured(limits, SessionConfig::new().with_target_partitions(limits.threads.max(1)))
    }

    /// An engine for a question that can be divided: what does not fit is an error of memory at once, and nothing is put aside
    /// on disk. On several threads DataFusion 55 may wait for ever where it shares rows out by way of the disk, and where the
    /// left side of a nested loop join does not fit, it panics or gives unmatched rows several times.
    pub(crate) fn divided(limits: Limits) -> Result<Self, LedgerError> {
        let config = SessionConfig::new().with_target_partitions(limits.threads.max(1));
        let in_memory = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
        let mut environment = RuntimeEnvBuilder::new().with_disk_manager_builder(in_memory);
        if let Some(bytes) = limits.memory_bytes {
            environment = environment.with_memory_limit(bytes, 1.0);
        }
        Self::within(limits, config, environment)
    }

    /// An engine that reads so many sorted files side by side: a part for each, so that they stay sorted, and batches so
    /// small that all of them are in memory at once.
    pub(crate) fn for_sorted(limits: Limits, files: usize) -> Result<Self, LedgerError> {
        let partitions = files.max(limits.threads).max(1);
        Self::configured(
            limits,
            SessionConfig::new().with_target_partitions(partitions).with_batch_size(1024),
        )
    }

    /// An engine for what does not fit and cannot be divided further: it does one thing after the other, and shares the memory
    /// among what can be put aside on disk. That takes longer. It does not join by sorting: that of DataFusion 55 puts nulls
    /// where none may be.
    pub(crate) fn sparing(limits: Limits) -> Result<Self, LedgerError> {
        let config = SessionConfig::new().with_target_partitions(1);
        let mut environment = RuntimeEnvBuilder::new();
        if let Some(bytes) = limits.memory_bytes {
            environment = environment
                .with_memory_pool(Arc::new(FairSpillPool::new(bytes)))
                .with_max_temp_directory_size(bytes.saturating_mul(16) as u64);
        }
        Self::within(limits, config, environment)
    }

    fn configured(limits: Limits, config: SessionConfig) -> Result<Self, LedgerError> {
        let mut environment = RuntimeEnvBuilder::new();
        if let Some(bytes) = limits.memory_bytes {
            environment = environment
                .with_memory_limit(bytes, 1.0)
                .with_max_temp_directory_size(bytes.saturating_mul(4) as u64);
        }
        Self::within(limits, config, environment)
    }

    fn within(
        limits: Limits,
        mut config: SessionConfig,
        environment: RuntimeEnvBuilder,
    ) -> Result<Self, LedgerError> {
        let threads = limits.threads.max(1);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()
            .map_err(|source| LedgerError::Io { path: "the query engine's threads".into(), source })?;
        config.options_mut().execution.parquet.pushdown_filters = true;
        config.options_mut().execution.enable_recursive_ctes = false;
        // Accounts, and who they are known as, are joined to millions of posts: better to hold these once than to move those.
        config.options_mut().optimizer.hash_join_single_partition_threshold = SMALL_SIDE;
        config.options_mut().optimizer.hash_join_single_partition_threshold_rows = SMALL_SIDE / 64;
        let context = SessionContext::new_with_config_rt(config, environment.build_arc()?);
        context.register_udaf(AggregateUDF::from(CheckedSum::default()));
        Ok(Self { runtime, context })
    }

    /// Registers files of one table under `name`; an empty table when there are none.
    pub(crate) fn register_files(
        &self,
        name: &str,
        table: Table,
        root: &Path,
        files: &[&FileEntry],
    ) -> Result<(), LedgerError> {
        let paths: Vec<PathBuf> = files.iter().map(|file| root.join(&file.path)).collect();
        self.register_paths(name, schema(table), &paths)
    }

    /// Registers files with these columns; an empty table when there are none.
    pub(crate) fn register_paths(
        &self,
        name: &str,
        schema: SchemaRef,
        paths: &[PathBuf],
    ) -> Result<(), LedgerError> {
        self.register_sorted(name, schema, paths, &[])
    }

    /// As [`Engine::register_paths`], of files whose rows are in the order of some columns.
    pub(crate) fn register_sorted(
        &self,
        name: &str,
        schema: SchemaRef,
        paths: &[PathBuf],
        order: &[&str],
    ) -> Result<(), LedgerError> {
        if paths.is_empty() {
            return self.register_rows(name, schema, Vec::new());
        }
        let url = |path: &PathBuf| -> Result<ListingTableUrl, LedgerError> {
            Ok(ListingTableUrl::parse(address(&std::path::absolute(path).at(path)?))?)
        };
        let urls = paths.iter().map(url).collect::<Result<Vec<_>, _>>()?;
        let mut options = ListingOptions::new(Arc::new(ParquetFormat::default()));
        if !order.is_empty() {
            let order = order.iter().map(|column| ident(*column).sort(true, false)).collect();
            options = options.with_file_sort_order(vec![order]);
        }
        let config =
            ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema);
        self.context.register_table(name, Arc::new(ListingTable::try_new(config)?))?;
        Ok(())
    }

    /// Registers rows held in memory. Each batch owns its rows: of a large one, queries would cut slices, and count each of
    /// them as the whole.
    pub(crate) fn register_rows(
        &self,
        name: &str,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), LedgerError> {
        let batches = batches.into_iter().map(cut).collect::<Result<Vec<_>, _>>()?.concat();
        self.context.register_table(name, Arc::new(MemTable::try_new(schema, vec![batches])?))?;
        Ok(())
    }

    /// Runs one statement and gives its rows.
    pub(crate) fn collect(&self, sql: &str) -> Result<Vec<RecordBatch>, LedgerError> {
        Ok(self.runtime.block_on(async { self.context.sql(sql).await?.collect().await })?)
    }

    /// How a statement would be run.
    pub(crate) fn plan(&self, statement: Statement) -> Result<LogicalPlan, DataFusionError> {
        self.runtime.block_on(self.context.state().statement_to_plan(statement))
    }

    /// Runs one statement and hands over its rows as they come, in the order it asks for.
    pub(crate) fn stream(
        &self,
        sql: &str,
        each: impl FnMut(RecordBatch) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let frame = self.runtime.block_on(self.context.sql(sql))?;
        self.stream_frame(frame, each)
    }

    /// As [`Engine::stream`], where the order of rows does not matter: to as many takers as there are threads.
    pub(crate) fn stream_parts<T: Send>(
        &self,
        sql: &str,
        taker: impl Fn() -> T + Sync,
        each: impl Fn(&mut T, RecordBatch) -> Result<(), LedgerError> + Sync,
    ) -> Result<Vec<T>, LedgerError> {
        let parts = self
            .runtime
            .block_on(async { self.context.sql(sql).await?.execute_stream_partitioned().await })?;
        let take = |mut part: SendableRecordBatchStream| {
            let mut taken = taker();
            self.runtime.block_on(async {
                while let Some(batch) = next(&mut part).await {
                    each(&mut taken, batch?)?;
                }
                Ok(taken)
            })
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(|| take(part))).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    /// As [`Engine::stream`], for what has been planned.
    pub(crate) fn stream_plan(
        &self,
        plan: LogicalPlan,
        each: impl FnMut(RecordBatch) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.stream_frame(DataFrame::new(self.context.state(), plan), each)
    }

    fn stream_frame(
        &self,
        frame: DataFrame,
        mut each: impl FnMut(RecordBatch) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.runtime.block_on(async {
            let mut stream: SendableRecordBatchStream = frame.execute_stream().await?;
            while let Some(batch) = next(&mut stream).await {
                each(batch?)?;
            }
            Ok(())
        })
    }
}

/// A batch, cut into small ones that own their rows.
fn cut(batch: RecordBatch) -> Result<Vec<RecordBatch>, DataFusionError> {
    let rows = batch.num_rows() as u64;
    if rows <= TOGETHER {
        return Ok(vec![batch]);
    }
    let starts = (0..rows).step_by(TOGETHER as usize);
    let part = |from: u64| {
        let part = UInt64Array::from_iter_values(from..rows.min(from + TOGETHER));
        Ok(take_record_batch(&batch, &part)?)
    };
    starts.map(part).collect()
}

/// A file as an address. A bare path would be read as a pattern: a project in a folder named `data [2014]`
/// would find nothing.
fn address(path: &Path) -> String {
    use std::fmt::Write as _;
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { format!("/{}", text.replace('\\', "/")) } else { text.into_owned() };
    text.bytes().fold("file://".to_owned(), |mut address, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
        address
    })
}

/// The next batch of a stream, without a crate for one function.
async fn next(stream: &mut SendableRecordBatchStream) -> Option<Result<RecordBatch, DataFusionError>> {
    std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{ArrayRef, Int64Array};

    use super::*;

    #[test]
    fn a_left_side_that_does_not_fit_is_an_error_of_memory() {
        let engine = Engine::divided(Limits { threads: 2, memory_bytes: Some(1 << 16) }).unwrap();
        let numbers = Arc::new(Int64Array::from_iter_values(0..20_000)) as ArrayRef;
        let rows = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
        for name in ["a", "b"] {
            engine.register_rows(name, rows.schema(), vec![rows.clone()]).unwrap();
        }
        for join in ["JOIN", "LEFT JOIN"] {
            let asked = engine.collect(&format!("SELECT count(*) FROM a {join} b ON a.n < b.n"));
            assert!(asked.unwrap_err().is_of_memory(), "{join}");
        }
    }
}
