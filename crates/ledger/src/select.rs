//! What a measure's SQL may be: one `SELECT` over the views, with the same answer whenever it is asked. It is somebody
//! else's text, and it is run by `check` already.

use std::collections::BTreeSet;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::Statement as Sql;

use crate::engine::Engine;

/// How the SQL would be run, or why it must not be.
pub(crate) fn plan(engine: &Engine, sql: &str) -> Result<LogicalPlan, String> {
    let does_not_run = |error: &dyn std::fmt::Display| format!("its SQL does not run: {error}");
    let mut statements = DFParser::parse_sql(sql).map_err(|error| does_not_run(&error))?;
    let only = "its SQL may be only one SELECT (or WITH … SELECT)";
    let statement = match (statements.pop_front(), statements.is_empty()) {
        (Some(Statement::Statement(statement)), true) => statement,
        _ => return Err(format!("{only}: it is not run")),
    };
    match &*statement {
        Sql::Query(query) if query.with.as_ref().is_some_and(|with| with.recursive) => {
            return Err(
                "its SQL may not be recursive (WITH RECURSIVE): nobody could say when it ends".to_owned()
            );
        }
        Sql::Query(_) => {}
        _ => return Err(format!("{only}: it is not run")),
    }
    let plan = engine.plan(Statement::Statement(statement)).map_err(|error| does_not_run(&error))?;
    let reads_only =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reads_only.verify_plan(&plan).map_err(|error| format!("{only}: {error}"))?;
    match moody(&plan) {
        None => Ok(plan),
        Some(name) => Err(format!(
            "its SQL asks {name}(), whose answer changes from one run to the next: the same inputs must give the same \
             figures. The view `period` has the dates that count"
        )),
    }
}

/// The views that the SQL reads; SQL that cannot be read reads none.
pub(crate) fn reads(sql: &str) -> BTreeSet<String> {
    let statements = DFParser::parse_sql(sql).unwrap_or_default();
    let tables = statements.iter().flat_map(|statement| {
        let (tables, _) = resolve_table_references(statement, true).unwrap_or_default();
        tables.into_iter().map(|table| table.table().to_owned())
    });
    tables.collect()
}

/// A function that does not always give the same answer: of chance, or of the clock.
fn moody(plan: &LogicalPlan) -> Option<String> {
    let mut found = None;
    let mut look = |name: &str, volatility: Volatility| {
        if volatility != Volatility::Immutable {
            found.get_or_insert_with(|| name.to_owned());
        }
    };
    let walked = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                match part {
                    Expr::ScalarFunction(call) => look(call.name(), call.func.signature().volatility),
                    Expr::AggregateFunction(call) => look(call.func.name(), call.func.signature().volatility),
                    Expr::WindowFunction(call) => look(call.fun.name(), call.fun.signature().volatility),
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    match walked {
        Ok(_) => found,
        Err(error) => Some(error.to_string()),
    }
}
