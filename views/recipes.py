"""What a new automation starts from: nothing, or one of ten recipes (screens.md section 1)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

from engine.recipes import recipes
from views.icons import icon
from views.theme import GRID, theme_of
from views.widgets.kit import column, label, row

ACROSS = 3


class RecipeCard(QPushButton):
    """One thing to start from: its title, and what it is for."""

    def __init__(self, title: str, words: str, picture: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setProperty("kind", "choice")
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        drawn = label("")
        drawn.setPixmap(icon(picture, theme_of(self).muted).pixmap(16, 16))
        said = column(label(title, "heading", wraps=True), label(words, "muted", wraps=True), None,
                      gap=2)  # fmt: skip
        self._parts = row(drawn, said, gap=10, margins=(12, 10, 12, 10))
        self._parts.setStretch(1, 1)
        self._parts.setAlignment(drawn, Qt.AlignmentFlag.AlignTop)
        for part in (drawn, *self.findChildren(QWidget)):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setLayout(self._parts)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)

    def sizeHint(self) -> QSize:
        """As large as its words."""
        return self._parts.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As narrow as its words wrap."""
        return self._parts.minimumSize()

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high at this width."""
        return self._parts.heightForWidth(width)


class RecipeChoice(QWidget):
    """The ten recipes and a blank one, which is chosen first; `chosen` says which, −1 is blank."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID)
        blank = RecipeCard(self.tr("Blank"), self.tr("Start with an empty flow."), "add")
        cards = [blank] + [
            RecipeCard(each.title, each.words, each.document["trigger"]["type"])
            for each in recipes()
        ]
        for place, card in enumerate(cards):
            card.setObjectName(f"recipe-{place}")
            self._group.addButton(card, place)
            grid.addWidget(card, place // ACROSS, place % ACROSS)
        for at in range(ACROSS):
            grid.setColumnStretch(at, 1)
        self.choose(-1)
        self._group.idClicked.connect(lambda place: self.chosen.emit(place - 1))

    def choose(self, number: int) -> None:
        """Show one as chosen."""
        self._group.button(number + 1).setChecked(True)

    def focus_chosen(self) -> None:
        """Put the focus where something is chosen."""
        self._group.button(self._group.checkedId()).setFocus()

    def is_focused(self) -> bool:
        """Whether the focus is on one of them."""
        return any(card.hasFocus() for card in self._group.buttons())
