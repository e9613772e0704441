//! Runs the program as people do: another process, a clean environment, a fixed clock.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// 2 February 2026, 00:00 UTC: the time now, for every run.
const NOW: &str = "1769990400";

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// What it said, results first.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// The result as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}):\n{}", self.said()))
    }
}

/// The program, not yet started, in `directory`. `SOMEASURE_BIN` names another build of it to test, like the one to
/// publish.
pub(crate) fn program(directory: &Path, arguments: &[&str]) -> Command {
    let built = || env!("CARGO_BIN_EXE_someasure").into();
    let mut command = Command::new(std::env::var_os("SOMEASURE_BIN").unwrap_or_else(built));
    command
        .current_dir(directory)
        .args(arguments)
        .env_clear()
        .env("SOURCE_DATE_EPOCH", NOW)
        .stdin(Stdio::null());
    command
}

/// Runs it to its end, however that is.
pub(crate) fn someasure(directory: &Path, arguments: &[&str]) -> Ended {
    let output = program(directory, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    let ended = Ended {
        code: output.status.code().expect("the program was not killed"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    assert!(!ended.stderr.contains("panicked"), "someasure {}: {}", arguments.join(" "), ended.stderr);
    ended
}

/// Runs it and wants it to end well.
pub(crate) fn well(directory: &Path, arguments: &[&str]) -> Ended {
    let ended = someasure(directory, arguments);
    assert_eq!(ended.code, 0, "someasure {}\n{}", arguments.join(" "), ended.said());
    ended
}

/// An empty directory that goes away with the test.
pub(crate) fn empty() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A file or directory of this crate's repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Writes a file and the directories above it.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Copies everything below `from` to `to`; what is there gives way.
pub(crate) fn copy(from: &Path, to: &Path) {
    for path in files(from) {
        write(&to.join(&path), fs::read(from.join(&path)).unwrap());
    }
}

/// The paths of all files below `root`, sorted, with '/'; links are not followed.
pub(crate) fn files(root: &Path) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![root.to_owned()]);
    while let Some(directory) = open.pop() {
        for entry in
            fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
        {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else if entry.file_type().unwrap().is_file() {
                let path = entry.path();
                found.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// Every file below `root` with its bytes, locks aside.
pub(crate) fn bytes(root: &Path) -> BTreeMap<String, Vec<u8>> {
    files(root)
        .into_iter()
        .filter(|path| !path.ends_with(".lock"))
        .map(|path| {
            let bytes = fs::read(root.join(&path)).unwrap();
            (path, bytes)
        })
        .collect()
}

/// Says which files differ; their bytes would fill the screen.
pub(crate) fn assert_same(left: &Path, right: &Path) {
    differ(&bytes(left), &bytes(right));
}

/// As [`assert_same`], with what was there before.
pub(crate) fn differ(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) {
    let names: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let differing: Vec<String> = names
        .into_iter()
        .filter(|name| left.get(*name) != right.get(*name))
        .map(|name| match (left.get(name), right.get(name)) {
            (Some(_), Some(_)) => format!("{name}: other bytes"),
            (Some(_), None) => format!("{name}: gone"),
            _ => format!("{name}: new"),
        })
        .collect();
    assert!(differing.is_empty(), "these files differ:\n{}", differing.join("\n"));
}

/// The rows of a CSV file, each by the names of its columns.
pub(crate) fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader =
        csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// Bytes packed with gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// Bytes as one zstd frame of one raw block (RFC 8878): packed by nobody, and read by everybody.
pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let header = u32::try_from(bytes.len()).unwrap() << 3 | 1;
    assert!(bytes.len() < 128 * 1024, "one block holds less than 128 KiB");
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58];
    frame.extend_from_slice(&header.to_le_bytes()[..3]);
    frame.extend_from_slice(bytes);
    frame
}
