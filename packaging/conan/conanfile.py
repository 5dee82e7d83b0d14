"""A recipe for Conan 2: builds the C library of this tree with `make install-capi`, so it needs cargo."""
from pathlib import Path

from conan import ConanFile
from conan.tools.files import copy


class Imza(ConanFile):
    name = "imza"
    version = "0.1.0"
    description = "Request signatures of Diyalog (DLGA) and Haso (requestToken): C and C++ library"
    license = "MIT OR Apache-2.0"
    settings = "os", "arch"
    options = {"shared": [True, False]}
    default_options = {"shared": True}
    package_type = "library"

    def export_sources(self):
        root = Path(self.recipe_folder).parents[1]
        for part in ("Cargo.toml", "Cargo.lock", "Makefile", "README.md", "CHANGELOG.md", "LICENSE-*", "build.rs", "cbindgen.toml",
                     "include/*", "src/*", "audit/*", "cli/*", "examples/*", "benches/*", "tests/*", "scripts/*", "bindings/*"):
            copy(self, part, str(root), self.export_sources_folder, excludes=("target/*", "*/target/*"))

    def package(self):
        self.run(f"make install-capi PREFIX='{self.package_folder}'", cwd=self.source_folder)
        copy(self, "LICENSE-*", self.source_folder, str(Path(self.package_folder) / "licenses"))
        lib = Path(self.package_folder) / "lib"
        for unwanted in lib.glob("libimza.a" if self.options.shared else "libimza.so*"):
            unwanted.unlink()

    def package_info(self):
        self.cpp_info.libs = ["imza"]
        if not self.options.shared:
            self.cpp_info.system_libs = ["pthread", "dl", "m"]
