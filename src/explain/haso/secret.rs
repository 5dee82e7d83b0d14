//! What an explainer holds.

use zeroize::Zeroizing;

/// A key and a salt. What can be made of them is made where it is tried, so that holding many is cheap.
#[derive(Clone)]
pub(super) struct Secret {
    /// `None` where there is only a salt (HASO-4).
    pub(super) key: Option<Zeroizing<Box<[u8]>>>,
    pub(super) salt: Zeroizing<Box<[u8]>>,
}
