"""A screen of its own with the program on it, worked by a mouse and keys through the X server."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from tests.e2e.command_line import ROOT, environment

NEEDED = {"Xvfb": "xvfb", "xdotool": "xdotool"}
"""Programs, and Debian's packages that bring them."""
SIZE = "1280x800x24"
SCREEN = {
    "name": "unseen", "x": 0, "y": 0, "width": 1280, "height": 800, "logicalDpi": 96, "dpr": 1,
}  # fmt: skip
LIMIT = 20.0
"""Seconds to wait for anything at the most."""
MOST_NOTCHES = 60
STDERR = "stderr"
"""The file in the user's home with what the program says on the side."""


def missing() -> list[str]:
    """The packages that this machine lacks."""
    return [package for program, package in NEEDED.items() if shutil.which(program) is None]


@contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees, on a free display; gives the display's name."""
    says, told = os.pipe()
    server = subprocess.Popen(
        # -r: a machine under load must not take a long press for many.
        ["Xvfb", "-displayfd", str(told), "-screen", "0", SIZE, "-nolisten", "tcp", "-r"],
        pass_fds=[told], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(told)
    try:
        with open(says, encoding="ascii") as hears:
            assert select.select([hears], [], [], LIMIT)[0], "Xvfb did not start."
            number = hears.readline().strip()
        assert number, "Xvfb ended before it had a display."
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(LIMIT)


class Person:
    """Somebody before the window, who looks before each click and types on once it is shown."""

    def __init__(self, display: str | None, program: subprocess.Popen[str], home: Path) -> None:
        self._display = display
        self._program = program
        self._home = home

    # What is seen

    def ask(self, *question: object, limit: float = LIMIT) -> Any:
        """The answer to a question of `eyes`, once there is one."""
        answer = self._say(question, limit)
        if answer is not None:
            return answer
        self._say(None, limit)
        there = self._say(["everything"], limit)
        seen = self._home / "in-vain.png"
        self._say(["picture", str(seen)], limit)
        raise AssertionError(f"{question} in vain; there is {there}, as seen in {seen}")

    def sees(self, words: str) -> None:
        """Wait until this can be read."""
        self.ask("says", words)

    def _say(self, question: object, limit: float) -> Any:
        listens, answers = self._pipes()
        listens.write(json.dumps(question) + "\n")
        listens.flush()
        if not select.select([answers], [], [], limit)[0]:
            return None
        line = answers.readline()
        assert line, f"The program ended: {(self._home / STDERR).read_text(encoding='utf-8')}"
        return json.loads(line)

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._program.stdin is not None and self._program.stdout is not None
        return self._program.stdin, self._program.stdout

    # What is done

    def take_up(self) -> None:
        """Have the keys go to the window, which a window manager would do."""
        self._x("windowfocus", self.ask("window")["id"])

    def click(self, words: str, kind: str = "place", times: int = 1) -> None:
        """Click on what is called so, scrolled into sight if need be."""
        for _ in range(MOST_NOTCHES):
            where = self.ask(kind, words)
            if "scroll" not in where:
                self._x("mousemove", *where["at"], "click", "--repeat", times, "--delay", 20, 1)
                return
            self._x("mousemove", *where["at"], "click", 4 if where["scroll"] == "up" else 5)
        raise AssertionError(f"{words} can't be scrolled to")

    def double_click(self, words: str) -> None:
        """Click twice on what is called so."""
        self.click(words, times=2)

    def drag(self, words: str, kind: str, onto: str) -> None:
        """Drag a row of the palette onto a + of the canvas, and let go once it is aimed at."""
        if self._display is None:
            # Without a screen nothing is dragged: the same by the picker.
            self.click(onto, kind)
            self.ask("focused", "picker-search")
            self.type(words)
            self.key("Return")
            self.ask("closed", "picker")
            return
        start, end = self.ask("place", words)["at"], self.ask(kind, onto)["at"]
        self._x("mousemove", *start, "mousedown", 1)
        for share in (0.1, 0.5, 0.9, 1.0):
            way = [round(a + share * (b - a)) for a, b in zip(start, end, strict=True)]
            self._x("mousemove", *way)
        self.ask("aimed")
        self._x("mouseup", 1)

    def key(self, *keys: str) -> None:
        """Press keys, one after the other, by X's names of them."""
        self._x("key", "--delay", 4, *keys)

    def type(self, text: str) -> None:
        """Type a text, to wherever the keys go."""
        self._x("type", "--delay", 4, "--", text)

    def fill(self, field: str, text: str) -> None:
        """Put a text in a field, in place of what it holds."""
        self.click(field)
        self.ask("focused", field)
        self.key("ctrl+a")
        self.type(text)
        self.ask("holds", field, text)

    def choose(self, field: str, option: str) -> None:
        """Open a dropdown with the mouse, and choose by the keys."""
        self.click(field)
        offered = self.ask("options", field)["options"]
        assert option in offered, f"{field} offers {offered}"
        self.key("Home", *["Down"] * offered.index(option))
        self.ask("marked", field, option)
        self.key("Return")
        self.ask("holds", field, option)

    def turn(self, switch: str, on: bool) -> None:
        """Click on a switch, and see it turned."""
        self.click(switch)
        self.ask("holds", switch, on)

    def picture(self, file: Path) -> Path:
        """Take a picture of the screen."""
        self.ask("picture", str(file))
        return file

    def leave(self) -> int:
        """Close the window by its key; gives the program's exit status."""
        self.key("ctrl+q")
        return self._program.wait(LIMIT)

    def _x(self, *words: object) -> None:
        if self._display is None:
            self.ask("do", *map(str, words))
            return
        subprocess.run(
            ["xdotool", *map(str, words)], check=True, timeout=LIMIT,
            env=os.environ | {"DISPLAY": self._display},
        )  # fmt: skip


@contextmanager
def program(home: Path) -> Iterator[Person]:
    """The program on a screen of its own, started for the first time by the user of `home`.

    On a machine that has no X server to lend, Qt draws it and passes on what is done.
    """
    with ExitStack() as stack:
        stderr = stack.enter_context((home / STDERR).open("w", encoding="utf-8"))
        display = None if missing() else stack.enter_context(screen())
        running = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.window.program"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT,
            env=environment(home) | _shown(display, home) | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        try:
            yield Person(display, running, home)
        finally:
            running.kill()
            running.wait(LIMIT)
            for pipe in (running.stdin, running.stdout):
                if pipe is not None:
                    pipe.close()


def _shown(display: str | None, home: Path) -> dict[str, str]:
    if display is not None:
        return {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    screens = home / "screens.json"
    screens.write_text(json.dumps({"screens": [SCREEN]}), encoding="utf-8")
    return {"QT_QPA_PLATFORM": f"offscreen:configfile={screens}"}
