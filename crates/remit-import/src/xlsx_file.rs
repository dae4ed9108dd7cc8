//! A workbook into a table, cell by cell; never a whole sheet at once, which a single cell in the last corner would make 17
//! thousand million cells large.

use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::civil::Date;

use crate::table::{Kind, Origin, TableBuilder};
use crate::watch::Watch;
use crate::{Limits, ReadError, Table, archive};

pub(crate) fn read<R: Read + Seek>(
    mut file: R,
    file_bytes: u64,
    chosen: Option<&str>,
    limits: &Limits,
    watch: &Watch<'_>,
) -> Result<Table, ReadError> {
    file.seek(SeekFrom::Start(0))?;
    let looked = archive::look(&mut file, file_bytes, limits, &|| watch.check())?;
    file.seek(SeekFrom::Start(0))?;
    // The library is careful, but the file is a stranger's: what it did not foresee ends as an error, not as the app's end.
    let read = AssertUnwindSafe(|| workbook(file, chosen, looked.merged, limits, watch));
    let outcome =
        catch_unwind(read).unwrap_or_else(|_| Err(ReadError::damaged("it contradicts itself")));
    watch.check()?;
    outcome
}

fn workbook<R: Read + Seek>(
    file: R,
    chosen: Option<&str>,
    merged: bool,
    limits: &Limits,
    watch: &Watch<'_>,
) -> Result<Table, ReadError> {
    let mut workbook = Xlsx::new(file).map_err(broken)?;
    let sheets = workbook.sheets_metadata().iter();
    let sheets: Vec<_> = sheets
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let names: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
    let wanted = match chosen {
        Some(sheet) if !names.iter().any(|name| name == sheet) => {
            let sheet = sheet.to_owned();
            return Err(ReadError::NoSuchSheet { sheet });
        }
        Some(sheet) => vec![sheet.to_owned()],
        None => sheets
            .into_iter()
            .filter_map(|(name, visible)| visible.then_some(name))
            .collect(),
    };
    for sheet in wanted {
        let origin = Origin::Xlsx {
            sheet: sheet.clone(),
            sheets: names.clone(),
        };
        let mut table = match cells(&mut workbook, &sheet, origin, limits, watch) {
            Ok(table) => table,
            // A chart or a macro in the place of a sheet.
            Err(Failed::NoSheet) => continue,
            Err(Failed::Read(error)) => return Err(error),
        };
        if table.is_empty() {
            continue;
        }
        if merged {
            for area in workbook.merge_cells_by_sheet_name(&sheet).map_err(broken)? {
                let rows = (area.start.0, area.end.0);
                // Past the last column there is nothing to mark, whatever the workbook claims.
                let widest = u32::try_from(table.width()).unwrap_or(u32::MAX);
                table.mark_merged(rows, (area.start.1, area.end.1.min(widest)));
            }
        }
        return Ok(table);
    }
    Err(ReadError::Empty)
}

enum Failed {
    NoSheet,
    Read(ReadError),
}

impl From<ReadError> for Failed {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<XlsxError> for Failed {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::NotAWorksheet(_) | XlsxError::WorksheetNotFound(_) => Self::NoSheet,
            error => Self::Read(broken(error)),
        }
    }
}

fn cells<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    sheet: &str,
    origin: Origin,
    limits: &Limits,
    watch: &Watch<'_>,
) -> Result<Table, Failed> {
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    let mut table = TableBuilder::new(origin, limits);
    let mut within = None;
    let mut scratch = String::new();
    while let Some(record) = reader.next_cell_with_formula_metadata()? {
        let (row, column) = record.pos;
        let formula = record.formula.is_some();
        scratch.clear();
        let kind = match read_value(&record.value, &mut scratch) {
            Some(kind) => kind,
            None if formula => Kind::FormulaWithoutValue,
            None => continue,
        };
        if within != Some(row) {
            if within.is_some_and(|before| row < before) {
                return Err(ReadError::damaged("its rows are out of order").into());
            }
            if within.is_some() {
                table.end()?;
                watch.row()?;
            }
            table.begin(row.saturating_add(1))?;
            within = Some(row);
        }
        let column = column as usize;
        if column >= limits.columns {
            return Err(ReadError::too_large(crate::Measure::Columns, limits.columns).into());
        }
        if column < table.width_so_far() {
            return Err(ReadError::damaged("its cells are out of order").into());
        }
        while table.width_so_far() < column {
            table.cell("", Kind::Text)?;
        }
        table.cell(&scratch, kind)?;
    }
    if within.is_some() {
        table.end()?;
    }
    Ok(table.finish())
}

