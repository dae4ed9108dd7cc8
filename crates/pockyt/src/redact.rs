use secrecy::{ExposeSecret, SecretString};

const MARK: &str = "[redacted]";
/// What an answer may hold that nobody needs to keep. Pockyt echoes dates of birth (section 4.2).
const PRIVATE_MEMBERS: [&str; 2] = ["governmentId", "dateOfBirth"];

/// Takes secrets out of text that came from the gateway: it may echo what it was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redactor {
    secrets: Vec<SecretString>,
    /// Too short to be taken out wherever they stand.
    values: Vec<SecretString>,
}

impl Redactor {
    /// A value of less than 4 characters is taken out only where it is the whole value of a JSON member: taking every `1`
    /// out of an answer would hide nothing and spoil it. A number may come back without its hyphens.
    pub(crate) fn add(&mut self, secret: &SecretString) {
        let text = secret.expose_secret().trim();
        if text.is_empty() {
            return;
        }
        if text.chars().count() < 4 {
            self.values.push(text.into());
            return;
        }
        self.secrets.push(text.into());
        let bare: String = text
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .collect();
        if bare != text && bare.chars().count() >= 6 {
            self.secrets.push(bare.into());
        }
        let escaped = serde_json::Value::from(text).to_string();
        let escaped = escaped.trim_matches('"');
        if escaped != text {
            self.secrets.push(escaped.into());
        }
    }

    pub(crate) fn clean(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for secret in &self.secrets {
            clean = replace_ignoring_case(&clean, secret.expose_secret());
        }
        for value in &self.values {
            clean = clean_value(&clean, value.expose_secret());
        }
        PRIVATE_MEMBERS
            .iter()
            .fold(clean, |clean, name| clean_member(&clean, name))
    }
}

fn replace_ignoring_case(text: &str, secret: &str) -> String {
    let (haystack, needle) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in haystack.match_indices(&needle) {
        clean.push_str(text.get(from..at).unwrap_or_default());
        clean.push_str(MARK);
        from = at + found.len();
    }
    clean.push_str(text.get(from..).unwrap_or_default());
    clean
}

/// Takes out a value wherever it is all that a JSON member holds, as a text or as a number.
fn clean_value(text: &str, value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        clean.push_str(before);
        clean.push(':');
        let held = after.trim_start();
        let (gap, _) = after.split_at(after.len() - held.len());
        let ends =
            |rest: &&str| rest.trim_start().is_empty() || rest.trim_start().starts_with([',', '}']);
        let found = [quoted.as_str(), value]
            .into_iter()
            .find_map(|form| held.strip_prefix(form).filter(ends));
        rest = match found {
            Some(after_it) => {
                clean.push_str(gap);
                clean.push('"');
                clean.push_str(MARK);
                clean.push('"');
                after_it
            }
            None => after,
        };
    }
    clean.push_str(rest);
    clean
}

/// Empties every JSON string member of that name, whoever's it is: another payee's may come back one day.
fn clean_member(text: &str, name: &str) -> String {
    let key = format!("\"{name}\"");
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(key.as_str()) {
        clean.push_str(before);
        clean.push_str(&key);
        let value = after.trim_start_matches([' ', '\t', '\r', '\n', ':']);
        let (gap, value) = after.split_at(after.len() - value.len());
        clean.push_str(gap);
        rest = match value.strip_prefix('"') {
            Some(inner) if gap.contains(':') => {
                clean.push('"');
                clean.push_str(MARK);
                inner.get(string_length(inner)..).unwrap_or_default()
            }
            _ => value,
        };
    }
    clean.push_str(rest);
    clean
}

/// How many bytes of the inside of a JSON string come before its closing quote.
fn string_length(inner: &str) -> usize {
    let mut escaped = false;
    inner
        .bytes()
        .position(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        })
        .unwrap_or(inner.len())
}

/// At most `limit` bytes of the beginning, cut between characters.
pub(crate) fn excerpt(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit).rev().find(|&at| text.is_char_boundary(at));
    text.get(..end.unwrap_or(0)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_secrets_go_in_any_case_and_escaped() {
        let mut redactor = Redactor::default();
        redactor.add(&"AbC123token".into());
        redactor.add(&"x\"y\\z1".into());
        let clean = redactor.clean(r#"{"a":"abc123TOKEN","b":"x\"y\\z1","c":"1"}"#);
        assert_eq!(clean, r#"{"a":"[redacted]","b":"[redacted]","c":"1"}"#);
    }

    #[test]
    fn numbers_go_without_their_hyphens_too() {
        let mut redactor = Redactor::default();
        redactor.add(&"123-45-6789".into());
        redactor.add(&"a-b-1".into());
        assert_eq!(
            redactor.clean("123456789 and 123-45-6789, ab1"),
            "[redacted] and [redacted], ab1"
        );
    }

    #[test]
    fn short_secrets_go_where_they_are_a_whole_value() {
        let mut redactor = Redactor::default();
        redactor.add(&"7".into());
        redactor.add(&"M\"".into());
        redactor.add(&" ".into());
        assert_eq!(
            redactor.clean(r#"{"a": "7","b":7,"c":"77","d":"x:7y","e":77,"f":"M\"","7":7.5}"#),
            r#"{"a": "[redacted]","b":"[redacted]","c":"77","d":"x:7y","e":77,"f":"[redacted]","7":7.5}"#
        );
    }

    #[test]
    fn government_ids_go_even_when_unknown() {
        let clean = Redactor::default().clean(
            r#"{"governmentId" : "12\"3","governmentIdType":"SSN","x":"governmentId","governmentId":"9","dateOfBirth":"1999-01-01"}"#,
        );
        assert_eq!(
            clean,
            r#"{"governmentId" : "[redacted]","governmentIdType":"SSN","x":"governmentId","governmentId":"[redacted]","dateOfBirth":"[redacted]"}"#
        );
        assert_eq!(
            Redactor::default().clean(r#"{"governmentId":"123-45"#),
            r#"{"governmentId":"[redacted]"#
        );
    }

    #[test]
    fn excerpts_end_between_characters() {
        assert_eq!(excerpt("aé", 2), "a");
        assert_eq!(excerpt("aé", 3), "aé");
    }
}
