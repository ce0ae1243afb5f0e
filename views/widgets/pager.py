"""The foot of a table: which rows of how many, how many a page, which page."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from views.theme import GRID
from views.widgets.fields import Choice
from views.widgets.kit import button, label, row

SIZES = (25, 50, 100)


class Pager(QWidget):
    """Turns pages; `turned` says that `offset` or `size` changed."""

    turned = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offset = 0
        self.per_page = SIZES[0]
        self._total = 0
        self._range = label("", "muted", name=f"{name}-range")
        self._sizes = Choice("", [(str(each), self.tr("{} a page").format(each)) for each in SIZES])
        self._sizes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._sizes.setObjectName(f"{name}-size")
        self._sizes.setAccessibleName(self.tr("Rows a page"))
        self._sizes.put(str(self.per_page))
        self._sizes.chosen.connect(self._resized)
        self._page = label("", "muted", name=f"{name}-page")
        self._back = button("‹", self._earlier, "flat", name=f"{name}-back",
                            tip=self.tr("Earlier page"))  # fmt: skip
        self._on = button("›", self._later, "flat", name=f"{name}-on", tip=self.tr("Later page"))
        for turn in (self._back, self._on):
            turn.setAccessibleName(turn.toolTip())
        self.setLayout(
            row(self._range, None, self._sizes, self._back, self._page, self._on, gap=GRID)
        )

    def restart(self) -> None:
        """Go to the first page, silently: other rows are about to be shown."""
        self.offset = 0

    def show_total(self, shown: int, total: int) -> None:
        """Say what is shown; where a page vanished, go to the last there is."""
        self._total = total
        if total and not shown and self.offset:
            self.offset = (total - 1) // self.per_page * self.per_page
            self.turned.emit()
            return
        first = self.offset + 1 if shown else 0
        said = self.tr("{first:,}–{last:,} of {total:,}")
        self._range.setText(said.format(first=first, last=self.offset + shown, total=total))
        pages = max(1, -(-total // self.per_page))
        page = self.offset // self.per_page + 1
        self._page.setText(self.tr("{page:,} of {pages:,}").format(page=page, pages=pages))
        self._page.setAccessibleName(self.tr("Page {} of {}").format(page, pages))
        self._back.setEnabled(page > 1)
        self._on.setEnabled(page < pages)

    def _earlier(self) -> None:
        self.offset = max(0, self.offset - self.per_page)
        self.turned.emit()

    def _later(self) -> None:
        self.offset += self.per_page
        self.turned.emit()

    def _resized(self, per_page: str) -> None:
        self.per_page = int(per_page)
        self.offset = self.offset // self.per_page * self.per_page
        self.turned.emit()
