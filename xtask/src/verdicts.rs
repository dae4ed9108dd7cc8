//! What test programs say of the tests that failed, read from what they print, to be told again at the end of a long output.

/// Words in the name of a test that speaks of the promise that nobody is paid twice and nothing is lost.
const PROMISE: [&str; 14] = [
    "once",
    "twice",
    "lose",
    "lost",
    "whenever",
    "killed",
    "never",
    "nothing",
    "nobody",
    "one_transfer",
    "dies",
    "crash",
    "withdrawn",
    "neither",
];

/// A test that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The name by which the test program knows it.
    pub(crate) test: String,
    /// What it printed, its panic above all.
    pub(crate) said: String,
}

impl Failure {
    /// Whether it may have been chance: a window that came late, a computer with no time. Where the promise itself is
    /// tested, one failure in a thousand is a find.
    pub(crate) fn may_be_chance(&self) -> bool {
        !PROMISE.iter().any(|word| self.test.contains(word))
    }
}

/// Reads the output of test programs, line by line.
#[derive(Default)]
pub(crate) struct Verdicts {
    failures: Vec<Failure>,
    /// Between the two lines that say `failures:`.
    in_failures: bool,
    /// How many programs began, and how many of them told how they ended.
    began: usize,
    ended: usize,
    /// How many tests failed by what they told then.
    failed: usize,
}

impl Verdicts {
    /// The next line that was printed.
    pub(crate) fn hear(&mut self, line: &str) {
        if line.starts_with("running ") && line.trim_end_matches('s').ends_with(" test") {
            self.began += 1;
        }
        if let Some(result) = line.strip_prefix("test result: ") {
            self.in_failures = false;
            self.ended += 1;
            let counts = result
                .split("; ")
                .filter_map(|part| part.strip_suffix(" failed"));
            self.failed += counts
                .filter_map(|count| count.parse::<usize>().ok())
                .sum::<usize>();
        }
        if line == "failures:" {
            self.in_failures = !self.in_failures;
            return;
        }
        if !self.in_failures {
            return;
        }
        let begins = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"));
        if let Some(test) = begins {
            self.failures.push(Failure {
                test: test.to_owned(),
                said: String::new(),
            });
        } else if let Some(failure) = self.failures.last_mut() {
            failure.said.push_str(line);
            failure.said.push('\n');
        }
    }

    /// Whether every program told how it ended, and all that failed is known: none of them died.
    pub(crate) fn are_whole(&self) -> bool {
        self.began == self.ended && self.failed == self.failures.len()
    }

    /// Every test that failed, once all has been heard.
    pub(crate) fn failures(mut self) -> Vec<Failure> {
        for failure in &mut self.failures {
            failure.said.truncate(failure.said.trim_end().len());
        }
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Verdicts};

    fn heard(output: &str) -> Verdicts {
        let mut verdicts = Verdicts::default();
        output.lines().for_each(|line| verdicts.hear(line));
        verdicts
    }

    #[test]
    fn what_failed_is_read_with_what_it_said() {
        let output = "
running 3 tests
test paying::a_double_click_pays_once ... FAILED
test lists::are_paged ... FAILED
test words::are_plain ... ok

failures:

---- paying::a_double_click_pays_once stdout ----

thread 'paying' panicked at tests/commands/paying.rs:12:5:
assertion `left == right` failed
  left: 2
 right: 1

---- lists::are_paged stdout ----
thread 'lists' panicked at tests/commands/lists.rs:7:1:
no page


failures:
    paying::a_double_click_pays_once
    lists::are_paged

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s

running 1 test

failures:

---- senders::are_checked stdout ----
forged

failures:
    senders::are_checked

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s
";
        assert!(heard(output).are_whole());
        let failures = heard(output).failures();
        let tests: Vec<&str> = failures.iter().map(|one| one.test.as_str()).collect();
        let paying = "paying::a_double_click_pays_once";
        assert_eq!(tests, [paying, "lists::are_paged", "senders::are_checked"]);
        assert!(failures[0].said.ends_with("left: 2\n right: 1"));
        assert_eq!(failures[2].said, "forged");
    }

    #[test]
    fn a_test_of_the_promise_fails_at_its_first_failure() {
        let of = |test: &str| Failure {
            test: test.to_owned(),
            said: String::new(),
        };
        assert!(!of("paying::a_double_click_pays_once").may_be_chance());
        assert!(!of("killed_relay::with_sqlite").may_be_chance());
        assert!(of("lists::payees_are_paged").may_be_chance());
    }

    #[test]
    fn without_a_failure_there_is_nothing_to_tell() {
        let passed =
            "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored\n";
        assert!(heard(passed).are_whole());
        assert_eq!(heard(passed).failures(), []);
    }

    #[test]
    fn a_program_that_died_is_missed() {
        let failed = "running 1 test\ntest a ... FAILED\n\nfailures:\n\n---- a stdout ----\nno page\n\nfailures:\n    a\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored\n";
        assert!(heard(failed).are_whole());
        let dead = format!("running 9 tests\ntest b ... ok\n{failed}");
        assert!(!heard(&dead).are_whole());
        let unsaid = failed.replace("---- a stdout ----", "");
        assert!(!heard(&unsaid).are_whole());
    }
}
