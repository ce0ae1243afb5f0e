"""What else can be done with the drawing of a flow: saved, printed, read as an outline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from canvas.export import save_pdf, save_png, save_svg
from canvas.scene import FlowScene
from db.errors import KnownError
from views.icons import icon
from views.saving import ask_file, file_name
from views.theme import theme_of

Save = Callable[[FlowScene, Path], None]
FORMATS: Final[tuple[tuple[str, Save], ...]] = (
    ("png", save_png), ("svg", save_svg), ("pdf", save_pdf),
)  # fmt: skip


class FlowMenu(QToolButton):
    """The button with three dots over the canvas."""

    outline_wanted = Signal(bool)
    said = Signal(str)

    def __init__(self, scene: FlowScene, name: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent, popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self._scene, self._name = scene, name
        self.setObjectName("canvas-more")
        self.setAccessibleName(self.tr("Save, print, outline"))
        self.setToolTip(self.accessibleName())
        self.setIcon(icon("more", theme_of(self).muted))
        menu = QMenu(self)
        titles = {
            "png": self.tr("Save as a picture (PNG)…"), "svg": self.tr("Save as a drawing (SVG)…"),
            "pdf": self.tr("Save as PDF…"),
        }  # fmt: skip
        for ending, save in FORMATS:
            menu.addAction(titles[ending], self._asker(ending, save))
        menu.addAction(self.tr("Print…"), self._print)
        menu.addSeparator()
        self.outline = menu.addAction(self.tr("Outline"))
        self.outline.setCheckable(True)
        self.outline.setShortcut(QKeySequence("Ctrl+Shift+O"))
        self.outline.toggled.connect(self.outline_wanted)
        self.setMenu(menu)
        parent.addAction(self.outline)

    def save(self, ending: str, path: Path) -> None:
        """Write the drawing to a file of one of `FORMATS`, and say how that went."""
        path = path if path.suffix else path.with_suffix(f".{ending}")
        try:
            dict(FORMATS)[ending](self._scene, path)
        except KnownError as fault:
            self.said.emit(fault.sentence)
        else:
            self.said.emit(self.tr("The flow is in {}.").format(path.name))

    def _asker(self, ending: str, save: Save) -> Callable[[], None]:
        def ask() -> None:
            name = f"{file_name(self._name())}.{ending}"
            kinds = f"{ending.upper()} (*.{ending})"
            ask_file(self, self.tr("Save the flow"), name, kinds,
                     lambda path: self.save(ending, path))  # fmt: skip

        return ask

    def _print(self) -> None:
        # Printing is asked for once in a long while; its part of Qt is loaded then.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from canvas.export import page_for, paint_on

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(page_for(self._scene))
        dialog = QPrintDialog(printer, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.accepted.connect(lambda: paint_on(self._scene, printer))
        dialog.setModal(True)
        dialog.show()
