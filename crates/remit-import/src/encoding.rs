//! Which encoding a text file has, and its text as UTF-8, piece by piece.

use std::io::{Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::ReadError;

const PIECE: usize = 64 << 10;
/// How much after the first byte that is not ASCII is enough to tell an encoding by.
const ENOUGH: usize = 256 << 10;

/// Goes through the whole file: the first letter that is not ASCII may be in row 50,000.
pub(crate) fn detect<R: Read + Seek>(
    file: &mut R,
    check: &dyn Fn() -> Result<(), ReadError>,
) -> Result<&'static Encoding, ReadError> {
    let mut piece = vec![0; PIECE];
    let mut filled = fill(file, &mut piece)?;
    let head = piece.get(..filled).unwrap_or_default();
    if head.starts_with(&[0xFF, 0xFE, 0, 0]) {
        return Err(ReadError::Binary);
    }
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Ok(encoding);
    }
    if let Some(encoding) = utf_16_without_bom(head)? {
        return Ok(encoding);
    }
    if mostly_control(head) {
        return Err(ReadError::Binary);
    }
    // Valid UTF-8 is UTF-8: text in another encoding practically never is.
    let mut valid = true;
    let mut carried = 0;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut fed = 0;
    while filled > 0 {
        check()?;
        let bytes = piece.get(..filled).unwrap_or_default();
        if bytes.contains(&0) {
            return Err(ReadError::Binary);
        }
        if fed < ENOUGH {
            let fresh = bytes.get(carried..).unwrap_or_default();
            if detector.feed(fresh, false) {
                fed += fresh.len();
            }
        } else if !valid {
            break;
        }
        carried = 0;
        if valid {
            match std::str::from_utf8(bytes) {
                Ok(_) => {}
                Err(error) if error.error_len().is_none() => {
                    let start = error.valid_up_to();
                    carried = filled - start;
                    piece.copy_within(start..filled, 0);
                }
                Err(_) => valid = false,
            }
        }
        let more = fill(file, piece.get_mut(carried..).unwrap_or_default())?;
        if more == 0 {
            valid &= carried == 0;
            break;
        }
        filled = carried + more;
    }
    if valid {
        return Ok(UTF_8);
    }
    detector.feed(&[], true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    Ok(if guess == GBK { GB18030 } else { guess })
}

/// UTF-16 of any language has ASCII among it in a table, the separators at least: a zero at every second byte of those.
fn utf_16_without_bom(head: &[u8]) -> Result<Option<&'static Encoding>, ReadError> {
    let zeros = |parity: usize| {
        let bytes = head.iter().skip(parity).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    match (zeros(0), zeros(1)) {
        (0, 0) => Ok(None),
        (0, odd) if odd * 16 >= head.len() / 2 => Ok(Some(UTF_16LE)),
        (even, 0) if even * 16 >= head.len() / 2 => Ok(Some(UTF_16BE)),
        _ => Err(ReadError::Binary),
    }
}

fn mostly_control(head: &[u8]) -> bool {
    let control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r');
    head.iter().filter(control).count() * 50 > head.len()
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// The encoding that the owner chose by its name, if it is one of those that are offered.
pub(crate) fn named(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes()).filter(|encoding| {
        // The standard's "replacement" stands for encodings that nobody should read.
        *encoding != encoding_rs::REPLACEMENT
    })
}

/// The names of the encodings to offer when the guess is wrong.
pub const ENCODINGS: [&str; 5] = ["UTF-8", "UTF-16LE", "UTF-16BE", "gb18030", "windows-1252"];

/// A file's text as UTF-8, a piece at a time. A byte that means nothing is an error, never a question mark in somebody's name.
pub(crate) struct Decoded<R> {
    file: R,
    encoding: &'static Encoding,
    decoder: Decoder,
    bytes: Vec<u8>,
    text: String,
    ended: bool,
}

impl<R: Read + Seek> Decoded<R> {
    pub(crate) fn new(mut file: R, encoding: &'static Encoding) -> Result<Self, ReadError> {
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            file,
            encoding,
            decoder: encoding.new_decoder_with_bom_removal(),
            bytes: vec![0; PIECE],
            text: String::new(),
            ended: false,
        })
    }

    /// The next piece; nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<&str>, ReadError> {
        self.text.clear();
        while self.text.is_empty() {
            if self.ended {
                return Ok(None);
            }
            let filled = fill(&mut self.file, &mut self.bytes)?;
            self.ended = filled == 0;
            let bytes = self.bytes.get(..filled).unwrap_or_default();
            let most = self.decoder.max_utf8_buffer_length(filled).unwrap_or(0);
            self.text.reserve(most);
            let (result, _, damaged) =
                self.decoder
                    .decode_to_string(bytes, &mut self.text, self.ended);
            if damaged || result == CoderResult::OutputFull {
                return Err(ReadError::Undecodable {
                    encoding: self.encoding.name(),
                });
            }
            if self.text.as_bytes().contains(&0) {
                return Err(ReadError::Binary);
            }
        }
        Ok(Some(&self.text))
    }
}
