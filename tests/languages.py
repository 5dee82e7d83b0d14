"""How a program that uses imza is built and run, in each language: for tests/docs.py and benches/languages.py.

A row, under the ending of a language's programs, is two scripts of bash: what has to be in $work, made once; and how $program
is built and run, in an empty folder under $work. They know $root, $target and $prefix, and what tests/go-env.sh sets. What
tests/LANGUAGE.sh have built or downloaded is used again.
"""

ROWS = {
    "c": ("", "cc -std=c99 -O2 -Wall -Wextra -Werror -o program $program $(pkg-config --cflags --libs imza) && ./program"),
    "cpp": ("", "c++ -std=c++17 -O2 -Wall -Wextra -Werror -o program $program $(pkg-config --cflags --libs imza) && ./program"),
    "go": (
        "",
        """go mod init program
        go mod edit -require imza@v0.0.0 -replace "imza=$root/bindings/go"
        go vet . && go run .""",
    ),
    "rs": (
        "",
        """mkdir src && mv $program src/main.rs && cp "$root/Cargo.lock" .
        printf '[package]\\nname = "%s"\\nedition = "2024"\\n[dependencies]\\nimza = { path = "%s" }\\n[workspace]\\n' \
            "${program%.rs}" "$root" >Cargo.toml
        "${CARGO:-cargo}" run --quiet --offline --profile "${profile:-dev}" --target-dir "$target" """,
    ),
    "py": (
        """"$root/tests/python.sh" wheel
        "$target/python/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$work/python" \
            "$(ls -t "$target"/wheels/imza-*.whl | head -n 1)" """,
        """PYTHONPATH="$work/python" "$target/python/venv/bin/python" -W error $program""",
    ),
    "mjs": (
        """command -v npm >/dev/null || "$root/tests/apt.sh" nodejs npm
        "$root/tests/wasm-target.sh"
        "$root/scripts/build-npm.sh" "$work/imza.tgz"
        mkdir -p "$work/node_modules/imza" && tar -xzf "$work/imza.tgz" -C "$work/node_modules/imza" --strip-components 1""",
        "node $program",
    ),
    "java": (
        """command -v mvn >/dev/null && command -v javac >/dev/null || "$root/tests/apt.sh" maven default-jdk-headless
        version=$(sed -n 's|.*<jna.version>\\(.*\\)</jna.version>.*|\\1|p' "$root/bindings/java/pom.xml")
        jna=$target/java/repository/net/java/dev/jna/jna/$version/jna-$version.jar
        [ -e "$jna" ] || mvn -B -q -Dmaven.repo.local="$target/java/repository" -Dartifact="net.java.dev.jna:jna:$version" dependency:get
        cp "$jna" "$work/jna.jar"
        find "$root/bindings/java/imza/src/main/java" -name '*.java' -print0 | xargs -0 javac -nowarn -cp "$work/jna.jar" -d "$work/java" """,
        """javac -Xlint:all -Werror -cp "$work/java" -d . $program
        IMZA_LIBRARY="$prefix/lib/libimza.so" java -cp "$work/java:$work/jna.jar:." "${program%.java}" """,
    ),
    "cs": (
        """command -v mcs >/dev/null || "$root/tests/apt.sh" mono-runtime mono-mcs libmono-system-net-http4.0-cil
        mcs -langversion:latest -unsafe -target:library -r:System.Net.Http.dll -out:"$work/Imza.dll" -recurse:"$root/bindings/dotnet/src/*.cs" """,
        """cp "$work/Imza.dll" . && mcs -warnaserror -r:Imza.dll -out:program.exe $program && mono program.exe""",
    ),
    "php": (
        """command -v php >/dev/null || "$root/tests/apt.sh" php-cli""",
        """ln -s "$root/bindings/php" imza && IMZA_LIBRARY="$prefix/lib/libimza.so" php $program""",
    ),
}

