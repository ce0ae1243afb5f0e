"""Texts against a loopback server that answers as Twilio does, or doesn't."""

from __future__ import annotations

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from engine.channels.port import Outcome, Text
from engine.channels.twilio import TwilioChannel, TwilioSettings

TEXT = Text("1-2-1", "+12025550123", "Hi Añn 🙂 & co")


@dataclass
class Provider:
    """What the server got, and what it is to answer: status, body, headers; None hangs up."""

    url: str = ""
    answer: tuple[int, bytes, dict[str, str]] | None = (201, b'{"sid": "SM1"}', {})
    requests: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)


@pytest.fixture
def provider() -> Iterator[Provider]:
    state = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            state.requests.append((self.path, self.headers["Authorization"], parse_qs(form)))
            if state.answer is None:
                self.close_connection = True
                return
            status, body, headers = state.answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def ask(url: str, timeout: float = 5.0) -> Outcome:
    channel = TwilioChannel(TwilioSettings("AC1", "secret", "+12025550199", url, timeout))
    ((key, outcome),) = channel.send([TEXT])
    assert key == TEXT.key and channel.lookup(key) is None
    channel.close()
    return outcome


def test_a_text_is_sent_with_its_fields(provider: Provider) -> None:
    assert ask(provider.url) == Outcome("sent", "SM1")
    assert provider.requests == [
        (
            "/2010-04-01/Accounts/AC1/Messages.json",
            "Basic " + b64encode(b"AC1:secret").decode(),
            {"To": [TEXT.to], "From": ["+12025550199"], "Body": [TEXT.body]},
        )
    ]


@pytest.mark.parametrize(
    ("status", "body", "state", "code"),
    [
        (200, b"not json", "sent", ""),
        (201, b"[]", "sent", ""),
        (400, b'{"code": 21610}', "failed", "opted_out"),
        (400, b'{"code": 21211, "message": "+12025550123 is no number"}', "failed", "21211"),
        (404, b"", "failed", "404"),
        (302, b"", "failed", "302"),
        (401, b'{"code": 20003}', "retry", "20003"),
        (429, b'{"code": 20429}', "retry", "20429"),
        (500, b"<html>", "retry", "500"),
        (503, b"{}", "retry", "503"),
    ],
)
def test_answers(provider: Provider, status: int, body: bytes, state: str, code: str) -> None:
    provider.answer = (status, body, {})
    outcome = ask(provider.url)
    assert (outcome.state, outcome.code) == (state, code)
    assert "2025550123" not in outcome.diagnostic


@pytest.mark.parametrize(("said", "wait"), [("7", 7), ("soon", None), ("9" * 9, None)])
def test_the_wait_asked_for_is_passed_on(provider: Provider, said: str, wait: int | None) -> None:
    provider.answer = (429, json.dumps({}).encode(), {"Retry-After": said})
    assert ask(provider.url).retry_after == wait


def test_a_hang_up_after_the_request_is_uncertain(provider: Provider) -> None:
    provider.answer = None
    assert ask(provider.url).state == "uncertain"
    assert len(provider.requests) == 1


def test_no_answer_in_time_is_uncertain() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outcome = ask(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.1)
    assert outcome.state == "uncertain"


def test_nobody_there_is_retried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert ask(f"http://127.0.0.1:{port}").state == "retry"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://127.0.0.1:99999", "nowhere"])
def test_an_address_that_is_none_is_retried(url: str) -> None:
    assert ask(url).state == "retry"


def test_a_failed_text_stops_no_other(provider: Provider) -> None:
    provider.answer = (400, b"{}", {})
    channel = TwilioChannel(TwilioSettings("AC1", "secret", "+12025550199", provider.url))
    batch = [Text(str(number), "+1", "b") for number in range(3)]
    assert [key for key, _ in channel.send(batch)] == ["0", "1", "2"]
    channel.close()
    assert "secret" not in repr(TwilioSettings("AC1", "secret", "+1"))


def send_all(url: str, count: int, timeout: float = 5.0) -> list[Outcome]:
    channel = TwilioChannel(TwilioSettings("AC1", "secret", "+12025550199", url, timeout))
    outcomes = dict(channel.send(Text(str(number), "+1", "b") for number in range(count)))
    channel.close()
    assert list(outcomes) == [str(number) for number in range(count)]
    return list(outcomes.values())


def test_where_nobody_answers_one_text_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        outcomes = send_all(f"http://127.0.0.1:{silent.getsockname()[1]}", 9, timeout=0.1)
        dialled = calls(silent)
    assert [outcome.state for outcome in outcomes] == ["uncertain", *["retry"] * 8]
    assert dialled == 1


def test_where_nobody_is_one_text_is_tried() -> None:
    # A full queue of callers: the next one is never let in, as by a firewall that drops.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        with socket.create_connection(full.getsockname()):
            outcomes = send_all(f"http://127.0.0.1:{full.getsockname()[1]}", 400, timeout=0.1)
    assert len(set(outcomes)) == 1
    assert outcomes[0].state == "retry"


def test_the_next_batch_is_tried_again(provider: Provider) -> None:
    provider.answer = None
    channel = TwilioChannel(TwilioSettings("AC1", "secret", "+12025550199", provider.url))
    batch = [Text(str(number), "+1", "b") for number in range(3)]
    assert [outcome.state for _, outcome in channel.send(batch)] == ["uncertain", "retry", "retry"]
    provider.answer = (201, b'{"sid": "SM1"}', {})
    assert [outcome.state for _, outcome in channel.send(batch)] == ["sent"] * 3
    assert len(provider.requests) == 4
    channel.close()


def calls(server: socket.socket) -> int:
    """How many have called a server that answered nobody."""
    server.setblocking(False)
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1
