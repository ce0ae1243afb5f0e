"""The command line under test: here and now, or as a program of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli import root

ROOT = Path(__file__).resolve().parent.parent.parent
WELCOME = ROOT / "tests/e2e/scenarios/01-welcome.scenario.json"


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on standard output."""
        return json.loads(self.out)

    def says_no(self, *words: str, status: int = 2) -> None:
        """It failed in one plain sentence that holds these words, and said nothing else."""
        assert (self.status, self.out) == (status, ""), self
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err


def crm(*arguments: object) -> Answer:
    """Run a command in this process; keys go to files beside the stores."""
    os.environ["PRACTICE_CRM_KEYRING"] = "off"
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = root.run([str(each) for each in arguments])
    return Answer(status, out.getvalue(), err.getvalue())


def well(*arguments: object) -> Any:
    """What a command answers under --json; it must end well and say nothing on the side."""
    answer = crm(*arguments, "--json")
    assert (answer.status, answer.err) == (0, ""), answer
    return answer.json


_SCREENS = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


def environment(home: Path) -> dict[str, str]:
    """The surroundings of a program whose user has the folder `home`, and no screen."""
    return {
        **{name: value for name, value in os.environ.items() if name not in _SCREENS},
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "PRACTICE_CRM_KEYRING": "off",
        "PYTHONWARNINGS": "error",
    }


def program(
    *arguments: object, home: Path, stdin: str = "", cwd: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    """Run a command as a program, with nothing but pipes around it."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd or ROOT,
        env=environment(home) | {"PYTHONPATH": str(ROOT)} | dict(more or {}),
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def written(path: Path, document: object) -> Path:
    """A JSON file."""
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def automation(name: str = "Welcome series", **changes: object) -> dict[str, Any]:
    """A small automation document."""
    return {
        "format": "practice-crm/automation@1",
        "name": name,
        "trigger": {"type": "contact_created", "source": "any"},
        "steps": [
            {"id": "hello", "type": "send_email", "template": "Hello"},
            {"id": "wait", "type": "delay", "amount": 2, "unit": "days"},
            {"id": "text", "type": "send_sms", "text": "Hi {{firstname}}"},
        ],
        **changes,
    }


HELLO = {
    "format": "practice-crm/template@1", "name": "Hello", "channel": "email",
    "subject": "Hello {{firstname}}", "body": "<p>Hello</p>", "from_email": "desk@example.org",
}  # fmt: skip
