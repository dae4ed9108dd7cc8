//! The app's icon at every size that the systems ask for, made from its two drawings.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::place;

/// Up to this many pixels the drawing for small sizes is used: fewer, heavier strokes.
const SMALL: u32 = 32;
/// The files of one size.
const FILES: [(&str, u32); 8] = [
    ("16x16.png", 16),
    ("24x24.png", 24),
    ("32x32.png", 32),
    ("48x48.png", 48),
    ("64x64.png", 64),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
];
/// What Windows chooses from, by the scale of the screen.
const ICO: [u32; 7] = [16, 20, 24, 32, 48, 64, 256];
/// What macOS chooses from: the name of each entry, and how many pixels it has.
const ICNS: [(&[u8; 4], u32); 10] = [
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic10", 1024),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic13", 256),
    (b"ic14", 512),
];

/// Makes every file of the icon anew.
///
/// # Errors
/// When a drawing cannot be read, or a file cannot be written.
pub(crate) fn make() -> Result<()> {
    let folder = place::icons();
    let drawings = Drawings {
        large: drawing(&folder.join("icon.svg"))?,
        small: drawing(&folder.join("icon-small.svg"))?,
    };
    for (name, size) in FILES {
        write(&folder.join(name), &drawings.png(size)?)?;
    }
    let ico = folder.join("icon.ico");
    let file = File::create(&ico).with_context(|| format!("could not write {}", ico.display()))?;
    drawings.ico()?.write(file)?;
    write(&folder.join("icon.icns"), &drawings.icns()?)?;
    println!("icons: {}", folder.display());
    Ok(())
}

/// The same sign twice.
struct Drawings {
    large: Tree,
    small: Tree,
}

impl Drawings {
    fn drawn(&self, size: u32) -> Result<Pixmap> {
        let drawing = if size <= SMALL {
            &self.small
        } else {
            &self.large
        };
        let mut pixels = Pixmap::new(size, size).context("an icon has a size")?;
        // Sizes of icons and drawings are far below where a float loses a pixel.
        #[expect(clippy::cast_precision_loss, reason = "at most 1024")]
        let scale = size as f32 / drawing.size().width();
        resvg::render(
            drawing,
            Transform::from_scale(scale, scale),
            &mut pixels.as_mut(),
        );
        Ok(pixels)
    }

    fn png(&self, size: u32) -> Result<Vec<u8>> {
        self.drawn(size)?
            .encode_png()
            .context("could not make a PNG of the drawing")
    }

    fn ico(&self) -> Result<ico::IconDir> {
        let mut all = ico::IconDir::new(ico::ResourceType::Icon);
        for size in ICO {
            let png = self.png(size)?;
            let image = ico::IconImage::read_png(Cursor::new(png))?;
            all.add_entry(ico::IconDirEntry::encode(&image)?);
        }
        Ok(all)
    }

    /// A word, the length of the whole, then for each size its name, the length of the entry and a PNG.
    fn icns(&self) -> Result<Vec<u8>> {
        const HEAD: usize = 8;
        let mut entries = Vec::new();
        for (name, size) in ICNS {
            let png = self.png(size)?;
            entries.extend_from_slice(name);
            entries.extend_from_slice(&u32::try_from(HEAD + png.len())?.to_be_bytes());
            entries.extend_from_slice(&png);
        }
        let mut all = b"icns".to_vec();
        all.extend_from_slice(&u32::try_from(HEAD + entries.len())?.to_be_bytes());
        all.extend_from_slice(&entries);
        Ok(all)
    }
}

fn drawing(path: &Path) -> Result<Tree> {
    let text =
        fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    Tree::from_str(&text, &Options::default())
        .with_context(|| format!("{} is no drawing", path.display()))
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    fs::write(path, content).with_context(|| format!("could not write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of an image: its size, and each pixel of a drawn one.
    fn pixels(png: &[u8]) -> Pixmap {
        Pixmap::decode_png(png).unwrap()
    }

    /// The name and the PNG of each entry of an ICNS file.
    fn entries_of(icns: &[u8]) -> Vec<(&[u8], &[u8])> {
        let length = |at: &[u8]| u32::from_be_bytes(at[4..8].try_into().unwrap()) as usize;
        assert_eq!((&icns[..4], length(icns)), (&b"icns"[..], icns.len()));
        let mut rest = &icns[8..];
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let (entry, others) = rest.split_at(length(rest));
            entries.push((&entry[..4], &entry[8..]));
            rest = others;
        }
        entries
    }

    #[test]
    fn every_file_is_what_its_drawing_gives() {
        let folder = place::root().join("src-tauri/icons");
        let drawings = Drawings {
            large: drawing(&folder.join("icon.svg")).unwrap(),
            small: drawing(&folder.join("icon-small.svg")).unwrap(),
        };
        let is_drawn = |name: &str, png: &[u8], size: u32| {
            let kept = pixels(png);
            assert_eq!((kept.width(), kept.height()), (size, size), "{name}");
            // Another build of the renderer may round a pixel otherwise.
            let drawn = drawings.drawn(size).unwrap();
            let apart = kept.data().iter().zip(drawn.data());
            let most = apart.map(|(kept, drawn)| kept.abs_diff(*drawn)).max();
            assert!(
                most < Some(8),
                "{name} is not of today's drawing: run `cargo xtask icons`"
            );
        };
        for (name, size) in FILES {
            is_drawn(name, &fs::read(folder.join(name)).unwrap(), size);
        }
        let ico = ico::IconDir::read(File::open(folder.join("icon.ico")).unwrap()).unwrap();
        let sizes: Vec<_> = ico.entries().iter().map(ico::IconDirEntry::width).collect();
        assert_eq!(sizes, ICO);
        // Another build may pack the pictures better or worse, so it is those that are compared.
        let kept = fs::read(folder.join("icon.icns")).unwrap();
        let entries = entries_of(&kept);
        assert_eq!(entries.len(), ICNS.len());
        for ((name, png), (wanted, size)) in entries.into_iter().zip(ICNS) {
            assert_eq!(name, wanted);
            is_drawn("icon.icns", png, size);
        }
    }

    #[test]
    fn the_bundler_is_told_of_every_file_of_the_icon() {
        let config = fs::read(place::root().join("tauri.conf.json")).unwrap();
        let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
        let mut named: Vec<_> = config["bundle"]["icon"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        named.sort();
        let made = FILES.iter().map(|(name, _)| *name);
        let mut made: Vec<_> = made
            .chain(["icon.ico", "icon.icns"])
            .map(|name| format!("src-tauri/icons/{name}"))
            .collect();
        made.sort();
        assert_eq!(named, made);
    }

    #[test]
    fn the_smallest_sign_stands_out_from_its_ground() {
        let folder = place::root().join("src-tauri/icons");
        for name in ["16x16.png", "24x24.png", "32x32.png"] {
            let image = pixels(&fs::read(folder.join(name)).unwrap());
            let bright = |red: u8| red > 220;
            let white = image.pixels().iter().filter(|pixel| bright(pixel.red()));
            let share = white.count() * 100 / image.pixels().len();
            assert!((10..40).contains(&share), "{name}: {share} % is white");
        }
    }
}
