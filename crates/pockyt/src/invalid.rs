use std::borrow::Cow;

/// A value that Pockyt would not take, found before anything was sent. It never repeats the value itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct InvalidValue {
    field: Cow<'static, str>,
    problem: &'static str,
}

impl InvalidValue {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, problem: &'static str) -> Self {
        Self {
            field: field.into(),
            problem,
        }
    }

    /// The wire name of the field, such as `invoiceId`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with it, as the second half of a sentence: "must not be empty".
    #[must_use]
    pub fn problem(&self) -> &'static str {
        self.problem
    }
}
