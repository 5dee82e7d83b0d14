"""Real clients against real servers over loopback."""

import asyncio
import socket

import httpx
import pytest
import requests

import imza.httpx
import imza.requests
from imza import dlga

from servers import KEY, serving

SIGNER = dlga.Signer(*KEY)
WRONG = dlga.Signer(KEY[0], "another secret")
# What is signed is what is sent: escapes, a query, and letters that a client encodes (DLGA-10).
PATHS = ["/v1/a", "/v1/a%2Fb?page=2&q=%41", "/v1/ş?q=ü", "/v1/a/../b"]


@pytest.fixture(scope="module", params=["uvicorn", "gunicorn"])
def server(request):
    with serving(request.param) as address:
        yield address


@pytest.mark.parametrize("path", PATHS)
def test_requests_signs_and_the_server_accepts(server, path):
    auth = imza.requests.DlgaAuth(SIGNER, requester="45186")
    assert requests.get(server + path, auth=auth).text == "hello 45186, 0 bytes"
    posted = requests.post(server + path, json={"customerId": "123456"}, auth=auth)
    assert (posted.status_code, posted.text) == (200, "hello 45186, 24 bytes")
    assert requests.post(server + path, data={"a": "ş&ü"}, auth=auth).status_code == 200
    assert requests.put(server + path, data=b"\x00\xff", auth=auth).text == "hello 45186, 2 bytes"


@pytest.mark.parametrize("path", PATHS)
def test_httpx_signs_and_the_server_accepts(server, path):
    auth = imza.httpx.DlgaAuth(SIGNER, requester="45186")
    with httpx.Client(auth=auth) as client:
        assert client.get(server + path).text == "hello 45186, 0 bytes"
        assert client.post(server + path, json={"a": "ş"}).status_code == 200

    async def asynchronously():
        async with httpx.AsyncClient(auth=auth) as client:
            return await client.post(server + path, content=b"abc", headers={"content-type": "text/plain"})

    assert asyncio.run(asynchronously()).text == "hello 45186, 3 bytes"


def test_an_empty_query_is_lost_by_asgi_and_kept_by_gunicorn(server, request):
    """ASGI has no way to say `/v1/a?`: the `?` was signed (DLGA-10), so the request is refused, not guessed at."""
    kept = request.node.callspec.params["server"] == "gunicorn"
    with httpx.Client(auth=imza.httpx.DlgaAuth(SIGNER, requester="45186")) as client:
        assert client.get(server + "/v1/a?").status_code == (200 if kept else 401)


def test_a_refused_request_gets_the_vendors_answer_by_dlga_14(server):
    refused = requests.post(server + "/v1/a", json={}, auth=imza.requests.DlgaAuth(WRONG, requester="45186"))
    assert (refused.status_code, refused.text) == (401, "Authorization failed")
    refused = requests.get(server + "/v1/a")
    assert (refused.status_code, refused.text) == (400, "Required headers not found")


def test_a_body_beyond_the_bound_is_refused(server):
    refused = requests.post(server + "/v1/a", data=b"x" * 100_001, auth=imza.requests.DlgaAuth(SIGNER, requester="1"))
    assert refused.status_code == 413


def test_an_unsigned_body_is_not_waited_for(server):
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as stranger:
        stranger.sendall(b"POST /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        assert b" 400 " in stranger.recv(1000)


def test_a_server_that_hands_over_no_raw_path_is_not_guessed_at():
    with serving("wsgiref") as address:
        answer = requests.get(address + "/v1/a", auth=imza.requests.DlgaAuth(SIGNER, requester="45186"))
        assert (answer.status_code, "path as it was sent" in answer.text) == (500, True)


def test_a_body_that_is_a_stream_cannot_be_signed():
    with pytest.raises(imza.InvalidArgument, match="stream"):
        requests.post("http://127.0.0.1:9", data=iter([b"x"]), auth=imza.requests.DlgaAuth(SIGNER, requester="1"))
