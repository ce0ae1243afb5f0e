"""Tables and documents on their way into files and out of them, chosen by hand."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from db.files import written
from engine.workspace import Workspace
from views.ports import Desk
from views.tables import Column, cells
from views.widgets.kit import button


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """A table as lines of text, with nothing in them a spreadsheet would run."""
    # The first page can be saved; until somebody does, it does without these.
    import csv

    from engine.intake.refusals import disarmed

    out = io.StringIO()
    safe = ([disarmed(cell) for cell in cells] for cells in rows)
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(safe)
    return out.getvalue()


def ask_file(
    owner: QWidget, title: str, name: str, kinds: str, chosen: Callable[[Path], None]
) -> None:
    """Let a place for a file be chosen; `kinds` are the dialog's filter."""
    dialog = QFileDialog(owner, title)
    # Cancelled or not, it goes when it is closed.
    dialog.finished.connect(dialog.deleteLater)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kinds)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda file: chosen(Path(file)))
    dialog.open()


def ask_sheet(owner: QWidget, title: str, chosen: Callable[[Path], None]) -> None:
    """Let a file of people be chosen."""
    dialog = QFileDialog(owner, title)
    dialog.finished.connect(dialog.deleteLater)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    kinds = QCoreApplication.translate("saving", "Spreadsheets (*.csv *.tsv *.txt *.xlsx)")
    dialog.setNameFilter(kinds)
    dialog.fileSelected.connect(lambda file: chosen(Path(file)))
    dialog.open()


def save_button(
    owner: QWidget, name: str, file: str, chosen: Callable[[Path], None]
) -> QPushButton:
    """What saves a table: it asks for a file, called `file` unless somebody says otherwise."""
    words = QCoreApplication.translate("saving", "Save as CSV…")

    def ask() -> None:
        kinds = QCoreApplication.translate("saving", "Tables (*.csv)")
        ask_file(owner, QCoreApplication.translate("saving", "Save the table"), file, kinds, chosen)

    return button("", ask, "flat", icon_name="export", name=name, tip=words)


def save_rows(
    desk: Desk, owner: QWidget, file: Path, columns: Sequence[Column], rows: Sequence[object]
) -> None:
    """Write a table as it is shown to a CSV file, and say so."""
    words = QCoreApplication.translate("saving", "The table is in {}.")
    save_text(desk, owner, file, as_csv(cells(columns, rows)), words)


def save_text(desk: Desk, owner: QWidget, file: Path, text: str, said: str = "") -> None:
    """Write a text to a file, which appears whole or not at all, and say so."""

    def write(workspace: Workspace, progress: object, cancelled: object) -> None:
        with written(file, encoding="utf-8-sig") as out:
            out.write(text)

    words = said or QCoreApplication.translate("saving", "The numbers are in {}.")
    desk.work(owner, write, lambda _: desk.say(words.format(file.name)), lambda share: None)


def file_name(name: str) -> str:
    """A name as a file may be called everywhere."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in name)
    return "-".join(kept.split()).lower() or "table"
