//! The pages: payee portal and mailbox.

use std::sync::Arc;

use axum::Router;

use crate::world::World;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
}
