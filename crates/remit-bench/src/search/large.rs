//! A ledger of 100,000 payees and 500,000 payouts, with its own schema and search texts. It is made once and kept.

use crate::{bare, samples};
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use remit_core::{Currency, Ledger, Money, Payee, Payout, State, TransactionNo, WireBody};
use remit_ledger::SqliteLedger;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const PAYEES: u64 = 100_000;
pub(crate) const PAYOUTS: u64 = 500_000;

/// A new name when what is written changes.
const NAME: &str = "large-2";
/// How many of each the real ledger writes; the others are like them.
const PATTERNS: u64 = 2_000;

const FIRST: [&str; 40] = [
    "Ana",
    "José",
    "Wilhelmina",
    "Zoë",
    "Łukasz",
    "Amélie",
    "Søren",
    "Mary",
    "James",
    "Aisha",
    "Priya",
    "Chidi",
    "Björn",
    "Núria",
    "Petra",
    "Hannah",
    "Oluwaseun",
    "Thandiwe",
    "Mateo",
    "Camila",
    "Françoise",
    "Jürgen",
    "Siobhán",
    "Đorđe",
    "Robert",
    "Patricia",
    "Linda",
    "Michael",
    "Elif",
    "Mehmet",
    "Yuki",
    "Haruto",
    "Minh",
    "Thảo",
    "Ravi",
    "Fatima",
    "Omar",
    "Giulia",
    "Noah",
    "Iñaki",
];

const LAST: [&str; 50] = [
    "Smith",
    "Núñez",
    "García",
    "Grünwald",
    "Müller",
    "O'Connor",
    "Nguyễn",
    "Kowalski",
    "Ørsted",
    "Dubois",
    "Rossi",
    "Okafor",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Miller",
    "Davis",
    "Martínez",
    "Hernández",
    "López",
    "González",
    "Wilson",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "Martin",
    "Lee",
    "Pérez",
    "Thompson",
    "White",
    "Harris",
    "Sánchez",
    "Clark",
    "Ramírez",
    "Lewis",
    "Robinson",
    "Walker",
    "Young",
    "Allen",
    "King",
    "Wright",
    "Scott",
    "Torres",
    "Nunley",
    "Hill",
    "Flores",
    "Yılmaz",
];

const FAMILY: [&str; 10] = ["张", "王", "李", "赵", "陈", "刘", "杨", "黄", "周", "吴"];
const GIVEN: [&str; 12] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "秀英",
];
const TRADES: [&str; 8] = [
    "Studio",
    "Design",
    "Translations",
    "Media",
    "Consulting",
    "Labs",
    "Films",
    "Logistics",
];
const WORK: [&str; 12] = [
    "October design work",
    "November retainer",
    "Translation of the manual",
    "Video editing",
    "Site maintenance",
    "Q3 research report",
    "Photography, spring campaign",
    "Podcast mixing",
    "Illustrations for the app",
    "Customer interviews",
    "Workshop in Lisbon",
    "Code review",
];

/// A number that looks like chance and is the same each time.
fn scattered(number: u64, of: &str) -> u64 {
    let mut state = number
        .wrapping_add(u64::try_from(of.len()).unwrap_or_default() << 40)
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

fn one_of<'a>(all: &[&'a str], number: u64) -> &'a str {
    let count = u64::try_from(all.len()).unwrap_or(1);
    usize::try_from(number % count)
        .ok()
        .and_then(|index| all.get(index))
        .copied()
        .unwrap_or_default()
}

fn payee(number: u64, begin: Timestamp) -> Result<Payee> {
    let chance = scattered(number, "payee");
    let mut payee = samples::payee(&format!("2000305{number:015}"));
    let (first, last) = if chance.is_multiple_of(8) {
        (one_of(&GIVEN, chance >> 8), one_of(&FAMILY, chance >> 16))
    } else {
        (one_of(&FIRST, chance >> 8), one_of(&LAST, chance >> 16))
    };
    first.clone_into(&mut payee.first_name);
    last.clone_into(&mut payee.last_name);
    if chance % 8 == 1 {
        payee.company = Some(format!(
            "{last} {} {}",
            one_of(&TRADES, chance >> 24),
            chance >> 50
        ));
    }
    payee.email = format!(
        "contractor{number:06}@{}.example.com",
        one_of(&TRADES, chance >> 32).to_lowercase()
    );
    payee.created_at = begin.checked_add(SignedDuration::from_secs(i64::try_from(number)?))?;
    Ok(payee)
}

fn payout(payee: &Payee, number: u64) -> Result<Payout> {
    let chance = scattered(number, "payouts");
    let mut payout = samples::payout(payee, number);
    let currency = Currency::from_code(one_of(&["USD", "USD", "USD", "EUR", "MXN"], chance >> 8))?;
    payout.money = Money::new(i64::try_from(1_000 + chance % 900_000)?, currency);
    one_of(&WORK, chance >> 16).clone_into(&mut payout.description);
    payout.created_at = payee.created_at;
    payout.state = match chance >> 24 & 63 {
        0 => State::Failed,
        1 => State::Returned,
        2 => State::Processing,
        _ => State::Paid,
    };
    payout.sent_at = Some(payout.created_at);
    payout.settled_at = Some(payout.created_at);
    payout.transaction_no = Some(TransactionNo(format!("3{chance:021}")));
    payout.body = Some(WireBody(format!(
        "{{\"merchantNo\":\"200043\",\"invoiceId\":\"{}\",\"amount\":\"{}\"}}",
        payout.invoice_id,
        payout.money.decimal()
    )));
    payout.next_at = None;
    payout.attempts = 1;
    Ok(payout)
}

