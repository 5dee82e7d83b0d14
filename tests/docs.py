#!/usr/bin/env python3
"""Does what README.md and the pages for programmers say, word by word, against the installed prefix (tests/docs.sh calls it).

In these pages a block of code whose paragraph before it names a file, "`main.go`:", is that file; a block of `sh` is
typed; and a block of `text` is what the step before it prints.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import languages

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET, PREFIX = pathlib.Path(os.environ["target"]), pathlib.Path(os.environ["prefix"])


def blocks(page):
    """The page's blocks of code as (language, named file or None, text)."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S):
        paragraph = text[: match.start()].rstrip().rsplit("\n\n", 1)[-1]
        named = re.search(r"`([\w.]+\.\w+)`[^`]*(?:\([^)]*\))?:$", paragraph)
        yield match[1], named and named[1], match[2]


def empty(directory):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def run(command, directory, **environment):
    done = subprocess.run(command, cwd=directory, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


class Readme(unittest.TestCase):
    """README.md's first screen: what is shown of a terminal is what the command says."""

    # What the page leaves to the reader's mind: the three headers, signed, and a body that got a newline on its way.
    GIVEN = r"""
        chmod 600 diyalog.secret
        imza dlga sign --key-id my-key --secret-file diyalog.secret --method POST --content-type application/json \
            --resource /v1/application/gettransactionhashforonlinehelp --body gettransactionhash.json \
            --date 'Tue, 09 Mar 2021 13:28:32 GMT' --requester 45186 >headers
        date=$(sed -n 1p headers) requester=$(sed -n 2p headers) authorization=$(sed -n 3p headers)
        (cat gettransactionhash.json; echo) >body.json
    """

    def test_the_terminal_shows_what_the_command_says(self):
        work = TARGET / "docs" / "readme"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(ROOT / "examples" / "demo", work)
        (transcript,) = [text for language, _, text in blocks("README.md") if language == "console"]
        steps = [step.split("\n", 1) for step in transcript.replace("\\\n", "").split("$ ")[1:]]
        self.assertEqual(len(steps), 2)
        options = steps[0][0].split(" ", 3)[3]
        for command, answer in steps:
            # `…` stands for the options of the command before it.
            script = f"{self.GIVEN}\n{command.replace('…', options)}"
            path = {"PATH": f"{PREFIX / 'bin'}:{os.environ['PATH']}"}
            done = subprocess.run(["bash", "-c", script], cwd=work, env=os.environ | path, capture_output=True, text=True)
            self.assertEqual(done.returncode, 1, f"{script}\n{done.stderr}")
            # Of an explanation, its first lines; a line of its own with `…` stands for some.
            said = done.stdout + done.stderr
            first, *later = answer.rstrip("\n").split("\n…\n")
            self.assertTrue(said.startswith(first + "\n"), f"{command}\n{said}")
            for part in later:
                self.assertIn(f"\n{part}\n", said, command)

    def test_every_page_that_it_and_the_index_name_is_there(self):
        for page in ("README.md", "docs/README.md", "docs/sandbox.md", "docs/architecture.md", "CONTRIBUTING.md", "tests/README.md"):
            text = (ROOT / page).read_text(encoding="utf-8")
            pictures = re.findall(r' (?:src|srcset)="([^"]+)"', text)
            for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text) + pictures:
                self.assertTrue((ROOT / page).parent.joinpath(link).exists(), f"{page}: {link}")
        index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
        for page in (ROOT / "docs").glob("*.md"):
            self.assertTrue(page.name == "README.md" or f"({page.name})" in index, f"docs/README.md does not list {page.name}")


class Integrate(unittest.TestCase):
    """docs/integrate.md: all languages compute the same, and it is what the golden corpus says."""

    work = TARGET / "docs" / "integrate"

    @classmethod
    def setUpClass(cls):
        empty(cls.work)
        cls.programs, cls.answers = {}, {}
        for language, file, text in blocks("docs/integrate.md"):
            if language == "text":
                # The answer of the programs above it.
                cls.answers |= {program: text for program in cls.programs if program not in cls.answers}
            else:
                assert file, f"this block names no file:\n{text}"
                cls.programs[file] = text

    def test_each_call_is_there_in_each_language(self):
        expected = {f"{call}.{ending}" for call in ("dlga", "haso") for ending in languages.ROWS}
        self.assertEqual({program.lower() for program in self.programs}, expected)

    def test_the_answers_are_those_of_the_golden_corpus(self):
        def case(page, name):
            cases = json.loads((ROOT / "tests" / "vectors" / page).read_text(encoding="utf-8"))["cases"]
            (found,) = [case for case in cases if case["name"] == name]
            return found

        dlga = case("dlga-more.json", "the documented body of gettransactionhashforonlinehelp on one line")
        haso = case("haso.json", "seed: SetPreDefinedLimit")
        headers = ("x-dlg-date", dlga["date"]), ("x-dlg-requester-userid", "45186"), ("x-dlg-authorization", dlga["authorization"])
        right = {
            "dlga": "".join(f"{name}: {value}\n" for name, value in headers),
            "haso": f"requestToken: {haso['token']}\n",
        }
        for program, answer in self.answers.items():
            self.assertEqual(answer, right[program.split(".")[0].lower()], program)

    def test_every_program_is_complete_and_prints_what_the_page_says(self):
        for ending, (needed, build_and_run) in languages.ROWS.items():
            with self.subTest(ending):
                self.typed(needed, self.work)
                for program in (program for program in self.programs if program.endswith(f".{ending}")):
                    folder = empty(self.work / program.replace(".", "-"))
                    (folder / program).write_text(self.programs[program], encoding="utf-8")
                    self.assertEqual(self.typed(build_and_run, folder, program=program), self.answers[program], program)

    def typed(self, script, folder, **environment):
        return run(["bash", "-euc", script], folder, root=str(ROOT), work=str(self.work), **environment)


class GoReadme(unittest.TestCase):
    """bindings/go/README.md, from nothing to a signed request."""

    def test_who_follows_it_sees_what_it_says(self):
        home = empty(TARGET / "docs" / "home")
        script, expected = ["set -eu"], {}
        for number, (language, file, text) in enumerate(blocks("bindings/go/README.md")):
            if language == "sh":
                last = number
                script.append(f"{{\n{text}}} >'{home}/{number}.out'")
            elif language == "text":
                expected[last] = text
            elif file:
                script.append(f"cat >{file} <<'END OF {file}'\n{text}END OF {file}")
        self.assertGreaterEqual(len(expected), 3)

        # Rust and Go keep their own places; all else is as nothing. No library is found but the one that step 1 installs.
        real = pathlib.Path.home()
        environment = {k: v for k, v in os.environ.items() if k not in ("PKG_CONFIG_PATH", "LD_LIBRARY_PATH")} | {
            "HOME": str(home),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(real / ".cargo")),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(real / ".rustup")),
            "CARGO_TARGET_DIR": str(TARGET),
        }
        done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=ROOT, env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for number, text in expected.items():
            self.assertEqual((home / f"{number}.out").read_text(encoding="utf-8"), text)


if __name__ == "__main__":
    unittest.main()
