use super::*;
use crate::table::{Cell, Kind};
use proptest::prelude::*;

fn usd() -> Currency {
    Currency::USD
}

fn read_all(cells: &[&str]) -> (AmountStyle, Vec<Result<String, Problem>>) {
    let cells: Vec<_> = cells
        .iter()
        .map(|text| Cell {
            text,
            kind: Kind::Text,
        })
        .collect();
    let mut votes = Votes::default();
    for cell in &cells {
        votes.count(*cell);
    }
    let style = votes.decide();
    let read = |cell: &Cell<'static>| {
        let amount = AmountCell::new(*cell)?;
        amount.read(style, usd()).map(Money::decimal)
    };
    let cells: Vec<_> = cells
        .iter()
        .map(|cell| Cell {
            text: Box::leak(cell.text.to_owned().into_boxed_str()),
            kind: cell.kind,
        })
        .collect();
    (style, cells.iter().map(read).collect())
}

fn one(text: &str) -> Result<String, Problem> {
    read_all(&[text]).1.remove(0)
}

#[test]
fn what_is_clear_in_itself_is_read() {
    for (text, amount) in [
        ("1250", "1250.00"),
        ("1250.5", "1250.50"),
        ("1,250.00", "1250.00"),
        ("1.250,50", "1250.50"),
        ("1 250,50", "1250.50"),
        ("1\u{a0}250,50", "1250.50"),
        ("1\u{202f}250,50", "1250.50"),
        ("1'250.50", "1250.50"),
        ("1’250.50", "1250.50"),
        ("1,250,000", "1250000.00"),
        ("1.250.000", "1250000.00"),
        ("12,50,000.75", "1250000.75"),
        ("$1,250.00", "1250.00"),
        ("US$ 1,250.00", "1250.00"),
        ("1.250,00 USD", "1250.00"),
        ("１２５０．５０", "1250.50"),
        ("１，２５０．００", "1250.00"),
        ("+5.00", "5.00"),
        (".50", "0.50"),
        (",5", "0.50"),
        ("0.125000", "0.125"),
    ] {
        let read = one(text);
        if amount == "0.125" {
            assert_eq!(read, Err(Problem::AmountTooPrecise { decimals: 2 }));
        } else {
            assert_eq!(read, Ok(amount.to_owned()), "{text:?}");
        }
    }
}

#[test]
fn what_is_no_amount_is_refused() {
    for text in [
        "abc",
        "1.2.3",
        "1,25,0",
        "12,34.5",
        "1..5",
        "5.",
        "1e3",
        "1.25E+05",
        "€",
        "5 apples",
        "1 2",
        "(5.00",
        "5.00)",
        "1,2500.00",
        "1.250.00",
        "--",
        "5+",
        "1 250 50",
        "٣",
    ] {
        assert!(
            matches!(one(text), Err(Problem::AmountUnreadable)),
            "{text:?} {:?}",
            one(text)
        );
    }
    for text in ["-5.00", "5.00-", "(5.00)", "−5", "0", "0,00", "-$5"] {
        assert_eq!(one(text), Err(Problem::AmountNotPositive), "{text:?}");
    }
    assert_eq!(one("99999999999999999999"), Err(Problem::AmountTooLarge));
    assert_eq!(
        one("1250.555"),
        Err(Problem::AmountTooPrecise { decimals: 2 })
    );
    assert_eq!(one(""), Err(Problem::Missing));
}

#[test]
fn the_column_decides_what_a_cell_leaves_open() {
    let (style, read) = read_all(&["1.250", "3,75"]);
    assert_eq!(
        style,
        AmountStyle::Decided {
            mark: DecimalMark::Comma,
            by_owner: false
        }
    );
    assert_eq!(read, [Ok("1250.00".into()), Ok("3.75".into())]);

    let (style, read) = read_all(&["1,250", "3.75"]);
    assert_eq!(
        style,
        AmountStyle::Decided {
            mark: DecimalMark::Point,
            by_owner: false
        }
    );
    assert_eq!(read, [Ok("1250.00".into()), Ok("3.75".into())]);
}

#[test]
fn what_nothing_decides_is_asked() {
    let asked = Err(Problem::AmountAmbiguous {
        as_decimal: Some(125),
        as_thousands: Some(125_000),
    });
    let (style, read) = read_all(&["1.250", "500"]);
    assert_eq!(style, AmountStyle::Undecided);
    assert_eq!(read, [asked.clone(), Ok("500.00".into())]);

    let (style, read) = read_all(&["1,250", "1,250.00", "1.250,00"]);
    assert_eq!(style, AmountStyle::Mixed);
    assert_eq!(read, [asked, Ok("1250.00".into()), Ok("1250.00".into())]);
}

