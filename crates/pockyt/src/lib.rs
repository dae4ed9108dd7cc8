//! pockyt
