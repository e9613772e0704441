//! `sum` of whole numbers that stops where it would wrap around: a figure that is nonsense must not be published.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array};
use datafusion::arrow::compute::sum_checked;
use datafusion::arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature,
};

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
        is_whole(&args) || self.0.groups_accumulator_supported(args)
    }
    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        if is_whole(&args) { Ok(Box::new(Sums::default())) } else { self.0.create_groups_accumulator(args) }
    }
    fn reverse_expr(&self) -> ReversedUDAF {
        self.0.reverse_expr()
    }
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.0.order_sensitivity()
    }
}

/// The sums of many groups at once: weeks of accounts come by the million, and an object for each would cost more than
/// the posts.
#[derive(Debug, Default)]
struct Sums {
    sums: Vec<i64>,
    /// Whether the group has a number at all.
    known: Vec<bool>,
}

impl Sums {
    fn taken(&mut self, emit_to: EmitTo) -> ArrayRef {
        let (sums, known) = (emit_to.take_needed(&mut self.sums), emit_to.take_needed(&mut self.known));
        Arc::new(Int64Array::new(sums.into(), Some(known.into())))
    }
}

/// Whether an aggregate's own filter lets the row through.
fn passes(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

impl GroupsAccumulator for Sums {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        let numbers = values[0].as_primitive::<Int64Type>();
        self.sums.resize(groups, 0);
        self.known.resize(groups, false);
        for (row, group) in group_indices.iter().enumerate() {
            if numbers.is_valid(row) && passes(filter, row) {
                let sum = &mut self.sums[*group];
                *sum = sum.checked_add(numbers.value(row)).ok_or_else(too_large)?;
                self.known[*group] = true;
            }
        }
        Ok(())
    }
    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], groups: usize) -> Result<()> {
        self.update_batch(values, group_indices, None, groups)
    }
    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(self.taken(emit_to))
    }
    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.taken(emit_to)])
    }
    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        if filter.is_none() {
            return Ok(vec![values[0].clone()]);
        }
        let numbers = values[0].as_primitive::<Int64Type>().iter().enumerate();
        let kept: Int64Array = numbers.map(|(row, number)| number.filter(|_| passes(filter, row))).collect();
        Ok(vec![Arc::new(kept)])
    }
    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<i64>() + self.known.capacity()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(numbers: &[Option<i64>]) -> Vec<ArrayRef> {
        vec![Arc::new(numbers.iter().copied().collect::<Int64Array>())]
    }
    fn told(array: &ArrayRef) -> Vec<Option<i64>> {
        array.as_primitive::<Int64Type>().iter().collect()
    }

    #[test]
    fn groups_are_summed_apart_and_one_without_a_number_has_no_sum() {
        let mut sums = Sums::default();
        sums.update_batch(&numbers(&[Some(1), None, Some(3), Some(4)]), &[0, 1, 0, 2], None, 3).unwrap();
        let filter = BooleanArray::from(vec![Some(true), Some(false), None]);
        sums.update_batch(&numbers(&[Some(10), Some(20), Some(30)]), &[3, 3, 2], Some(&filter), 4).unwrap();
        assert_eq!(told(&sums.evaluate(EmitTo::First(2)).unwrap()), [Some(4), None]);
        sums.merge_batch(&numbers(&[None, Some(5)]), &[0, 1], 2).unwrap();
        assert_eq!(told(&sums.state(EmitTo::All).unwrap()[0]), [Some(4), Some(15)]);
        assert!(told(&sums.evaluate(EmitTo::All).unwrap()).is_empty());
        let rows = numbers(&[Some(10), Some(20), None]);
        assert_eq!(told(&sums.convert_to_state(&rows, Some(&filter)).unwrap()[0]), [Some(10), None, None]);
        assert_eq!(told(&sums.convert_to_state(&rows, None).unwrap()[0]), [Some(10), Some(20), None]);
    }

    #[test]
    fn a_sum_that_would_wrap_around_stops() {
        let mut sums = Sums::default();
        let wrong = sums.update_batch(&numbers(&[Some(i64::MAX), Some(1)]), &[0, 0], None, 1).unwrap_err();
        assert!(wrong.to_string().contains("a sum of whole numbers is larger than"), "{wrong}");
    }
}