/// The file; makes it, which takes a few minutes, when it is not there yet.
pub(crate) async fn file(folder: &Path) -> Result<PathBuf> {
    let file = folder.join(format!("{NAME}.db"));
    if file.exists() {
        return Ok(file);
    }
    println!("making a ledger of {PAYEES} payees and {PAYOUTS} payouts; it is kept for later runs");
    let half = folder.join(NAME);
    if half.exists() {
        fs::remove_dir_all(&half)?;
    }
    let made = half.join("ledger.db");
    patterns(&made).await?;
    multiply(&made)?;
    fs::rename(&made, &file)?;
    // What the ledger keeps beside it is of no use under another name.
    fs::remove_dir_all(&half)?;
    Ok(file)
}

/// Payees and payouts that the real ledger writes.
async fn patterns(file: &Path) -> Result<()> {
    let ledger = SqliteLedger::open(file, &samples::key()?)?;
    let begin: Timestamp = "2025-12-01T00:00:00Z".parse()?;
    let write = async |number: u64| -> Result<()> {
        let mut payee = payee(number, begin)?;
        // The one that a rare word finds.
        if number == 0 {
            "Quetzalcóatl".clone_into(&mut payee.last_name);
        }
        ledger.record_payee(payee.clone(), Vec::new()).await?;
        let payout = payout(&payee, number)?;
        let events = samples::release_of(&payout);
        ledger.record_payout(payout, events).await?;
        Ok(())
    };
    for number in 0..PATTERNS {
        write(number).await?;
    }
    Ok(())
}

/// Each column of the table, as it is unless `other` says how else.
fn columns(
    connection: &Connection,
    table: &str,
    of: &str,
    other: &[(&str, &str)],
) -> Result<(String, String)> {
    let statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
    let names = statement.column_names();
    let values = names.iter().map(|name| {
        let other = other.iter().find(|(column, _)| column == name);
        other.map_or_else(|| format!("{of}.{name}"), |(_, value)| (*value).to_owned())
    });
    let values = values.collect::<Vec<_>>().join(",");
    Ok((names.join(","), values))
}

/// Fills the tables from the patterns, with numbers and names of their own: through the ledger it would take an hour.
fn multiply(file: &Path) -> Result<()> {
    let connection = bare::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN;",
    )?;
    let numbers = |from: u64, to: u64| {
        format!(
            "WITH RECURSIVE numbers (n) AS (VALUES ({from}) UNION ALL SELECT n+1 FROM numbers WHERE n+1<{to})"
        )
    };
    let (names, values) = columns(
        &connection,
        "payees",
        "old",
        &[
            ("id", "unhex(printf('0193%012x7000%012x', n, n))"),
            ("customer_no", "printf('2000305%015d', n)"),
            (
                "email",
                "replace(old.email, substr(old.email,1,16), printf('contractor%06d', n))",
            ),
            (
                "email_key",
                "replace(old.email_key, substr(old.email_key,1,16), printf('contractor%06d', n))",
            ),
            (
                "search",
                "replace(replace(old.search, substr(old.email_key,1,16), printf('contractor%06d', n)), old.customer_no, printf('2000305%015d', n))",
            ),
            ("created_at", "old.created_at + n * 1000000000"),
            ("last_paid_at", "NULL"),
        ],
    )?;
    // The first pattern's name stays rare.
    connection.execute_batch(&format!(
        "{} INSERT INTO payees ({names}) SELECT {values} FROM numbers JOIN payees AS old ON old.rowid=2+n%{}",
        numbers(PATTERNS, PAYEES),
        PATTERNS - 1,
    ))?;
    let (names, values) = columns(
        &connection,
        "payouts",
        "old",
        &[
            ("id", "unhex(printf('0194%012x7000%012x', n, n))"),
            ("payee_id", "payee.id"),
            ("customer_no", "payee.customer_no"),
            (
                "payee_name",
                "ifnull(payee.company, payee.first_name || ' ' || payee.last_name)",
            ),
            ("amount_minor", "1000 + (n * 7919) % 900000"),
            ("invoice_id", INVOICE),
            ("request_key", "unhex(printf('0195%012x7000%012x', n, n))"),
            ("transaction_no", TRANSACTION),
            (
                "search",
                &format!(
                    "payee.name_key || char(10) || lower({INVOICE}) || char(10) || {TRANSACTION} || char(10) || lower(old.description)"
                ),
            ),
            ("created_at", "old.created_at + n * 50000000000"),
            ("since", "old.created_at + n * 50000000000"),
            ("sent_at", "old.created_at + n * 50000000000"),
            (
                "settled_at",
                "old.created_at + n * 50000000000 + 90000000000000",
            ),
        ],
    )?;
    connection.execute_batch(&format!(
        "{} INSERT INTO payouts ({names}) SELECT {values} FROM numbers
           JOIN payouts AS old ON old.rowid=1+n%{PATTERNS} JOIN payees AS payee ON payee.rowid=1+n*31%{PAYEES}",
        numbers(PATTERNS, PAYOUTS),
    ))?;
    connection.execute_batch(
        "UPDATE payees SET last_paid_at=(SELECT max(settled_at) FROM payouts WHERE payee_id=payees.id AND state='paid');
         COMMIT;",
    )?;
    Ok(())
}

const INVOICE: &str = "printf('INV-2026%02d-%06d', 1 + n * 11 / 500000, n)";
const TRANSACTION: &str = "printf('3%021d', n * 9176540312345671)";
