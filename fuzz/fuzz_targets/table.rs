//! Any bytes at the reader of `someasure stats`: it refuses them with words, or hands over finite numbers only.

#![no_main]

use libfuzzer_sys::fuzz_target;
use someasure_collect::files::{Matrix, Table};

fuzz_target!(|bytes: &[u8]| {
    match Table::read(bytes, "data.csv") {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(table) => {
            assert!(table.rows() > 0);
            for column in ["a", "x", "n", ""] {
                if let Ok(numbers) = table.numbers(column) {
                    assert_eq!(numbers.len(), table.rows());
                    assert!(numbers.iter().all(|number| number.is_finite()));
                }
            }
        }
    }
    if let Ok(matrix) = Matrix::read(bytes, "data.csv") {
        assert!(matrix.values.len().is_multiple_of(matrix.columns));
        assert!(matrix.values.iter().all(|number| number.is_finite()));
    }
});