#[test]
fn one_stray_cell_does_not_shrink_the_others() {
    let asked = Err(Problem::AmountAmbiguous {
        as_decimal: Some(125),
        as_thousands: Some(125_000),
    });
    assert_eq!(
        read_all(&["1.250", "12.5"]).1,
        [asked.clone(), Ok("12.50".into())]
    );
    assert_eq!(read_all(&["1,250", "12,5"]).1, [asked, Ok("12.50".into())]);
    let cell = Cell {
        text: "1.250",
        kind: Kind::Text,
    };
    let style = AmountStyle::Decided {
        mark: DecimalMark::Point,
        by_owner: true,
    };
    let read = AmountCell::new(cell).unwrap().read(style, usd());
    assert_eq!(read.unwrap().decimal(), "1.25", "the owner was asked");
}

#[test]
fn what_the_owner_decided_is_not_bent() {
    let cell = Cell {
        text: "1.250,50",
        kind: Kind::Text,
    };
    let style = AmountStyle::Decided {
        mark: DecimalMark::Point,
        by_owner: true,
    };
    let read = AmountCell::new(cell).unwrap().read(style, usd());
    assert_eq!(read, Err(Problem::AmountUnreadable));
}

#[test]
fn signs_name_the_currency() {
    let mark = |text| {
        AmountCell::new(Cell {
            text,
            kind: Kind::Text,
        })
        .unwrap()
        .mark()
    };
    let cny = Currency::from_code("CNY").unwrap();
    assert!(mark("¥1,250").allows(cny));
    assert!(!mark("￥１，２５０").allows(usd()));
    assert_eq!(
        mark("1 250,50 €"),
        Mark::One(Currency::from_code("EUR").unwrap())
    );
    assert_eq!(mark("US$5 USD"), Mark::One(usd()));
    assert_eq!(mark("1250"), Mark::None);
}

fn written(minor: i64, mark: DecimalMark, groups: &str) -> String {
    let plain = Money::new(minor, usd()).decimal();
    let (whole, cents) = plain.split_once('.').unwrap();
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push_str(groups);
        }
        text.push(digit);
    }
    format!("{text}{}{cents}", mark.char())
}

proptest! {
    #[test]
    fn every_country_writes_the_same_amount(minor in 1_i64..100_000_000_000) {
        let expected = Ok(Money::new(minor, usd()).decimal());
        for (mark, groups) in [
            (DecimalMark::Point, ","), (DecimalMark::Point, ""), (DecimalMark::Point, "'"),
            (DecimalMark::Comma, "."), (DecimalMark::Comma, " "), (DecimalMark::Comma, "\u{202f}"), (DecimalMark::Comma, ""),
        ] {
            prop_assert_eq!(&one(&written(minor, mark, groups)), &expected);
        }
    }

    #[test]
    fn what_is_read_in_one_go_is_what_is_read_step_by_step(
        number in prop_oneof!["[0-9]{0,2}[0-9.,' +-]{0,12}", "[0-9]{1,3}([.,][0-9]{3}){0,3}([.,][0-9]{0,3})?"],
        code in prop::sample::select(vec!["USD", "JPY", "KWD", "CLF"]),
        mark in prop::sample::select(vec![DecimalMark::Point, DecimalMark::Comma]),
    ) {
        let currency = Currency::from_code(code).unwrap();
        if let Some(read) = quick(&number, mark, currency) {
            let steps = decimal(&number, mark).and_then(|decimal| money(&decimal, currency).ok());
            prop_assert_eq!(Some(read), steps);
            let odd = currency.exponent() < 3 && number.contains(mark.char());
            prop_assert!(!odd || evidence(&number) != Evidence::Either, "it must be asked about");
        }
    }

    #[test]
    fn no_text_panics_and_none_is_read_both_ways(text in "[0-9.,' $€()+-]{0,14}") {
        let (style, read) = read_all(&[&text]);
        if read[0].is_ok() {
            prop_assert!(style != AmountStyle::Undecided);
        }
    }

    #[test]
    fn no_text_at_all_panics(text in "\\PC{0,20}") {
        let _ = one(&text);
    }
}
