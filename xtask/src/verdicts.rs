//! What test programs say of the tests that failed, read from what they print, to be told again at the end of a long output.

/// Words in the name of a test that speaks of the promise that nobody is paid twice and nothing is lost.
const PROMISE: [&str; 7] = [
    "once", "twice", "lose", "lost", "whenever", "killed", "never",
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
}

impl Verdicts {
    /// The next line that was printed.
    pub(crate) fn hear(&mut self, line: &str) {
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

    fn heard(output: &str) -> Vec<Failure> {
        let mut verdicts = Verdicts::default();
        output.lines().for_each(|line| verdicts.hear(line));
        verdicts.failures()
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
";
        let failures = heard(output);
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
        assert_eq!(heard("running 1 test\ntest a ... ok\n"), []);
    }
}
