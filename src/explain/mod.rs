//! Why a signature does not match: [`dlga::Explainer`] and [`haso::Explainer`] find out. What the recipe of a method is
//! whose page is not public, [`haso::Discoverer`] does.
//!
//! A refused signature says nothing about the mistake behind it. An explainer holds the secret, so it
//! can try the known mistakes, alone, in pairs and one after the other, and name every [`Reading`] under
//! which the signature *does* match: "matches when the body has no final newline". Where none does, it shows
//! the exact bytes that should have been signed.
//!
//! What an explanation never holds:
//! - **a secret**: key, salt and AccessKeySecret, as given, trimmed or decoded, and as hex, base64, URLs and JSON spell
//!   them, are replaced by `[key]`, `[salt]` and `[secret]` wherever they occur, also within a body or a field's value;
//! - **a signature that was computed**: an explanation that showed the right one would sign for
//!   whoever may ask. It only says whether the presented one matches.
//!
//! The search is bounded, whatever is received and however many keys are held: at most [`MOST_WORK`] bytes are hashed, the
//! likeliest variants first, and what is longer than [`MOST_BODY`] is not written again.
//! [`Explanation::tried`] and [`Explanation::work`] say how much was done, and a sentence says where something was left
//! out. The list of mistakes is in `docs/explain.md`.

pub mod dlga;
pub mod haso;

mod addresses;
mod budget;
mod call;
mod dates;
mod differences;
mod discover;
mod encodings;
mod explanation;
mod json;
mod mask;
mod percent;
mod presented;
mod search;
mod secret;
mod side_by_side;
mod table;
mod text;

pub use budget::{MOST_BODY, MOST_WORK};
pub use explanation::{Change, Explanation, Reading};
pub use mask::MOST_SHOWN;
pub use side_by_side::Difference;
#[doc(hidden)]
pub use table::mistakes;
