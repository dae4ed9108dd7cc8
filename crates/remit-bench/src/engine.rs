//! tmp
use crate::table::Row;
use anyhow::Result;
use std::path::Path;
#[derive(clap::Args)]
pub(crate) struct Errand {}
pub(crate) async fn serve() -> Result<()> {
    Ok(())
}
pub(crate) async fn run_errand(_: &Errand, _: &Path) -> Result<()> {
    Ok(())
}
pub(crate) async fn measure(_: u32, _: &Path) -> Result<Vec<Row>> {
    Ok(vec![])
}
