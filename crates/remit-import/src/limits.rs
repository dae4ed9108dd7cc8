//! How large a file may be. A file is somebody else's work: it may be anything, a zip bomb included.

/// What a file may take up at most. Far above what the owner of a small business pays in a month, and far below what a laptop
/// has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes: u64,
    /// Bytes of all that is packed in a workbook, unpacked.
    pub unpacked_bytes: u64,
    /// How many times larger a workbook may become when it is unpacked. Honest ones stay under 50.
    pub unpacked_ratio: u64,
    /// Files packed in a workbook.
    pub parts: usize,
    /// Bytes of all cells together.
    pub text_bytes: usize,
    /// Cells, the empty ones between filled ones included.
    pub cells: usize,
    /// Columns; as many as Excel has.
    pub columns: usize,
    /// Bytes of one cell. Excel keeps 32,767 characters in one.
    pub cell_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            unpacked_bytes: 1 << 30,
            unpacked_ratio: 200,
            parts: 10_000,
            text_bytes: 512 << 20,
            cells: 40_000_000,
            columns: 16_384,
            cell_bytes: 128 << 10,
        }
    }
}
