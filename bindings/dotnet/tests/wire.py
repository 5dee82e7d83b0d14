#!/usr/bin/env python3
"""The example client and server in C# against those in Rust, over loopback; and bindings/dotnet/README.md, followed from nothing.

    wire.py PROGRAMS RUST-PROGRAMS PREFIX WORK      (tests/dotnet.sh builds them)
"""

import http.client
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

PROGRAMS, RUST, PREFIX, WORK = map(pathlib.Path, sys.argv[1:5])
ROOT = pathlib.Path(__file__).resolve().parents[3]
RESOURCE = "/v1/application/gettransactionhashforonlinehelp"
# No proxy of this machine's is between client and server.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")} | {
    "DLGA_KEY_ID": "key-id", "DLGA_SECRET": "not-a-real-secret", "HASO_MERCHANT_ID": "1000042",
    "HASO_KEY": "merchant-key-not-real", "HASO_SALT": "merchant-salt-not-real", "LD_LIBRARY_PATH": str(PREFIX / "lib"),
}
SERVERS = {"dotnet": ["mono", PROGRAMS / "Server.exe", "0"], "rust": [RUST / "server", "127.0.0.1:0"]}
HASH, DATA = "7c5963043b37edbe2706c2b48b4568387084acc7", '{"CustomerInfo":{"customerId":"5500123"}}'


class Server:
    """A server on a free port; ends with the `with`."""

    def __init__(self, language):
        self.process = subprocess.Popen(
            SERVERS[language], env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline().strip()
        assert line.startswith("listening on 127.0.0.1:"), line
        self.address = line.removeprefix("listening on ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def post(self, headers, body=b"{}"):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        connection.request("POST", RESOURCE, body, headers)
        answer = connection.getresponse()
        result = answer.status, answer.read().decode()
        connection.close()
        return result


def client(language, address, *seconds, **environment):
    command = {"dotnet": ["mono", PROGRAMS / "Client.exe"], "rust": [RUST / "client"]}[language]
    done = subprocess.run([*command, f"http://{address}", *seconds], env=ENVIRONMENT | environment,
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


class Wire(unittest.TestCase):
    def test_the_client_in_csharp_is_answered(self):
        for language in SERVERS:
            with self.subTest(server=language), Server(language) as server:
                code, printed = client("dotnet", server.address)
                self.assertEqual(code, 0, printed)
                self.assertIn(f'"transactionHash":"{HASH}"', printed.replace(": ", ":"))
                self.assertIn(DATA, printed)
                code, printed = client("dotnet", server.address, "960")
                self.assertEqual(code, 1)
                self.assertIn("gettransactionhashforonlinehelp: 403 Request time may not be correct.\n", printed)
                code, printed = client("dotnet", server.address, DLGA_SECRET="another", HASO_SALT="another")
                self.assertEqual(code, 1)
                self.assertIn("gettransactionhashforonlinehelp: 401 Authorization failed\n", printed)
                self.assertRegex(printed, r"SetPreDefinedLimit: 200 .*the token does not match")

    def test_the_server_in_csharp_verifies_the_client_in_rust(self):
        with Server("dotnet") as server:
            self.assertEqual(client("rust", server.address),
                             (0, f"gettransactionhashforonlinehelp: {HASH}\nSetPreDefinedLimit: {DATA}\n"))
            code, printed = client("rust", server.address, "960")
            self.assertEqual(code, 1)
            self.assertIn("with 403: Request time may not be correct.\n", printed)
            code, printed = client("rust", server.address, DLGA_SECRET="another", HASO_SALT="another")
            self.assertEqual(code, 1)
            self.assertIn("with 401: Authorization failed\n", printed)
            self.assertIn("SetPreDefinedLimit: the vendor refused the call: the token does not match", printed)

    def test_the_server_in_csharp_answers_as_the_vendor_does(self):
        """DLGA-14."""
        good = {"x-dlg-date": "Tue, 09 Mar 2021 13:28:32 GMT", "x-dlg-requester-userid": "45186",
                "x-dlg-authorization": "DLGA key-id:" + "A" * 43 + "="}
        cases = {
            "no headers": ({}, 400, "Required headers not found"),
            "no requester": ({n: v for n, v in good.items() if "requester" not in n}, 400, "Required headers not found"),
            "bad format": (good | {"x-dlg-authorization": "Bearer x"}, 400,
                           "Authorization failed due to data format not valid"),
            "bad date": (good | {"x-dlg-date": "yesterday"}, 400, "Authorization failed due to date not valid"),
            "wrong signature": (good, 401, "Authorization failed"),
            "unknown key": (good | {"x-dlg-authorization": "DLGA who:" + "A" * 43 + "="}, 401, "Authorization failed"),
        }
        with Server("dotnet") as server:
            for name, (headers, status, text) in cases.items():
                with self.subTest(name):
                    self.assertEqual(server.post(headers), (status, text))
            self.assertEqual(server.post(good, b"x" * ((1 << 20) + 1))[0], 413)


class Readme(unittest.TestCase):
    def test_a_fresh_folder_gets_from_nothing_to_a_signed_request(self):
        """A block of code whose paragraph before it names a file is that file, a block of `sh` is typed, and a block of `text` is
        what the step before it prints."""
        home = WORK / "home"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        # `make install PREFIX=$HOME/.local` is what the prefix of the tests was made by.
        (home / ".local").symlink_to(PREFIX)
        page = (ROOT / "bindings/dotnet/README.md").read_text(encoding="utf-8")
        install = 'make install PREFIX="$HOME/.local"\n'
        script, expected = ["set -eu"], {}
        for number, match in enumerate(re.finditer(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S)):
            language, text = match[1], match[2]
            named = re.search(r"`([\w.]+\.\w+)`:$", page[: match.start()].rstrip())
            if language == "sh":
                last = number
                script.append(f"{{\n{text.replace(install, ':' + chr(10))}}} >'{home}/{number}.out'")
            elif language == "text":
                expected[last] = text
            elif named:
                script.append(f"cat >{named[1]} <<'END OF {named[1]}'\n{text}END OF {named[1]}")
        self.assertIn(install, page)
        self.assertEqual(len(expected), 3)
        environment = {n: v for n, v in os.environ.items() if n != "LD_LIBRARY_PATH"} | {"HOME": str(home)}
        done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=ROOT, env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for number, text in expected.items():
            self.assertEqual((home / f"{number}.out").read_text(encoding="utf-8"), text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
