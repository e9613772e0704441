//! What people see while they wait: results on stdout, progress on stderr, bars only on a terminal.

use std::io::{BufWriter, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How to talk to whoever runs the command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    /// Results only.
    pub(crate) quiet: bool,
    /// Results as one JSON value.
    pub(crate) json: bool,
}

impl Console {
    /// Something that deserves a look, even when quiet.
    pub(crate) fn warn(self, text: &str) {
        let _ = writeln!(std::io::stderr(), "warning: {text}");
    }

    /// One line of the result.
    pub(crate) fn say(self, text: &str) {
        self.tell(|out| writeln!(out, "{text}"));
    }

    /// Some of the result, of any length. A reader that has gone away is no error of ours; a result that cannot be written,
    /// as on a full disk, must not look like one that was, and ends the program.
    pub(crate) fn tell(self, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) {
        let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
        match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                let _ = writeln!(std::io::stderr(), "error: the result cannot be written: {error}");
                std::process::exit(1);
            }
            _ => {}
        }
    }

    /// A sign of life for work of unknown length.
    pub(crate) fn spinner(self, text: &str) -> ProgressBar {
        let bar = self.bar(None, "{spinner} {msg} {elapsed}", text);
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// A bar for work whose length is known.
    pub(crate) fn progress(self, length: u64, text: &str) -> ProgressBar {
        self.bar(Some(length), "{msg} {wide_bar} {percent}% {eta}", text)
    }

    /// A bar for reading so many bytes.
    pub(crate) fn reading(self, bytes: u64, text: &str) -> ProgressBar {
        self.bar(Some(bytes), "{msg} {wide_bar} {bytes}/{total_bytes} {eta}", text)
    }

    fn bar(self, length: Option<u64>, template: &str, text: &str) -> ProgressBar {
        if self.quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(text.to_owned());
        bar
    }
}

/// A whole number with its thousands apart: 59,405.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 post`, `2 posts`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}
