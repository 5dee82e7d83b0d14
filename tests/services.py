#!/usr/bin/env python3
"""The example services of two languages against each other, over real sockets on the loopback address.

    tests/services.py GO-PROGRAMS RUST-PROGRAMS COMMAND      (tests/services.sh builds them)

Each directory holds a `client` and a `server`, that of Go a `load` too; COMMAND is the command `imza`.
"""

import http.client
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAMS = dict(zip(["go", "rust"], sys.argv[1:3]))
COMMAND = sys.argv[3]

RESOURCE = "/v1/application/gettransactionhashforonlinehelp"
BODY = b'{"customerId" : "123456", "deviceHash" : "fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}'
SECRET = "not-a-real-secret"
CREDENTIALS = {
    "DLGA_KEY_ID": "key-id",
    "DLGA_SECRET": SECRET,
    "HASO_MERCHANT_ID": "1000042",
    "HASO_KEY": "merchant-key-not-real",
    "HASO_SALT": "merchant-salt-not-real",
}
# No proxy of this machine's stands between client and server.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")} | CREDENTIALS

ANSWERED = (
    "gettransactionhashforonlinehelp: 7c5963043b37edbe2706c2b48b4568387084acc7\n"
    'SetPreDefinedLimit: {"CustomerInfo":{"customerId":"5500123"}}\n'
)


