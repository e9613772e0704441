//! Tables of numbers: what is tolerated, what is refused, and that nothing else comes in.

use proptest::prelude::*;
use someasure_collect::files::{Matrix, Table, TableError};

fn table(text: impl AsRef<[u8]>) -> Table {
    Table::read(text.as_ref(), "data.csv").unwrap()
}

fn refusal(text: impl AsRef<[u8]>, column: &str) -> String {
    match Table::read(text.as_ref(), "data.csv").and_then(|table| table.numbers(column)) {
        Ok(numbers) => panic!("accepted: {numbers:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn columns_are_found_by_name_whatever_their_order_and_wrapping() {
    let text =
        "\u{feff}name ,\"likes\",posts\r\n\"Aford, Town\",12,\"3\"\r\n\r\n\"two\nlines\", 1.5e2 ,-0\r\n";
    let table = table(text);
    assert_eq!(table.texts("name").unwrap(), ["Aford, Town", "two\nlines"]);
    assert_eq!(table.numbers("likes").unwrap(), [12.0, 150.0]);
    assert_eq!(table.numbers("posts").unwrap()[1].to_bits(), 0, "−0 is 0");
    assert_eq!((table.rows(), table.line(0), table.line(1), table.line(9)), (2, 2, 4, 0));
}

#[test]
fn semicolons_tabs_packed_files_and_utf_16_are_read_too() {
    assert_eq!(table("a;b\n1;2\n").numbers("b").unwrap(), [2.0]);
    assert_eq!(table("a\tb\n1\t2\n").numbers("b").unwrap(), [2.0]);
    let utf_16: Vec<u8> = "\u{feff}a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(table(utf_16).numbers("b").unwrap(), [2.0]);
}

#[test]
fn a_column_that_is_not_there_is_named_with_those_that_are() {
    assert_eq!(
        refusal("name,likes\na,1\n", "Like"),
        "data.csv has no column 'Like' (did you mean 'likes'?); its columns are: name, likes"
    );
    assert_eq!(
        refusal("name,likes\na,1\n", "followers"),
        "data.csv has no column 'followers'; its columns are: name, likes"
    );
    assert_eq!(
        refusal("x,x\n1,2\n", "x"),
        "data.csv has two columns 'x' (rename one); its columns are: x, x"
    );
}

#[test]
fn what_is_no_number_is_named_with_its_line_and_what_to_do() {
    let why = |cell: &str| refusal(format!("x,y\n1,1\n{cell},1\n"), "x");
    assert_eq!(why(""), "data.csv:3: x is '': an empty cell is no number; give one, or leave the row out");
    for missing in ["NA", "NaN", "null", "-"] {
        assert!(why(missing).ends_with("a missing value is no number; give one, or leave the row out"));
    }
    for infinite in ["inf", "-Infinity", "∞"] {
        assert!(why(infinite).ends_with("it must be finite"), "{infinite}");
    }
    assert!(why("12%").ends_with("write a percentage as a share: 0.12 for 12%"));
    for apart in ["\"1,234\"", "1 234", "1'234"] {
        assert!(why(apart).ends_with("without thousands separators: 1234.5"), "{apart}");
    }
    assert!(why("1e999").ends_with("it is too large to compute with"));
    for text in ["many", "0x10", "1e", "--1", "1.2.3", "e", "٣"] {
        assert!(why(text).ends_with("it is no number"), "{text}: {}", why(text));
    }
}

#[test]
fn files_without_rows_and_rows_unlike_their_header_are_refused() {
    assert!(refusal("", "x").contains("is empty: it needs a header row"));
    assert!(refusal("\n\n", "x").contains("is empty: it needs a header row"));
    assert!(refusal("x,y\n", "x").contains("has a header row and no rows below it"));
    assert_eq!(refusal("x,y\n1,2\n1\n", "x"), "data.csv:3: the row has 1 cells, but the header has 2");
    assert!(refusal("x,y\n1,\"2\n", "x").contains("never closed"));
    assert!(refusal(b"x,y\n1,caf\xe9\n", "x").contains("is not UTF-8"));
    assert!(refusal(b"PK\x03\x04....", "x").contains("workbook"));
}

#[test]
fn a_matrix_is_rows_of_numbers_of_one_length() {
    let matrix = Matrix::read("1,2\n3,4\n5,6\n".as_bytes(), "cov.csv").unwrap();
    assert_eq!((matrix.columns, matrix.values), (2, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    let refused = |text: &str| Matrix::read(text.as_bytes(), "cov.csv").unwrap_err().to_string();
    assert_eq!(refused("1,2\n3\n"), "cov.csv:2: the row has 1 cells, but the first row has 2");
    assert_eq!(refused("1,x\n"), "cov.csv:1: number 2 of the row is 'x': it is no number");
    assert!(refused("").contains("is empty"));
}

/// Bytes that are nothing, and bytes that are nearly a table.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let nearly = "[a-c,;\t\"\n\r0-9.eE+naif\u{feff}%∞ -]{0,200}";
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        nearly.prop_map(String::into_bytes),
        (nearly, any::<u8>(), any::<prop::sample::Index>()).prop_map(|(text, byte, at)| {
            let mut bytes = text.into_bytes();
            bytes.insert(at.index(bytes.len() + 1), byte);
            bytes
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn whatever_the_bytes_only_finite_numbers_come_in(bytes in anything()) {
        match Table::read(bytes.as_slice(), "data.csv") {
            Err(error) => prop_assert!(!error.to_string().is_empty()),
            Ok(table) => {
                prop_assert!(table.rows() > 0);
                for column in ["a", "b", "c", "", "ab", "1"] {
                    match table.numbers(column) {
                        Ok(numbers) => {
                            prop_assert_eq!(numbers.len(), table.rows());
                            prop_assert!(numbers.iter().all(|number| number.is_finite()));
                        }
                        Err(TableError::Column { .. } | TableError::Number { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        }
        if let Ok(matrix) = Matrix::read(bytes.as_slice(), "data.csv") {
            prop_assert!(matrix.columns > 0 && matrix.values.len().is_multiple_of(matrix.columns));
            prop_assert!(matrix.values.iter().all(|number| number.is_finite()));
        }
    }

    #[test]
    fn numbers_written_by_a_program_are_read_to_the_last_bit(numbers in prop::collection::vec(any::<f64>(), 1..30)) {
        let numbers: Vec<f64> = numbers.into_iter().filter(|number| number.is_finite()).map(|n| n + 0.0).collect();
        prop_assume!(!numbers.is_empty());
        let text: String = numbers.iter().map(|number| format!("{number},{number:e}\n")).collect();
        let table = table(format!("plain,exponent\n{text}"));
        prop_assert_eq!(&table.numbers("plain").unwrap(), &numbers);
        prop_assert_eq!(&table.numbers("exponent").unwrap(), &numbers);
    }
}
