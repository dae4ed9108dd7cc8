//! Copies of an account's ledger: where they go, what they are called, which are kept.

use crate::ipc::IpcError;
use crate::ipc::views::BackupView;
use crate::profiles::Profile;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use remit_core::{Code, LedgerError};
use remit_ledger::SqliteLedger;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

const PREFIX: &str = "remit-";
const SUFFIX: &str = ".backup";
/// Before the suffix of a copy that Remit made by itself; only those are ever removed again.
const DAILY: &str = "-daily";
const TIME: &str = "%Y%m%d-%H%M%S";

/// How many of the daily copies are kept; of those before, the last of each month.
const DAYS_KEPT: usize = 14;

/// How often a copy is made.
pub(crate) const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// A copy, as its file's name tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Copy {
    path: PathBuf,
    name: String,
    made: DateTime,
    automatic: bool,
}

impl Copy {
    fn at(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_owned();
        let rest = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let automatic = rest.ends_with(DAILY);
        let rest = rest.strip_suffix(DAILY).unwrap_or(rest);
        let (_, time) = rest.split_at_checked(rest.len().checked_sub(15)?)?;
        Some(Self {
            made: DateTime::strptime(TIME, time).ok()?,
            automatic,
            name,
            path,
        })
    }

    /// When it was made; its name has the time of this computer's clock on the wall.
    pub(crate) fn made_at(&self) -> Timestamp {
        self.made
            .to_zoned(TimeZone::system())
            .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
    }

    pub(crate) fn view(&self) -> BackupView {
        BackupView {
            name: self.name.clone(),
            path: self.path.display().to_string(),
            made_at: self.made_at().to_string(),
            bytes: self.path.metadata().map_or(0, |file| file.len()),
            automatic: self.automatic,
        }
    }
}

/// What the window is shown of a file that may not be called as a copy is.
pub(crate) fn view_of(path: &Path) -> BackupView {
    if let Some(copy) = Copy::at(path.to_owned()) {
        return copy.view();
    }
    let file = path.metadata().ok();
    let modified = file.as_ref().and_then(|file| file.modified().ok());
    let made_at = modified.and_then(|at| Timestamp::try_from(at).ok());
    BackupView {
        name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        path: path.display().to_string(),
        made_at: made_at.unwrap_or_default().to_string(),
        bytes: file.map_or(0, |file| file.len()),
        automatic: false,
    }
}

/// The copies in a folder, newest first. A folder that is not there has none.
pub(crate) fn list(folder: &Path) -> Vec<Copy> {
    let mut copies: Vec<Copy> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Copy::at(entry.path()))
        .collect();
    copies.sort_by(|one, other| (other.made, &other.name).cmp(&(one.made, &one.name)));
    copies
}

/// What names an account in its copies: the owner's name for it and the merchant number, as far as files can be called so.
fn stem(profile: &Profile) -> String {
    let mut words: Vec<String> = profile
        .name
        .to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(24).collect())
        .take(4)
        .collect();
    if !words.contains(&profile.merchant_no) {
        words.push(profile.merchant_no.clone());
    }
    words.join("-")
}

/// A free name for a copy that is made now.
pub(crate) fn place(folder: &Path, profile: &Profile, now: Timestamp, automatic: bool) -> PathBuf {
    let kind = if automatic { DAILY } else { "" };
    let stem = stem(profile);
    let mut at = now.to_zoned(TimeZone::system()).datetime();
    loop {
        let time = at.strftime(TIME);
        let path = folder.join(format!("{PREFIX}{stem}-{time}{kind}{SUFFIX}"));
        // Two in one second: the second one says the next.
        match at.checked_add(SignedDuration::from_secs(1)) {
            Ok(next) if path.exists() => at = next,
            _ => return path,
        }
    }
}

/// The copies in a folder that are of this very ledger, newest first, each with how many of its payouts it lacks. Other
/// ledgers, be it of an account of the same name, may have theirs there.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) async fn own(
    folder: &Path,
    ledger: &SqliteLedger,
) -> Result<Vec<(Copy, u64)>, LedgerError> {
    let mut own = Vec::new();
    for copy in list(folder) {
        if let Some(missing) = ledger.missing_in(&copy.path).await? {
            own.push((copy, missing));
        }
    }
    Ok(own)
}

/// When the next daily copy of a ledger with these copies is due. One from the future, made before the clock or the time zone
/// was set back, does not count.
pub(crate) fn next_daily(own: &[(Copy, u64)], now: Timestamp) -> Timestamp {
    let dailies = own.iter().filter(|(copy, _)| copy.automatic);
    let last = dailies
        .map(|(copy, _)| copy.made_at())
        .filter(|at| *at <= now)
        .max();
    last.and_then(|last| last.checked_add(EVERY).ok())
        .unwrap_or(now)
}

/// Removes those of a ledger's daily copies that need not be kept.
pub(crate) fn thin_out(own: Vec<(Copy, u64)>) {
    let copies = own.into_iter().map(|(copy, _)| copy);
    for copy in too_old(copies.filter(|copy| copy.automatic).collect()) {
        if let Err(cause) = std::fs::remove_file(&copy.path) {
            tracing::warn!(%cause, name = copy.name, "an old copy could not be removed");
        }
    }
}

