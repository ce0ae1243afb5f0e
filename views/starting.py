"""Starting a new automation from a recipe, or from nothing again (screens.md section 1)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from canvas.operations import Document
from engine.commands.recipes import bring_along
from engine.recipes import Needs, recipes
from engine.wording.values import plural
from engine.workspace import Workspace
from views.recipes import RecipeChoice
from views.session import BLANK, Session
from views.theme import GRID
from views.widgets.kit import button, column, label, row


class StartFrom(QWidget):
    """What is chosen takes the place of what was drawn, which can be undone.

    Once it is, the choice folds to a line that opens it again.
    """

    def __init__(self, session: Session, choice: RecipeChoice) -> None:
        super().__init__()
        self._session = session
        self._choice = choice
        self._title = label(self.tr("Start from"), "heading", name="start-from")
        self._change = button(self.tr("Change"), self.unfold, "link", name="start-change")
        self._change.setAccessibleName(self.tr("Change what it starts from"))
        top = row(self._title, self._change, None, gap=GRID)
        self.setLayout(column(top, choice, margins=(24, 16, 24, 0)))
        self.unfold()
        choice.chosen.connect(self._take)

    def unfold(self) -> None:
        """Show all there is to start from."""
        pressed = self._change.hasFocus()
        self._title.setText(self.tr("Start from"))
        self._choice.show()
        if pressed:
            self._choice.focus_chosen()
        self._change.hide()

    def fold(self, title: str = "") -> None:
        """Show no more than what it was started from, if that is known."""
        pressed = self._choice.is_focused()
        self._title.setText(self.tr("Recipe: {}").format(title) if title else self.tr("Start from"))
        self._change.show()
        if pressed:
            self._change.setFocus()
        self._choice.hide()

    def _take(self, number: int) -> None:
        if number < 0:
            self._start(self.tr("Blank"), BLANK)
            return
        recipe = recipes()[number]

        def bring(workspace: Workspace, at: int) -> Needs:
            return bring_along(workspace, recipe.document, at)

        def start(brought: Needs) -> None:
            self._start(recipe.title, recipe.document, sum(len(each) for each in brought))

        about = frozenset({"templates", "lists", "forms"})
        self._session.desk.do(self, bring, self._session.current(start), about=about)

    def _start(self, title: str, document: Document, came: int = 0) -> None:
        """Draw this, and say what came along and what can be had back."""
        flow, before = self._session.flow, self._session.flow.value
        typed = before.get("name")
        if typed and typed not in {recipe.document["name"] for recipe in recipes()}:
            # A name somebody gave it is theirs.
            document = {**document, "name": typed}
        replaces = before not in (BLANK, document)

        def undo() -> None:
            if flow.value == document:
                flow.undo()

        flow.edit(self.tr("Start from {}").format(title), document)
        self.fold(title)
        said = self.tr("Started from {title}.")
        if came:
            said = self.tr("{things} it uses were added too: emails, texts, lists or forms.")
        if came or replaces:
            words = said.format(title=title, things=plural(came, self.tr("thing")))
            self._session.desk.say(words, undo if replaces else None)
