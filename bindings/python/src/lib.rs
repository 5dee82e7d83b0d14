//! The native half of the Python package `imza`: the crate's public API with Python's types and names. The
//! package's own modules (`python/imza`) put these classes where users look for them.

use pyo3::prelude::*;

mod audit;
mod dlga;
mod error;
mod explain;
mod haso;
mod text;

#[pymodule]
mod _imza {
    #[pymodule_export]
    use super::audit::Auditor;
    #[pymodule_export]
    use super::dlga::{Accepted, Date, Request, Signer, Verifier, resource_of_url};
    #[pymodule_export]
    use super::explain::{Discovered, Discoverer, Discovery, Explanation, Reading};
    #[pymodule_export]
    use super::haso::{Merchant, Recipe};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        // Both are called `Explainer`, each in its own module of the package.
        module.add("DlgaExplainer", module.py().get_type::<super::explain::DlgaExplainer>())?;
        module.add("HasoExplainer", module.py().get_type::<super::explain::HasoExplainer>())?;
        module.add("METHODS", super::haso::methods(module.py())?)
    }
}
