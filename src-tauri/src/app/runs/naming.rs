//! What a new run is called, so that the owner can tell it from others.

use crate::ipc::IpcError;
use crate::session::Session;
use remit_core::RunQuery;
use std::collections::HashSet;

/// The name, with a number where other runs have it already, so that they can be told apart.
pub(super) async fn unlike_others(session: &Session, name: String) -> Result<String, IpcError> {
    let mut taken = HashSet::new();
    let (stem, ending) = parted(&name);
    let mut query = RunQuery {
        search: stem.to_owned(),
        cursor: None,
        limit: 500,
    };
    loop {
        let page = session.runs().runs(query.clone()).await?;
        taken.extend(page.rows.into_iter().map(|run| run.name));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let numbers = (2_u32..).map(|number| format!("{stem} ({number}){ending}"));
    let mut names = std::iter::once(name.clone()).chain(numbers);
    Ok(names.find(|name| !taken.contains(name)).unwrap_or(name))
}

/// A file's name before its ending and from it on; an earlier number does not count. A year in brackets is no number, and what
/// follows the point in a person's title no ending.
fn parted(name: &str) -> (&str, &str) {
    let ending = |at: &usize| {
        let rest = name.get(at + 1..).unwrap_or_default();
        *at > 0
            && (1..=5).contains(&rest.len())
            && rest.bytes().all(|one| one.is_ascii_alphanumeric())
    };
    let end = name.rfind('.').filter(ending);
    let (stem, ending) = name.split_at(end.unwrap_or(name.len()));
    let number = stem.rfind(" (").filter(|at| {
        let digits = stem.get(at + 2..).and_then(|rest| rest.strip_suffix(')'));
        *at > 0 && digits.is_some_and(|one| one.parse::<u16>().is_ok_and(|one| one < 1000))
    });
    (
        stem.get(..number.unwrap_or(stem.len())).unwrap_or(stem),
        ending,
    )
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn a_name_is_numbered_before_its_ending_and_once() {
        for (name, parts) in [
            ("October.csv", ("October", ".csv")),
            ("October (2).csv", ("October", ".csv")),
            ("2026-11-27", ("2026-11-27", "")),
            ("Team (all).xlsx", ("Team (all)", ".xlsx")),
            ("Payroll (2026).csv", ("Payroll (2026)", ".csv")),
            ("Dr. Ana", ("Dr. Ana", "")),
            (".csv", (".csv", "")),
            (" (2)", (" (2)", "")),
        ] {
            assert_eq!(parted(name), parts, "{name}");
        }
    }
}
