//! What HTTP is spoken over: TCP, TLS, or one within the other.

use tokio::io::{AsyncRead, AsyncWrite};

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

/// Whichever it is: what is spoken over it exists once, and not for each kind.
pub(super) type AnyStream = Box<dyn Stream>;

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for S {}
