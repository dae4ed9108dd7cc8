//! The key as its owner writes it down: 14 groups of 4 characters. The alphabet is Crockford's base 32, which has no
//! letter that looks like a digit; 3 of its 35 bytes are there to find what was mistyped.

use super::{BYTES, KeyError, LedgerKey};
use data_encoding::Encoding;
use data_encoding_macro::new_encoding;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const ALPHABET: Encoding = new_encoding! {
    symbols: "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    translate_from: "abcdefghjkmnpqrstvwxyzOoIiLl",
    translate_to: "ABCDEFGHJKMNPQRSTVWXYZ001111",
};

const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many bytes find mistakes.
const CHECK: usize = 3;

const GROUP: usize = 4;

/// How many characters a recovery key has.
const LENGTH: usize = (BYTES + CHECK) * 8 / 5;

/// Keeps this use of the hash apart from any other.
const PURPOSE: &[u8] = b"Remit recovery key 1";

impl LedgerKey {
    /// The key for its owner to write down: 14 groups of 4 characters, of which one mistyped is found.
    #[must_use]
    pub fn to_recovery_key(&self) -> SecretString {
        let mut bytes = Zeroizing::new([0; BYTES + CHECK]);
        let (key, check) = bytes.split_at_mut(BYTES);
        key.copy_from_slice(&self.0);
        check.copy_from_slice(&check_of(&self.0));
        let characters = Zeroizing::new(ALPHABET.encode(bytes.as_slice()));
        let mut text = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / GROUP));
        for (index, character) in characters.chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            text.push(character);
        }
        SecretString::from(text.as_str())
    }

    /// Reads what [`LedgerKey::to_recovery_key`] wrote, however it was typed: case, spaces and dashes do not matter, an O
    /// is a 0, an I or L a 1.
    ///
    /// # Errors
    /// What is wrong, and where, as a [`KeyError`].
    pub fn from_recovery_key(text: &str) -> Result<Self, KeyError> {
        let mut characters = Zeroizing::new(Vec::with_capacity(LENGTH + GROUP));
        for character in text.chars().filter(|character| !separates(*character)) {
            let index = characters.len();
            let symbol = u8::try_from(character)
                .ok()
                .filter(u8::is_ascii_alphanumeric);
            match symbol.filter(|symbol| !symbol.eq_ignore_ascii_case(&b'U')) {
                Some(symbol) => characters.push(symbol),
                None => {
                    return Err(KeyError::NoSuchCharacter {
                        character,
                        group: index / GROUP + 1,
                        place: index % GROUP + 1,
                    });
                }
            }
        }
        if characters.len() < LENGTH {
            return Err(KeyError::TooShort(LENGTH - characters.len()));
        }
        if characters.len() > LENGTH {
            return Err(KeyError::TooLong(characters.len() - LENGTH));
        }
        decode(&characters).ok_or_else(|| {
            mistyped_group(&mut characters).map_or(KeyError::Mistyped, KeyError::MistypedGroup)
        })
    }
}

fn check_of(key: &[u8; BYTES]) -> [u8; CHECK] {
    let digest = Sha256::new()
        .chain_update(PURPOSE)
        .chain_update(key)
        .finalize();
    let mut check = [0; CHECK];
    check.copy_from_slice(&digest[..CHECK]);
    check
}

