"""The house's rules that no ready-made linter knows, each proved able to fail."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINTING = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
PURE: list[str] = next(
    contract["source_modules"]
    for contract in LINTING["importlinter"]["contracts"]
    if contract["id"] == "pure"
)
FILE_LINES = 400
FUNCTION_LINES = 40
CLOCK_READERS = {"app/wiring.py", "engine/scheduler.py"}
CLOCKS = {
    *(f"time.{name}" for name in ("time", "monotonic", "perf_counter", "process_time")),
    *(f"time.{name}_ns" for name in ("time", "monotonic", "perf_counter", "process_time")),
    *(f"time.{name}" for name in ("localtime", "gmtime", "ctime", "strftime", "clock_gettime")),
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(f"sqlalchemy.func.{name}" for name in ("now", "current_timestamp", "current_date")),
}
SQL_CLOCK = re.compile(
    r"\b(?:current_(?:timestamp|date|time)\b|clock_timestamp\(|now\(\)|unixepoch\()", re.I
)
# Keywords all of one case, so that a sentence ("Select a list from …") is no statement.
SQL = re.compile(
    r"\s*(?:select\b.+\bfrom\b|insert\s+(?:or\s+\w+\s+)?into\b|update\s+\w+\s+set\b"
    r"|delete\s+from\b|create\s+(?:unique\s+)?(?:table|index)\b|with\s+\w+\s+as\s*\("
    r"|SELECT\b.+\bFROM\b|INSERT\s+(?:OR\s+\w+\s+)?INTO\b|UPDATE\s+\w+\s+SET\b"
    r"|DELETE\s+FROM\b|CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX)\b|WITH\s+\w+\s+AS\s*\()",
    re.S,
)
PATCHING = {
    "unittest.mock",
    "mock",
    "pytest_mock",
    "time.sleep",
    "asyncio.sleep",
    "pytest.skip",
    "pytest.importorskip",
    "pytest.xfail",
    "pytest.mark.skip",
    "pytest.mark.skipif",
    "pytest.mark.xfail",
}
WAIVERS = re.compile(
    r"type:\s*ignore|(?i:\bno[q]a\b)|\bTO[D]O\b|\bFIX[M]E\b|\bXX[X]\b|no\s+cover\b"
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:root|work|home/[a-z]+|Users/\w+|tmp/bash_jobs)/")
REGISTRIES = re.compile(
    r"\bpypi\.(?:org|python)|files\.python[h]osted|registry\.(?:npm|yarn)"
    r"|(?:index|find-links)[-_]url|(?<=\w)/simple/|deb\.debian\.|\bgit\+https?:"
)

Rule = Callable[[str, str], Iterator[str]]


def repository_files() -> list[str]:
    """Every file that is, or is about to be, in the repository, from its root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return sorted(name for name in set(listing.split("\0")) if name and (ROOT / name).is_file())


def is_product(path: str) -> bool:
    return path.endswith(".py") and "/" in path and not path.startswith("tests/")


def is_pure(path: str) -> bool:
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return any(module == pure or module.startswith(f"{pure}.") for pure in PURE)


def imported_names(tree: ast.AST) -> dict[str, str]:
    """What each name brought in by an import stands for, spelt out in full."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def spelt_out(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        owner = spelt_out(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def uses(source: str) -> Iterator[tuple[int, str]]:
    """Line and full name of every imported thing, where it is imported and where it is used."""
    tree = ast.parse(source)
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, spelt_out(node, names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is not a docstring."""
    tree = ast.parse(source)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in statements:
                yield node.lineno, node.value


def file_is_short(path: str, source: str) -> Iterator[str]:
    lines = len(source.splitlines())
    if path.endswith(".py") and lines > FILE_LINES:
        yield f"{path}: {lines} lines, at most {FILE_LINES}"


def functions_are_short(path: str, source: str) -> Iterator[str]:
    if not path.endswith(".py"):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines, at most 40"


def modules_say_what_they_are(path: str, source: str) -> Iterator[str]:
    if is_product(path) and not ast.get_docstring(ast.parse(source)):
        yield f"{path}: no module docstring"


def time_is_an_argument(path: str, source: str) -> Iterator[str]:
    if not is_product(path) or path in CLOCK_READERS:
        return
    yield from (f"{path}:{line}: reads {name}" for line, name in uses(source) if name in CLOCKS)
    for line, text in texts(source):
        if found := SQL_CLOCK.search(text):
            yield f"{path}:{line}: the database's clock, {found.group()}"


def sql_stays_behind_its_door(path: str, source: str) -> Iterator[str]:
    if not is_product(path) or path.startswith("db/"):
        return
    if path.startswith("engine/") and not is_pure(path):
        return
    for line, name in uses(source):
        if name.split(".")[0] in {"sqlalchemy", "sqlcipher3", "psycopg"}:
            yield f"{path}:{line}: {name}"
    yield from (f"{path}:{line}: SQL text" for line, text in texts(source) if SQL.match(text))