/// Writes the value as text and says what kind it is; nothing for an empty cell.
fn read_value(value: &DataRef<'_>, text: &mut String) -> Option<Kind> {
    let kind = match value {
        DataRef::Empty => return None,
        DataRef::SharedString(shared) => {
            text.push_str(shared);
            Kind::Text
        }
        DataRef::String(own) => {
            text.push_str(own);
            Kind::Text
        }
        DataRef::Int(number) => {
            text.push_str(&number.to_string());
            Kind::Number
        }
        DataRef::Float(number) => match decimal(*number) {
            Some(digits) => {
                text.push_str(&digits);
                Kind::Number
            }
            None => fault(text, "#NUM!"),
        },
        DataRef::Bool(truth) => {
            text.push_str(if *truth { "TRUE" } else { "FALSE" });
            Kind::Boolean
        }
        DataRef::DateTime(moment) => match date(moment) {
            Some(date) => {
                text.push_str(&date);
                Kind::Date
            }
            None => fault(text, "#NUM!"),
        },
        DataRef::DateTimeIso(iso) => {
            text.push_str(iso);
            Kind::Date
        }
        DataRef::DurationIso(iso) => {
            text.push_str(iso);
            Kind::Text
        }
        DataRef::Error(error) => fault(text, &error.to_string()),
    };
    (kind != Kind::Text || !text.trim().is_empty()).then_some(kind)
}

fn fault(text: &mut String, name: &str) -> Kind {
    text.push_str(name);
    Kind::Fault
}

/// The number's digits, without arithmetic on it. Spreadsheets keep numbers in binary and show 15 digits of them: what was
/// typed as 1250.10 comes back exactly, and what a formula left as 0.30000000000000004 reads as the 0.3 that the owner sees.
fn decimal(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let shortest = format!("{number}");
    if !shortest.contains('.') || significant(&shortest) <= 15 {
        return Some(shortest);
    }
    let scientific = format!("{number:.14e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let plain = if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        format!("0.{zeros}{digits}")
    } else {
        let whole = usize::try_from(exponent).ok()? + 1;
        let (whole, fraction) = digits.split_at_checked(whole)?;
        format!("{whole}.{fraction}")
    };
    let plain = plain.trim_end_matches('0').trim_end_matches('.');
    // Noise leaves zeros or nines behind the digits that count. Without them nothing tells it from digits that were meant.
    if significant(plain) > 13 {
        return Some(shortest);
    }
    Some(format!("{sign}{plain}"))
}

fn significant(number: &str) -> usize {
    let digits = number.bytes().filter(u8::is_ascii_digit);
    digits.skip_while(|digit| *digit == b'0').count()
}

/// A date as `2026-01-31`, with a time after it where there is one; a bare duration as hours, minutes and seconds.
fn date(moment: &ExcelDateTime) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&moment.as_f64()) {
        return None;
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if moment.is_duration() || moment.as_f64() < 1.0 {
        return Some(time);
    }
    // Excel has a 29 February 1900, which never was.
    let narrow = |part: u8| i8::try_from(part).ok();
    let year = i16::try_from(year).ok()?;
    let date = Date::new(year, narrow(month)?, narrow(day)?).ok()?;
    Some(if time == "00:00:00" {
        date.to_string()
    } else {
        format!("{date} {time}")
    })
}

fn broken(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::OtherFormat {
            format: crate::OtherFormat::OldOrLockedExcel,
        },
        error => ReadError::damaged(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_read_as_a_spreadsheet_shows_them() {
        for (number, text) in [
            (1250.1, "1250.1"),
            (1250.0, "1250"),
            (0.1 + 0.2, "0.3"),
            (1_249.999_999_999_999_8, "1250"),
            (33.333_333_333_333_336, "33.333333333333336"),
            (-0.000_012_345, "-0.000012345"),
            ("12345678901.110001".parse().unwrap(), "12345678901.11"),
            (9_007_199_254_740.993, "9007199254740.992"),
            (9_999_999_999_999.99, "9999999999999.99"),
            (2e21, "2000000000000000000000"),
        ] {
            assert_eq!(decimal(number).as_deref(), Some(text));
        }
        assert_eq!(decimal(f64::NAN), None);
        assert_eq!(decimal(f64::INFINITY), None);
    }

    proptest! {
        #[test]
        fn what_was_typed_comes_back(whole in 0_u64..10_000_000_000_000, cents in 0_u8..100) {
            let typed = format!("{whole}.{cents:02}");
            let short = typed.trim_end_matches('0').trim_end_matches('.').to_owned();
            let number: f64 = typed.parse().unwrap();
            prop_assert_eq!(decimal(number), Some(if cents == 0 { whole.to_string() } else { short }));
        }

        #[test]
        fn no_number_panics(bits in any::<u64>()) {
            let _ = decimal(f64::from_bits(bits));
        }
    }
}
