//! What the runs in the window come to.

use super::{Runs, Times, Wanted};
use crate::table::Row;

const MS: &str = "(ms)";
const EMPTY: &str = "an empty Tauri window";
const CHROMIUM: &str = "Chromium with the same UI";

fn row(what: &'static str, against: &'static str, runs: Vec<f64>, goal: &'static str) -> Row {
    Row {
        what,
        against,
        runs,
        goal,
    }
}

fn ratio(these: &[f64], those: &[f64]) -> Vec<f64> {
    these
        .iter()
        .zip(those)
        .map(|(this, that)| this / that)
        .collect()
}

impl Runs {
    /// Those that were wanted and that there is something of.
    pub(super) fn rows(self, wanted: Wanted) -> Vec<Row> {
        let Self {
            remit,
            empty,
            chromium,
            payees: Times([payees, payees_99, _]),
            payouts: Times([payouts, payouts_99, _]),
            list,
            grid,
            typed,
            imported,
            opened,
            page: Times([page, page_99, _]),
            nothing: Times([nothing, nothing_99, _]),
        } = self;
        let mut rows = Vec::new();
        if wanted.start {
            let usable = "start to a usable payee list";
            rows.extend([
                row(usable, EMPTY, ratio(&remit.list, &empty.painted), "< 1.15"),
                row(usable, CHROMIUM, ratio(&remit.list, &chromium.list), "< 1"),
                row(usable, MS, remit.list, ""),
                row("start to the first paint", MS, remit.painted, ""),
                row("an empty Tauri window, to its paint", MS, empty.painted, ""),
                row("Chromium, to its first paint", MS, chromium.painted, ""),
                row("Chromium, to the list", MS, chromium.list, ""),
            ]);
        }
        if wanted.memory {
            let memory = "memory (PSS) of all processes";
            let [of_remit, of_empty, of_chromium] = [remit.memory, empty.memory, chromium.memory];
            rows.extend([
                row(memory, EMPTY, ratio(&of_remit, &of_empty), "< 1.25"),
                row(memory, CHROMIUM, ratio(&of_remit, &of_chromium), "< 0.9"),
                row(memory, "(MB)", of_remit, ""),
                row("an empty Tauri window's", "(MB)", of_empty, ""),
                row("Chromium's", "(MB)", of_chromium, ""),
            ]);
        }
        if wanted.search {
            let (half, most) = (
                "keystroke to painted rows, p50",
                "keystroke to painted rows, p99",
            );
            rows.extend([
                row(half, "payees (ms)", payees, ""),
                row(most, "payees (ms)", payees_99, "< 50"),
                row(half, "payouts (ms)", payouts, ""),
                row(most, "payouts (ms)", payouts_99, "< 50"),
            ]);
        }
        let Times([frames, frames_99, longest]) = list.frames;
        rows.extend([
            row("100,000 payees scrolled, frame p50", MS, frames, ""),
            row("100,000 payees scrolled, frame p99", MS, frames_99, "< 33"),
            row("100,000 payees scrolled, longest frame", MS, longest, ""),
            row("frames with a blank row", "(count)", list.blank, "0"),
            row(
                "frames at the end of what has come",
                "(count)",
                list.waiting,
                "",
            ),
        ]);
        let Times([written, _, longest_written]) = typed;
        let Times([frames, frames_99, longest]) = grid.frames;
        rows.extend([
            row("a file of 100,000 rows becomes a draft", MS, imported, ""),
            row("and is open in the run's grid", MS, opened, ""),
            row("the grid written in, frame p50", MS, written, ""),
            row(
                "the grid written in, longest frame",
                MS,
                longest_written,
                "< 50",
            ),
            row("the grid scrolled, frame p50", MS, frames, ""),
            row("the grid scrolled, frame p99", MS, frames_99, ""),
            row("the grid scrolled, longest frame", MS, longest, "< 50"),
            row("frames with a row not yet read", "(count)", grid.blank, ""),
        ]);
        let command = "an empty command";
        rows.extend([
            row(
                "a page of 50 rows there and back, p50",
                command,
                ratio(&page, &nothing),
                "",
            ),
            row(
                "a page of 50 rows there and back, p99",
                command,
                ratio(&page_99, &nothing_99),
                "",
            ),
            row("a page of 50 rows there and back, p50", MS, page, ""),
            row("an empty command there and back, p50", MS, nothing, ""),
        ]);
        rows.retain(|row| !row.runs.is_empty());
        rows
    }
}
