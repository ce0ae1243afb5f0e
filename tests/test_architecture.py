"""Who may import whom: the contracts of pyproject.toml, each proved able to fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}
PURE: list[str] = CONTRACTS["pure"]["source_modules"]
IMPURE: list[str] = CONTRACTS["pure"]["forbidden_modules"]

# contract -> what is added to which module, and the broken import that must be named for it.
PLANTED = {
    "rooms": {
        "resources.planted": ("import db", "resources.planted -> db"),
        "db.planted": ("import engine", "db.planted -> engine"),
        "engine.planted": ("import canvas", "engine.planted -> canvas"),
        "canvas.planted": ("import views", "canvas.planted -> views"),
        "views.planted": ("import app.cli", "views.planted -> app.cli"),
        "engine.steps.planted": (
            "def later():\n    import app.cli",
            "engine.steps.planted -> app.cli",
        ),
    },
    "headless": {
        "resources.planted": ("import PySide6", "resources.planted -> PySide6"),
        "db.planted": ("from PySide6 import QtSql", "db.planted -> PySide6"),
        "engine.planted": ("import PySide6.QtCore", "engine.planted -> PySide6"),
    },
    "screens": {
        f"{room}.planted_{place}": (f"import {name}", f"{room}.planted_{place} -> {name}")
        for room in ("views", "canvas")
        for place, name in enumerate(CONTRACTS["screens"]["forbidden_modules"])
    },
    "pure": {
        **{name: ("import sqlalchemy", f"{name} -> sqlalchemy") for name in PURE},
        **{
            f"engine.documents.planted_{place}": (
                f"import {name}",
                f"engine.documents.planted_{place} -> {name}",
            )
            for place, name in enumerate(IMPURE)
        },
        "engine.steps.planted": ("import engine.roundabout", "engine.roundabout -> db.session"),
        "engine.roundabout": ("import db.session", "engine.roundabout -> db.session"),
    },
}


def lint_imports(tree: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    """The import linter's verdict on a tree, on one contract or all of them."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
        *(["--contract", contract] if contract else []),
    ]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def copy_of_the_tree(target: Path) -> Path:
    for package in SETTINGS["root_packages"]:
        shutil.copytree(
            ROOT / package, target / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def file_of(tree: Path, module: str) -> Path:
    place = tree.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def test_the_tree_keeps_every_contract() -> None:
    verdict = lint_imports(ROOT)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_every_room_stands_under_the_contracts() -> None:
    rooms = {place.parent.name for place in ROOT.glob("*/__init__.py")} - {"tests"}
    layers = {layer.strip("()") for layer in CONTRACTS["rooms"]["layers"]}
    assert rooms == set(SETTINGS["root_packages"])
    assert rooms <= layers


def test_every_contract_has_a_proof() -> None:
    assert PLANTED.keys() == CONTRACTS.keys()


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_import_breaks_the_contract(contract: str, tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path)
    for module, (statement, _) in PLANTED[contract].items():
        with file_of(tree, module).open("a", encoding="utf-8") as file:
            file.write(f"\n{statement}\n")

    verdict = lint_imports(tree, contract)

    assert verdict.returncode == 1, verdict.stdout + verdict.stderr
    assert f"{CONTRACTS[contract]['name']} BROKEN" in verdict.stdout
    missed = [link for _, link in PLANTED[contract].values() if link not in verdict.stdout]
    assert not missed, verdict.stdout