/// A space or a dash, also those that programs put in place of what was typed.
fn separates(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The key, when the check bytes agree with it.
fn decode(characters: &[u8]) -> Option<LedgerKey> {
    let bytes = Zeroizing::new(ALPHABET.decode(characters).ok()?);
    let (key, check) = bytes.split_first_chunk::<BYTES>()?;
    (check == check_of(key)).then(|| LedgerKey(*key))
}

/// The group, from 1, where one other character, or two neighbours the other way round, would make it a key; nothing
/// when there is no such group, or more than one.
fn mistyped_group(characters: &mut [u8]) -> Option<usize> {
    let mut groups = Vec::new();
    for index in 0..characters.len() {
        let typed = characters[index];
        for symbol in SYMBOLS {
            characters[index] = *symbol;
            if decode(characters).is_some() {
                groups.push(index / GROUP + 1);
            }
        }
        characters[index] = typed;
        if index > 0 {
            characters.swap(index - 1, index);
            if decode(characters).is_some() {
                groups.push(index / GROUP + 1);
            }
            characters.swap(index - 1, index);
        }
    }
    groups.dedup();
    match groups.as_slice() {
        [group] => Some(*group),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    fn written(key: [u8; BYTES]) -> String {
        LedgerKey(key).to_recovery_key().expose_secret().to_owned()
    }

    #[test]
    fn looks_the_same_for_ever() {
        let text = "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFG-8DXW";
        let key: [u8; BYTES] = std::array::from_fn(|index| u8::try_from(index).unwrap());
        assert_eq!(written(key), text);
        assert!(LedgerKey::from_recovery_key(text).unwrap() == LedgerKey(key));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let key = written([7; BYTES]);
        let refused = |text: &str| LedgerKey::from_recovery_key(text).err();
        assert_eq!(refused(""), Some(KeyError::TooShort(56)));
        assert_eq!(refused(&key[..key.len() - 3]), Some(KeyError::TooShort(3)));
        assert_eq!(refused(&format!("{key}0")), Some(KeyError::TooLong(1)));
        for wrong in ['U', 'u', '!', 'é', '٣'] {
            let mut characters: Vec<char> = key.chars().collect();
            characters[12] = wrong;
            assert_eq!(
                refused(&String::from_iter(characters)),
                Some(KeyError::NoSuchCharacter {
                    character: wrong,
                    group: 3,
                    place: 3,
                })
            );
        }
        let others = written([8; BYTES]);
        let mixed = format!("{}{}", &key[..20], &others[20..]);
        assert_eq!(refused(&mixed), Some(KeyError::Mistyped));
        for (typed, group) in [
            (format!("Z{}", &key[1..]), 1),
            (format!("{}Z", &key[..68]), 14),
            (format!("{}Z{}", &key[..12], &key[13..]), 3),
        ] {
            assert_eq!(refused(&typed), Some(KeyError::MistypedGroup(group)));
        }
        let message = KeyError::MistypedGroup(3).to_string();
        assert!(message.contains("Group 3"), "{message}");
    }

    proptest! {
        #[test]
        fn is_read_back_however_it_is_typed(key: [u8; BYTES]) {
            let text = written(key);
            prop_assert_eq!(text.len(), 69);
            let bare = text.replace('-', "");
            let lower = bare.to_lowercase().replace('0', "o").replace('1', "l");
            let spaced = text.replace('-', " – ").replace('0', "O").replace('1', "i");
            for typed in [&text, &bare, &lower, &spaced, &format!("\n {text}\t")] {
                prop_assert!(LedgerKey::from_recovery_key(typed) == Ok(LedgerKey(key)), "{}", typed);
            }
        }

        #[test]
        fn one_other_character_is_found(key: [u8; BYTES], index in 0..LENGTH, symbol in 0_usize..32) {
            let mut typed = written(key).replace('-', "").into_bytes();
            prop_assume!(typed[index] != SYMBOLS[symbol]);
            typed[index] = SYMBOLS[symbol];
            let refused = LedgerKey::from_recovery_key(std::str::from_utf8(&typed).unwrap()).err();
            // In very few keys a change elsewhere would do as well.
            let told = [Some(KeyError::MistypedGroup(index / GROUP + 1)), Some(KeyError::Mistyped)];
            prop_assert!(told.contains(&refused), "{:?}", refused);
        }

        #[test]
        fn two_neighbours_the_other_way_round_are_found(key: [u8; BYTES], index in 1..LENGTH) {
            let mut typed = written(key).replace('-', "").into_bytes();
            prop_assume!(typed[index - 1] != typed[index]);
            typed.swap(index - 1, index);
            let refused = LedgerKey::from_recovery_key(std::str::from_utf8(&typed).unwrap()).err();
            let told = [Some(KeyError::MistypedGroup(index / GROUP + 1)), Some(KeyError::Mistyped)];
            prop_assert!(told.contains(&refused), "{:?}", refused);
        }
    }
}
