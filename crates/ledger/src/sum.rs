//! `sum` of whole numbers that stops where it would wrap around: a figure that is nonsense must not be published.

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::compute::sum_checked;
use datafusion::arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, GroupsAccumulator, ReversedUDAF, Signature};

/// The engine's own `sum`, but for whole numbers.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct CheckedSum(Sum);

fn is_whole(args: &AccumulatorArgs<'_>) -> bool {
    *args.return_field.data_type() == DataType::Int64 && !args.is_distinct
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        self.0.name()
    }
    fn signature(&self) -> &Signature {
        self.0.signature()
    }
    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.0.return_type(arguments)
    }
    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.0.state_fields(args)
    }
    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if is_whole(&args) { Ok(Box::new(Whole::default())) } else { self.0.accumulator(args) }
    }
    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if is_whole(&args) { Ok(Box::new(Whole::default())) } else { self.0.create_sliding_accumulator(args) }
    }
    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !is_whole(&args) && self.0.groups_accumulator_supported(args)
    }
    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        self.0.create_groups_accumulator(args)
    }
    fn reverse_expr(&self) -> ReversedUDAF {
        self.0.reverse_expr()
    }
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.0.order_sensitivity()
    }
}

/// The sum so far, and of how many numbers: of none it is unknown.
#[derive(Debug, Default)]
struct Whole {
    sum: Option<i64>,
    numbers: usize,
}

impl Whole {
    fn add(&mut self, column: &ArrayRef) -> Result<()> {
        let numbers = column.as_primitive::<Int64Type>();
        if let Some(sum) = sum_checked(numbers).map_err(|_| too_large())? {
            self.sum = Some(self.sum.unwrap_or(0).checked_add(sum).ok_or_else(too_large)?);
        }
        Ok(())
    }
}

fn too_large() -> datafusion::error::DataFusionError {
    exec_datafusion_err!(
        "a sum of whole numbers is larger than 9,223,372,036,854,775,807; divide them first, or CAST to DOUBLE"
    )
}

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.numbers += values[0].len() - values[0].null_count();
        self.add(&values[0])
    }
    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.add(&states[0])
    }
    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let numbers = values[0].as_primitive::<Int64Type>();
        if let (Some(sum), Some(gone)) = (self.sum, sum_checked(numbers).map_err(|_| too_large())?) {
            self.sum = Some(sum.checked_sub(gone).ok_or_else(too_large)?);
        }
        self.numbers -= values[0].len() - values[0].null_count();
        if self.numbers == 0 {
            self.sum = None;
        }
        Ok(())
    }
    fn supports_retract_batch(&self) -> bool {
        true
    }
    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(self.sum))
    }
    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Int64(self.sum)])
    }
    fn size(&self) -> usize {
        size_of::<Self>()
    }
}
