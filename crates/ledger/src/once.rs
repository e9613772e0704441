//! A join that compares each row with each row asks its left side again when that does not fit into memory. What DataFusion 55
//! makes of it is not to be had: on more than one thread it gives unmatched rows several times (the comment above
//! `full_join_multi_partition` in its `NestedLoopJoinExec`), and it panics where the left side was shared out among threads.
//! Here the second time is an error of memory, as every other join's is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, resources_datafusion_err};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::joins::NestedLoopJoinExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
    ReplaceChildrenOptions, SendableRecordBatchStream,
};

/// Lets every [`NestedLoopJoinExec`] ask its left side once.
#[derive(Debug)]
pub(crate) struct LeftSidesOnce;

impl PhysicalOptimizerRule for LeftSidesOnce {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let guard = |node: Arc<dyn ExecutionPlan>| {
            let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() else {
                return Ok(Transformed::no(node));
            };
            let left = Arc::new(Once { input: Arc::clone(join.left()), is_asked: AtomicBool::new(false) });
            let children = vec![left as Arc<dyn ExecutionPlan>, Arc::clone(join.right())];
            let keep = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Keep);
            Ok(Transformed::yes(node.replace_children(children, keep)?))
        };
        plan.transform_up(guard).data()
    }

    fn name(&self) -> &'static str {
        "left_sides_once"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// A plan that can be run once.
#[derive(Debug)]
struct Once {
    input: Arc<dyn ExecutionPlan>,
    is_asked: AtomicBool,
}

impl DisplayAs for Once {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once")
    }
}

impl ExecutionPlan for Once {
    fn name(&self) -> &'static str {
        "Once"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self { input: children.swap_remove(0), is_asked: AtomicBool::new(false) }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        if self.is_asked.swap(true, Ordering::Relaxed) {
            return Err(resources_datafusion_err!("a join's left side does not fit into the memory"));
        }
        self.input.execute(partition, context)
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch};

    use super::*;
    use crate::engine::Engine;
    use crate::manifest::Limits;

    #[test]
    fn a_left_side_that_does_not_fit_is_an_error_of_memory() {
        let engine = Engine::new(Limits { threads: 2, memory_bytes: Some(1 << 16) }).unwrap();
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