/// Of copies, newest first, those that need not be kept: all but the newest of each of the last days, and of each month before.
fn too_old(copies: Vec<Copy>) -> Vec<Copy> {
    let mut days: HashSet<Date> = HashSet::new();
    let mut months: HashSet<Date> = HashSet::new();
    let kept = |copy: &Copy| {
        let day = copy.made.date();
        let another = days.contains(&day);
        if another || days.len() < DAYS_KEPT {
            return days.insert(day);
        }
        months.insert(day.first_of_month())
    };
    let mut kept = kept;
    copies.into_iter().filter(|copy| !kept(copy)).collect()
}

/// Checks a folder for copies: it is there or can be made, can be written, and is not where the ledgers are.
///
/// # Errors
/// [`Code::BackupFolderUnusable`].
pub(crate) fn check_folder(folder: &Path, ledgers: &Path) -> Result<(), IpcError> {
    let unusable = |message: &str| {
        let message = format!("{} {message}", folder.display());
        IpcError::field(Code::BackupFolderUnusable, "folder", message)
    };
    if !folder.is_absolute() {
        return Err(unusable(
            "does not say where the folder is. Choose it, or enter it from the disk down.",
        ));
    }
    let cannot = |cause: std::io::Error| {
        tracing::warn!(%cause, "the folder for copies cannot be used");
        unusable("cannot be used: it cannot be made or written. Choose another folder.")
    };
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let real = folder.canonicalize().map_err(cannot)?;
    if ledgers
        .canonicalize()
        .is_ok_and(|ledgers| real.starts_with(ledgers))
    {
        return Err(unusable(
            "is where Remit keeps the ledgers themselves. Choose a folder elsewhere, best on another disk.",
        ));
    }
    let probe = tempfile::NamedTempFile::new_in(&real).map_err(cannot)?;
    probe.close().map_err(cannot)
}

/// What to tell when a copy could not be made.
pub(crate) fn cannot_copy(folder: &Path, error: &LedgerError) -> IpcError {
    tracing::error!(?error, "a copy could not be made");
    let folder = folder.display();
    match error {
        LedgerError::DiskFull => IpcError::new(
            Code::DiskFull,
            format!(
                "The disk with the folder for copies {folder} is full, so no copy was made. Free some space, or choose another folder."
            ),
        ),
        LedgerError::ReadOnly(_) => IpcError::new(
            Code::BackupFolderUnusable,
            format!(
                "Remit cannot write to the folder for copies {folder}, so no copy was made. Make it writable, or choose another folder."
            ),
        ),
        LedgerError::Corrupt(_) => IpcError::new(
            Code::BackupFailed,
            "The copy did not pass its check and was not kept; earlier copies are as they were. Check the history in Settings, and the disk.",
        ),
        _ => IpcError::new(
            Code::BackupFailed,
            "The copy could not be made; earlier copies are as they were. Try again; if it stays so, choose another folder.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn daily(date: Date) -> Copy {
        let name = format!(
            "remit-demo-200043-{}-120000-daily.backup",
            date.strftime("%Y%m%d")
        );
        Copy::at(PathBuf::from(name)).unwrap()
    }

    #[test]
    fn a_name_tells_when_and_how_a_copy_was_made() {
        let copy = |name: &str| Copy::at(PathBuf::from(name));
        let own = copy("/stick/remit-café-三-200043-20261125-132135.backup").unwrap();
        assert!(!own.automatic);
        assert_eq!(own.made, jiff::civil::date(2026, 11, 25).at(13, 21, 35, 0));
        assert!(
            copy("remit-a-20261125-132135-daily.backup")
                .unwrap()
                .automatic
        );
        for other in [
            "remit-.backup",
            "remit-a-20261325-132135.backup",
            "a-20261125-132135.backup",
            "remit-a-20261125-132135.backup.part",
            "remit-三三三三三三.backup",
        ] {
            assert_eq!(copy(other), None, "{other}");
        }
    }

    #[test]
    fn two_weeks_of_daily_copies_are_kept_and_one_of_each_month_before() {
        let today = jiff::civil::date(2026, 11, 25);
        let days = (0..100).map(|back| today.saturating_sub(SignedDuration::from_hours(24 * back)));
        let all: Vec<Copy> = days.map(daily).collect();
        let gone: Vec<String> = too_old(all.clone())
            .into_iter()
            .map(|copy| copy.name)
            .collect();
        let kept: Vec<Date> = all
            .iter()
            .filter(|copy| !gone.contains(&copy.name))
            .map(|copy| copy.made.date())
            .collect();
        assert_eq!(kept.len(), 14 + 4);
        assert_eq!(
            kept[13..],
            [
                jiff::civil::date(2026, 11, 12),
                jiff::civil::date(2026, 11, 11),
                jiff::civil::date(2026, 10, 31),
                jiff::civil::date(2026, 9, 30),
                jiff::civil::date(2026, 8, 31),
            ]
        );
    }
}
