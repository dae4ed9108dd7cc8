//! pockyt-sandbox
