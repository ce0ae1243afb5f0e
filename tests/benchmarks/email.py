"""Email out: composed, filled and sent to smtp-sink, against smtp-source (quality.md, "Speed").

Prints a JSON list; value and against are messages a second. smtp-source only writes one fixed
message of the same size again and again; ours composes each one.
"""

from __future__ import annotations

import sys
from pathlib import Path

# The place of the script itself would put this module where the standard library's email is.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from engine.channels.port import Email
from engine.channels.smtp import SmtpChannel, SmtpSettings
from engine.compose.body import Letterhead, compile_bodies
from engine.compose.mime import EmailTemplate, Recipient, Sender
from engine.compose.tokens import compile_text

MESSAGES = 2_000
SIZE = 12_000
ROUNDS = 3
HOST = "127.0.0.1"
NOW = 1_767_621_600_000_000
SEARCHED = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))


def template() -> EmailTemplate:
    """A template whose messages are SIZE bytes on the wire, give or take a name."""
    greeting = "<p>Dear {{firstname}}, {{practice}} has a place for you next week.</p>\n"
    words = "<p>Call us, write to us, or <a href='https://oak.example'>book online</a>.</p>\n"
    sender = Sender("Oak Street Clinic", "hello@oak.example")
    subject = compile_text("{{firstname}}, a place for you at {{practice}}", escape=False)
    found, count = None, 0
    while found is None or len(found.build(recipient(0), NOW).wire) < SIZE:
        count += 1
        found = EmailTemplate(
            sender, subject, compile_bodies(greeting + words * count, Letterhead("Oak"))
        )
    return found


def recipient(number: int) -> Recipient:
    """The numbered recipient."""
    values = {"firstname": f"Ann{number}", "practice": "Oak Street Clinic"}
    links = (f"mailto:leave+{number}@oak.example",)
    return Recipient(f"k{number}", f"Ann{number} Lee", f"ann{number}@example.org", values, links)


def composed(design: EmailTemplate) -> Iterator[Email]:
    """Every message, composed as it is drawn."""
    for number in range(MESSAGES):
        yield design.build(recipient(number), NOW)


@contextmanager
def sink(program: str, *options: str) -> Iterator[int]:
    """The port of a running smtp-sink."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    guest = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *guest, *options, f"{HOST}:{port}", "100"])
    try:
        while not listens(port):
            if process.poll() is not None:
                raise SystemExit(f"smtp-sink ended with status {process.returncode}")
        yield port
    finally:
        process.terminate()
        process.wait()


def listens(port: int) -> bool:
    """Say whether somebody answers at the port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def ours(port: int, connections: int, design: EmailTemplate) -> float:
    """Seconds to compose and send every message."""
    settings = SmtpSettings(HOST, port, "none", connections=connections)
    began = time.perf_counter()
    with closing(SmtpChannel(settings)) as channel:
        for key, outcome in channel.send(composed(design)):
            if outcome.state != "sent":
                raise SystemExit(f"message {key}: {outcome}")
    return time.perf_counter() - began


def theirs(port: int, connections: int, program: str, size: int) -> float:
    """Seconds smtp-source takes for as many messages, on connections it keeps."""
    count, sessions = str(MESSAGES), str(connections)
    command = [program, "-d", "-l", str(size), "-m", count, "-s", sessions, f"{HOST}:{port}"]
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began


def main() -> int:
    """Measure each case, best of some rounds on either side, and print them."""
    sink_program = shutil.which("smtp-sink", path=SEARCHED)
    source_program = shutil.which("smtp-source", path=SEARCHED)
    if sink_program is None or source_program is None:
        print("smtp-sink and smtp-source are missing: install the package postfix.")
        return 1
    design = template()
    size = len(design.build(recipient(0), NOW).wire)
    results = []
    for label, options, bar in (("pipelining", (), 0.6), ("no pipelining", ("-p",), 0.3)):
        for connections in (1, 2):
            with sink(sink_program, *options) as port:
                against, value = 0.0, 0.0
                for _ in range(ROUNDS):
                    against = max(
                        against, MESSAGES / theirs(port, connections, source_program, size)
                    )
                    value = max(value, MESSAGES / ours(port, connections, design))
            results.append(
                {
                    "name": f"email out, {label}, {connections} connection(s), {size} bytes",
                    "value": round(value),
                    "against": round(against),
                    "ratio": round(value / against, 2),
                    "bar": bar,
                    "holds": value / against >= bar,
                }
            )
    print(json.dumps(results, indent=2))
    return 0 if all(result["holds"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
