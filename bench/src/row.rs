use std::time::Duration;

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: String,
    pub(crate) limit: String,
    pub(crate) ratio: String,
}

impl Row {
    pub(crate) fn new(what: &str, ours: String, limit: String, ratio: f64) -> Self {
        Self { what: what.into(), ours, limit, ratio: format!("{ratio:.2}") }
    }
}

/// The middle of several runs.
pub(crate) fn median<T: PartialOrd + Copy>(mut runs: Vec<T>) -> T {
    runs.sort_by(|a, b| a.partial_cmp(b).unwrap());
    runs[runs.len() / 2]
}

pub(crate) fn ms(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}

pub(crate) fn us(duration: Duration) -> String {
    format!("{:.0} us", duration.as_secs_f64() * 1e6)
}

pub(crate) fn per_second(each: Duration) -> String {
    format!("{:.0} /s", 1.0 / each.as_secs_f64())
}