class Server:
    """A server of our own on a free port; ends with the `with`."""

    def __init__(self, language):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [f"{PROGRAMS[language]}/server", "127.0.0.1:0"], env=ENVIRONMENT, text=True,
            stdout=subprocess.PIPE, stderr=self.log,
        )
        line = self.process.stdout.readline().strip()
        assert line.startswith("listening on 127.0.0.1:"), line
        self.address = line.removeprefix("listening on ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def logged(self):
        """What the server has written to its log so far."""
        return os.pread(self.log.fileno(), 1 << 20, 0).decode()

    def post(self, headers, body=BODY):
        """Posts a body as it is; gives back status and text."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        connection.request("POST", RESOURCE, body, {"Content-Type": "application/json"} | headers)
        answer = connection.getresponse()
        told = answer.status, answer.read().decode()
        connection.close()
        return told

    def resident_kib(self):
        """How much memory the server's process holds."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"^VmRSS:\s+(\d+) kB$", status.read(), re.M).group(1))


def client(language, address, *seconds, **environment):
    """Runs a client; gives back its exit code and what it printed."""
    done = subprocess.run(
        [f"{PROGRAMS[language]}/client", f"http://{address}", *seconds], env=ENVIRONMENT | environment,
        capture_output=True, text=True, timeout=60,
    )
    return done.returncode, done.stdout


def signed(secret=SECRET, seconds_ago=0):
    """The three headers that the command makes for BODY."""
    done = subprocess.run(
        [COMMAND, "dlga", "sign", "--key-id", "key-id", "--secret-env", "DLGA_SECRET", "--method", "POST",
         "--content-type", "application/json", "--resource", RESOURCE, "--body", "-", "--requester", "45186",
         "--date", str(int(time.time()) - seconds_ago)],
        env=ENVIRONMENT | {"DLGA_SECRET": secret}, input=BODY, capture_output=True, check=True,
    )
    return dict(line.split(": ", 1) for line in done.stdout.decode().splitlines())


def without(headers, name):
    return {n: v for n, v in headers.items() if n.lower() != name}


class EveryClientWithEveryServer(unittest.TestCase):
    def each_pair(self):
        for server_language in PROGRAMS:
            with Server(server_language) as server:
                for client_language in PROGRAMS:
                    yield client_language, server, f"{client_language} client, {server_language} server"

    def test_both_documented_calls_are_answered(self):
        for language, server, pair in self.each_pair():
            self.assertEqual(client(language, server.address), (0, ANSWERED), pair)

    def test_a_client_that_is_sixteen_minutes_late_is_told_so(self):
        """DLGA-14."""
        for language, server, pair in self.each_pair():
            code, printed = client(language, server.address, "960")
            self.assertEqual(code, 1, pair)
            self.assertIn("the vendor refused the signature with 403: Request time may not be correct.\n", printed, pair)

    def test_wrong_secrets_are_refused(self):
        """DLGA-14, HASO-11."""
        for language, server, pair in self.each_pair():
            code, printed = client(language, server.address, DLGA_SECRET="another", HASO_SALT="another")
            self.assertEqual(code, 1, pair)
            self.assertIn("the vendor refused the signature with 401: Authorization failed\n", printed, pair)
            self.assertIn("the vendor refused the call: the token does not match: ", printed, pair)

    def test_a_proxy_that_writes_the_json_anew_gets_a_401(self):
        """DLGA-7: the same JSON in other bytes is another body."""
        for language, server, pair in self.each_pair():
            with reformatting_proxy(server.address) as address:
                code, printed = client(language, address)
            self.assertEqual(code, 1, pair)
            self.assertIn("the vendor refused the signature with 401: Authorization failed\n", printed, pair)
            # Haso's token covers values, not bytes (HASO-1).
            self.assertIn('SetPreDefinedLimit: {"CustomerInfo"', printed, pair)


class Refusals(unittest.TestCase):
    def test_each_one_is_seen_on_the_wire_with_its_status_and_text(self):
        """DLGA-14, DLGA-15."""
        good = signed()
        cases = {
            "genuine": (good, 200, None),
            "no date": (without(good, "x-dlg-date"), 400, "Required headers not found"),
            "no requester": (without(good, "x-dlg-requester-userid"), 400, "Required headers not found"),
            "no signature": (without(good, "x-dlg-authorization"), 400, "Required headers not found"),
            "bad format": (good | {"x-dlg-authorization": "Bearer x"}, 400,
                           "Authorization failed due to data format not valid"),
            "bad date": (good | {"x-dlg-date": "yesterday"}, 400, "Authorization failed due to date not valid"),
            "wrong signature": (signed(secret="another"), 401, "Authorization failed"),
            "unknown key": (good | {"x-dlg-authorization": good["x-dlg-authorization"].replace("key-id", "who")},
                            401, "Authorization failed"),
            "16 minutes late": (signed(seconds_ago=960), 403, "Request time may not be correct."),
            "16 minutes early": (signed(seconds_ago=-960), 403, "Request time may not be correct."),
            "late and forged": (signed(secret="another", seconds_ago=960), 401, "Authorization failed"),
        }
        for language in PROGRAMS:
            with Server(language) as server:
                for name, (headers, status, text) in cases.items():
                    with self.subTest(name, server=language):
                        told, answer = server.post(headers)
                        self.assertEqual(told, status, answer)
                        if text is None:
                            self.assertIs(json.loads(answer)["isSuccess"], True)
                        else:
                            self.assertEqual(answer, text)

    def test_a_log_shows_nothing_of_a_strangers_that_a_terminal_acts_upon(self):
        """DLGA-2: the requester is any text, that of a stranger too."""
        hostile = "45\x9b2J\u202e186".encode()
        unknown = b"DLGA \xc2\x9b2J\xe2\x80\xae:" + signed()["x-dlg-authorization"].rpartition(":")[2].encode()
        for language in PROGRAMS:
            with self.subTest(server=language), Server(language) as server:
                self.assertEqual(server.post(signed() | {"x-dlg-requester-userid": hostile})[0], 200)
                self.assertEqual(server.post(signed() | {"x-dlg-authorization": unknown})[0], 401)
                log = server.logged()
                self.assertRegex(log, r'accepted: .* on behalf of "45\\.*186"\n')
                self.assertIn("refused: ", log)
                self.assertEqual([c for c in log if not c.isprintable() and c != "\n"], [], log)

    def test_a_body_of_more_than_a_mebibyte_is_too_large(self):
        for language in PROGRAMS:
            with self.subTest(server=language), Server(language) as server:
                self.assertEqual(server.post(signed(), b"x" * (1 << 20))[0], 401)
                self.assertEqual(server.post(signed(), b"x" * ((1 << 20) + 1))[0], 413)


class SlowClients(unittest.TestCase):
    """A client that begins a request and sends no more of it does not hold a connection for ever."""

    WITHIN = 15  # seconds; the servers say five for the headers, ten for the body

    def test_the_server_ends_the_connection(self):
        headers = "".join(f"{name}: {value}\r\n" for name, value in signed().items())
        begun = {
            "nothing": "",
            "half of the headers": f"POST {RESOURCE} HTTP/1.1\r\nHost: x\r\n{headers}",
            "half of the body": f"POST {RESOURCE} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                f"{headers}Content-Length: {len(BODY)}\r\n\r\n" + BODY[:40].decode(),
            "half of a token's body": "POST /RequestV2/SetPreDefinedLimit HTTP/1.1\r\nHost: x\r\n"
                                      "Content-Length: 100\r\n\r\n{",
        }
        for language in PROGRAMS:
            with Server(language) as server:
                waiting = {}
                for name, sent in begun.items():
                    waiting[name] = socket.create_connection(server.address.split(":"), timeout=self.WITHIN)
                    waiting[name].sendall(sent.encode())
                for name, connection in waiting.items():
                    with self.subTest(name, server=language), connection:
                        while connection.recv(4096):
                            pass


class Strangers(unittest.TestCase):
    def test_the_body_of_one_without_headers_is_not_waited_for(self):
        """DLGA-15: the Go middleware judges the headers before it asks for the body."""
        for expect in ["", "Expect: 100-continue\r\n"]:
            with self.subTest(expect), Server("go") as server:
                with socket.create_connection(server.address.split(":"), timeout=4) as connection:
                    connection.sendall(f"POST {RESOURCE} HTTP/1.1\r\nHost: x\r\n{expect}Content-Length: 99\r\n\r\n".encode())
                    answer = b""
                    while more := connection.recv(4096):
                        answer += more
                    self.assertRegex(answer, rb"^HTTP/1.1 400 [^\0]*\r\n\r\nRequired headers not found$")


class Curl(unittest.TestCase):
    def test_the_line_that_the_command_prints_is_answered(self):
        """DLGA-7: a body of several lines, too."""
        bodies = {"one line": BODY, "four lines": b'{\n"customerId" : "12\'3456",\n"deviceHash" : "a+b="\n}\n'}
        for language in PROGRAMS:
            with Server(language) as server:
                for name, body in bodies.items():
                    with self.subTest(name, server=language), tempfile.NamedTemporaryFile() as file:
                        file.write(body)
                        file.flush()
                        line = subprocess.run(
                            [COMMAND, "dlga", "sign", "--key-id", "key-id", "--secret-env", "DLGA_SECRET", "--method",
                             "POST", "--content-type", "application/json", "--url", f"http://{server.address}{RESOURCE}",
                             "--body", file.name, "--requester", "45186", "--format", "curl"],
                            env=ENVIRONMENT, capture_output=True, text=True, check=True,
                        ).stdout
                        answer = subprocess.run(
                            ["sh", "-c", f"{line.rstrip()} --silent --write-out '\\n%{{http_code}}'"],
                            env=ENVIRONMENT, capture_output=True, text=True, timeout=60,
                        )
                        self.assertTrue(answer.stdout.endswith("\n200"), (line, answer))


class Load(unittest.TestCase):
    REQUESTS, ROUNDS, PARALLEL = 50_000, 4, 64
    # What the runtime's own heap breathes; a leak of 64 bytes per request would be 9.6 MB between the rounds.
    FLAT_KIB = 4096

    def test_64_clients_at_once_lose_no_request_and_the_memory_stays_flat(self):
        """The Go middleware: 200,000 requests; what the first round warmed up is what the last one holds."""
        with Server("go") as server:
            held = []
            for _ in range(self.ROUNDS):
                done = subprocess.run(
                    [f"{PROGRAMS['go']}/load", f"http://{server.address}", str(self.REQUESTS), str(self.PARALLEL)],
                    env=ENVIRONMENT, capture_output=True, text=True, timeout=300,
                )
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr[-1000:])
                held.append(server.resident_kib())
                print(f"load: {done.stdout.strip()}; the server holds {held[-1]} KiB", flush=True)
            self.assertLess(held[-1] - held[0], self.FLAT_KIB, held)


class reformatting_proxy:
    """A proxy that hands everything on but writes JSON bodies anew; gives its address."""

    def __init__(self, upstream):
        class Proxy(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {n: v for n, v in self.headers.items() if n.lower() not in ("host", "content-length")}
                onward = http.client.HTTPConnection(upstream, timeout=30)
                onward.request("POST", self.path, json.dumps(json.loads(body), indent=2), headers)
                answer = onward.getresponse()
                text = answer.read()
                onward.close()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return "127.0.0.1:%d" % self.server.server_address[1]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
