//! The one table that a run prints.

/// A row: what was measured, once a run.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    /// What it is measured against, or in which unit.
    pub(crate) against: &'static str,
    pub(crate) runs: Vec<f64>,
    /// What is to be reached, if anything is.
    pub(crate) goal: &'static str,
}

/// Prints the rows, each with its least, middle and greatest run.
pub(crate) fn print(rows: &[Row]) {
    println!(
        "\n{:<52} {:<34} {:>9} {:>9} {:>9}  goal",
        "", "against", "min", "median", "max"
    );
    for row in rows {
        let mut runs = row.runs.clone();
        runs.sort_by(f64::total_cmp);
        let at = |index: usize| runs.get(index).copied().unwrap_or(f64::NAN);
        println!(
            "{:<52} {:<34} {:>9.2} {:>9.2} {:>9.2}  {}",
            row.what,
            row.against,
            at(0),
            at(runs.len() / 2),
            at(runs.len().saturating_sub(1)),
            row.goal
        );
    }
}