def real_things_are_tested(path: str, source: str) -> Iterator[str]:
    if not (path.startswith("tests/") and path.endswith(".py")):
        return
    for line, name in uses(source):
        if name in PATCHING or name.startswith("unittest.mock."):
            yield f"{path}:{line}: {name}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in {"setattr", "processEvents"}:
            yield f"{path}:{node.lineno}: {node.attr}"


def nothing_is_waived(path: str, source: str) -> Iterator[str]:
    if not path.endswith(".py"):
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and WAIVERS.search(token.string):
            yield f"{path}:{token.start[0]}: {token.string}"


def no_machine_is_named(path: str, source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if found := MACHINE_PATHS.search(line) or REGISTRIES.search(line):
            yield f"{path}:{number}: {found.group()}"


RULES: list[Rule] = [
    file_is_short,
    functions_are_short,
    modules_say_what_they_are,
    time_is_an_argument,
    sql_stays_behind_its_door,
    real_things_are_tested,
    nothing_is_waived,
    no_machine_is_named,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    faults: list[str] = []
    for path in repository_files():
        try:
            source = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        faults += rule(path, source)
    assert not faults, "\n".join(faults)


LONG_FUNCTION = "def long():\n" + "    pass\n" * FUNCTION_LINES


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (file_is_short, "app/a.py", "\n" * (FILE_LINES + 1)),
        (functions_are_short, "tests/a.py", LONG_FUNCTION),
        (functions_are_short, "db/a.py", f"async {LONG_FUNCTION}"),
        (modules_say_what_they_are, "resources/__init__.py", "import os"),
        (time_is_an_argument, "engine/a.py", "import time\nx = time.time"),
        (time_is_an_argument, "app/cli/a.py", "from time import monotonic as m\nm()"),
        (time_is_an_argument, "db/a.py", "from datetime import datetime as D, UTC\nD.now(UTC)"),
        (time_is_an_argument, "engine/a.py", "import datetime as d\nd.date.today()"),
        (time_is_an_argument, "db/a.py", "import sqlalchemy as sa\nsa.func.now()"),
        (time_is_an_argument, "db/a.py", "x = 'default CURRENT_TIMESTAMP'"),
        (sql_stays_behind_its_door, "app/cli/a.py", "def f():\n    from sqlalchemy import text"),
        (sql_stays_behind_its_door, "app/wiring.py", "q = f'select id from {table}'"),
        (sql_stays_behind_its_door, "engine/steps/delay.py", "q = 'DELETE FROM contact'"),
        (real_things_are_tested, "tests/a.py", "from unittest import mock"),
        (real_things_are_tested, "tests/a.py", "import unittest.mock as m"),
        (real_things_are_tested, "tests/a.py", "def test(monkeypatch):\n monkeypatch.setattr"),
        (real_things_are_tested, "tests/a.py", "from time import sleep"),
        (real_things_are_tested, "tests/a.py", "import pytest\n@pytest.mark.skip\nclass A: ..."),
        (nothing_is_waived, "app/a.py", "x = 1  # " + "type: " + "ignore[misc]"),
        (nothing_is_waived, "tests/a.py", "import os  # NO" + "QA: F401"),
        (nothing_is_waived, "tests/a.py", "# TO" + "DO later"),
        (no_machine_is_named, "README.md", "see /ro" + "ot/notes"),
        (no_machine_is_named, "a.json", '"/ho' + 'me/ann/x"'),
        (no_machine_is_named, "constraints.txt", "--index" + "-url x"),
        (no_machine_is_named, "b.txt", "https://py" + "pi.org"),
    ],
)
def test_the_rule_can_fail(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, source))


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (functions_are_short, "tests/a.py", LONG_FUNCTION.replace("    pass\n", "", 1)),
        (time_is_an_argument, "app/wiring.py", "import time\ntime.time()"),
        (time_is_an_argument, "engine/a.py", "def f(now: int) -> int:\n    return now.time()"),
        (sql_stays_behind_its_door, "engine/runner.py", "import sqlalchemy\nq = 'select 1 from t'"),
        (sql_stays_behind_its_door, "app/cli/a.py", "x = 'Select a list from the others.'"),
        (no_machine_is_named, "a.md", "https://example.org/work/plan"),
    ],
)
def test_the_rule_leaves_alone(rule: Rule, path: str, source: str) -> None:
    assert not list(rule(path, source))


def ruff(source: str) -> str:
    """What the project's own linter says of a file of the engine with this text."""
    return subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", "engine/planted.py", "-"],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_the_linter_refuses_a_tangle_and_a_silent_function() -> None:
    branches = "".join(f"    if x == {n}:\n        return {n}\n" for n in range(10))
    tangle = ruff(f'"""Module."""\n\n\ndef tangle(x: int) -> int:\n{branches}    return x\n')
    assert "C901" in tangle
    assert "D103" in tangle


def test_the_gate_runs_the_readme_s_command() -> None:
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    promised = [
        line
        for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        if " -m pytest" in line
    ]
    assert promised
    assert all(line in gate for line in promised)
