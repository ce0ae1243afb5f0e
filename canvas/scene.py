"""A flow as it is drawn: mirrors a document, keeps the items of the steps that stay.

The scene edits nothing. It says what was asked for, and whoever owns the document does it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsScene

from canvas.afar import FarItem, Strokes
from canvas.items import CardItem, TriggerItem
from canvas.layout import Edge, lay_out
from canvas.look import Caption, Face, Look
from canvas.marks import CountItem, EdgeItem, EndItem, LaneLabelItem, PlusItem
from canvas.operations import Document, Slot, slots_below, steps_in_order
from canvas.palette import PAPER, Colours
from canvas.shape import same_shape
from canvas.walk import Stop, Walk
from engine.vocabulary import END, TRIGGER

MARGIN: Final = 40
"""Scene units of empty ground around the flow."""
DOTS: Final = 20
DIMMED: Final = 0.4
EMPTY: Final[Document] = {"trigger": {}, "steps": []}

_HIDDEN: Final = QGraphicsItem.GraphicsItemFlag.ItemHasNoContents
_Key = TypeVar("_Key")
_Item = TypeVar("_Item", bound=QGraphicsItem)


class FlowScene(QGraphicsScene):
    """The drawing of one flow; its selection is told as ids, of steps and `TRIGGER`.

    On paper there are no pluses, and items draw themselves each time, text as text; on the screen
    they keep the pixels they drew.
    """

    selection_ids_changed = Signal(list)
    add_asked = Signal(object, QPoint)
    """A `Slot`, and where on the screen the picker may open."""
    moved = Signal(list, object)
    dropped = Signal(str, object)
    """A step type from the palette, and its `Slot`."""
    opened = Signal(str)
    delete_asked = Signal(list)
    copy_asked = Signal(list)
    cut_asked = Signal(list)
    duplicate_asked = Signal(list)
    paste_asked = Signal(object)
    """The `Slot` after what is selected."""
    find_asked = Signal()
    hinted = Signal(str)
    """What did not work, and how it would."""
    stood_at = Signal(object)
    """The `Stop` the keyboard is at, or None."""
    shown = Signal()
    """Another flow, or the same one changed or in other colours, is drawn."""

    def __init__(
        self,
        icons: Mapping[str, QIcon],
        colours: Colours = PAPER,
        parent: QObject | None = None,
        *,
        on_paper: bool = False,
    ) -> None:
        super().__init__(parent)
        self.look = Look(colours, icons, QFont(QApplication.font()))
        self.document = EMPTY
        self.layout = lay_out(EMPTY)
        self.faces: dict[str, Face] = {}
        self.numbers: Mapping[str, str] = {}
        self.ways: Mapping[tuple[str, str], str] = {}
        self.is_far = False
        self._is_on_paper = on_paper
        self.current: Stop | None = None
        self.path: Sequence[str] = ()
        self._aimed: Slot | None = None
        self._told: list[str] = []
        self._is_busy = False
        self._tile = (0, 1.0, "", QPixmap())
        self._cards: dict[str, CardItem] = {}
        self._pluses: dict[Slot, PlusItem] = {}
        self._edges: dict[tuple[str, int], EdgeItem] = {}
        self._labels: dict[tuple[str, str], LaneLabelItem] = {}
        self._counts: dict[Slot, CountItem] = {}
        self._end = self._added(EndItem(self.look))
        self._far = FarItem()
        self.addItem(self._far)
        self.selectionChanged.connect(self._follow_selection)

    def show(
        self,
        document: Document,
        captions: Mapping[str, Caption],
        problems: Mapping[str, str] | None = None,
        numbers: Mapping[str, str] | None = None,
        ways: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        """Draw a document; what is selected and is still there stays selected.

        The mappings go by step id or `TRIGGER`: the words of the cards, the faults, and the
        numbers on them, those also by `END`. The numbers of the `ways` out of a card go by its
        id and "yes" or "no" for a lane, "" for what leaves below it.
        """
        moved = not self._cards or not same_shape(self.document, document)
        self.document, faces, counted = document, self.faces, self.ways
        self.numbers, self.ways = numbers or {}, ways or {}
        if moved:
            self.layout = lay_out(document)
        faults, nothing = problems or {}, Caption("", "")
        self.faces = {
            card.id: Face(
                *captions.get(card.id, nothing),
                self.numbers.get(card.id, ""),
                faults.get(card.id, ""),
            )
            for card in self.layout.cards
        }
        if moved:
            self._place_all()
        for id, face in self.faces.items():
            if face != faces.get(id):
                self._cards[id].say(face)
        if moved or self.ways != counted:
            self._write_ways()
        self._end.place(self.layout.end, self.numbers.get(END, ""))
        self._gather_strokes()
        self._forget_lost_stop()
        self._follow_selection()
        self.shown.emit()

    def set_theme(self, colours: Colours) -> None:
        """Draw in other colours."""
        self.look = Look(colours, self.look.icons, QFont(QApplication.font()))
        dressed: list[CardItem | PlusItem | LaneLabelItem | CountItem | EndItem] = [
            *self._cards.values(), *self._pluses.values(), *self._labels.values(),
            *self._counts.values(), self._end,
        ]  # fmt: skip
        for item in dressed:
            item.dress(self.look)
        self._paint_path()
        self._gather_strokes()
        self.update()
        self.shown.emit()

    def card(self, id: str) -> CardItem:
        """The card of a step, or of `TRIGGER`; KeyError if there is none."""
        return self._cards[id]

    def plus(self, slot: Slot) -> PlusItem:
        """The plus of a slot; KeyError if there is none."""
        return self._pluses[slot]

    def has(self, *stops: Stop) -> bool:
        """Whether all of these are drawn."""
        return all(stop == END or stop in self._cards or stop in self._pluses for stop in stops)

    def card_at(self, at: QPointF) -> CardItem | None:
        """The card at a point."""
        return next((item for item in self.items(at) if isinstance(item, CardItem)), None)

    def plus_at(self, at: QPointF) -> PlusItem | None:
        """The plus at a point; from afar there is none."""
        if self.is_far:
            return None
        return next((item for item in self.items(at) if isinstance(item, PlusItem)), None)

    def cards_in(self, box: QRectF) -> list[str]:
        """The ids of the cards that a box touches."""
        return [item.id for item in self.items(box) if isinstance(item, CardItem)]

    def bounds_of(self, stop: Stop) -> QRectF:
        """Where a card, a plus or the end stands; KeyError if there is none."""
        if stop == END:
            return self._end.sceneBoundingRect()
        item = self._pluses[stop] if isinstance(stop, Slot) else self._cards[stop]
        return item.sceneBoundingRect()

    def selected_ids(self) -> list[str]:
        """What is selected, in the document's order; never the end."""
        chosen = {item.id for item in self.selectedItems() if isinstance(item, CardItem)}
        if len(chosen) < 2:
            return list(chosen)
        order = [TRIGGER, *(step["id"] for _, step in steps_in_order(self.document))]
        return [id for id in order if id in chosen]

    def selected_steps(self) -> list[str]:
        """What is selected and can be moved, copied and deleted: all but the trigger."""
        return [id for id in self.selected_ids() if self._cards[id].can_be_removed]

    def select(self, ids: Collection[str]) -> None:
        """Select these cards and no others; ids that are no card's are passed over."""
        self._is_busy = True
        for id, item in self._cards.items():
            if item.isSelected() != (id in ids):
                item.setSelected(id in ids)
        self._is_busy = False
        self._follow_selection()

    def stand_at(self, stop: Stop | None) -> None:
        """Put the keyboard there: on a card, which selects it, on a plus, on the end."""
        there = stop is not None and self.has(stop)
        self._mark_current(stop if there else None)
        self.select({stop} if there and isinstance(stop, str) else ())

    def walk(self) -> Walk:
        """The ways of the arrow keys through what is drawn."""
        return Walk(self.document, self.layout)

    def aim(self, slot: Slot | None) -> None:
        """Show where what is dragged would land."""
        if slot != self._aimed:
            for which, aimed in ((self._aimed, False), (slot, True)):
                if which in self._pluses:
                    self._pluses[which].mark(aimed=aimed)
            self._aimed = slot

    def highlight(self, path: Sequence[str]) -> None:
        """Show the way someone took: the cards in this order; the rest is dimmed. () ends it."""
        self.path = tuple(path)
        self._paint_path()
        self._gather_strokes()

    def set_far(self, far: bool) -> None:
        """Draw boxes and lines only, all at once: a flow of thousands of cards, seen whole."""
        if far != self.is_far:
            self.is_far = far
            self._far.setVisible(far)
            self._gather_strokes()
            for item in self._near():
                item.setFlag(_HIDDEN, far)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect, /) -> None:
        """The ground with its dots, which keep a whole number of pixels between them."""
        colours, scene_to_device = self.look.colours, painter.worldTransform()
        painter.fillRect(rect, QColor(colours.ground))
        gap = round(DOTS * scene_to_device.m11())
        if colours.dots == colours.ground or gap < 8:
            return
        tile = self._dots(gap, painter.device().devicePixelRatioF())
        where = scene_to_device.mapRect(QRectF(rect))
        origin = scene_to_device.map(QPointF())
        painter.save()
        painter.resetTransform()
        offset = QPointF((where.x() - origin.x()) % gap, (where.y() - origin.y()) % gap)
        painter.drawTiledPixmap(where, tile, offset)
        painter.restore()

    def _dots(self, gap: int, ratio: float) -> QPixmap:
        colour = self.look.colours.dots
        if self._tile[:3] != (gap, ratio, colour):
            tile = QPixmap(round(gap * ratio), round(gap * ratio))
            tile.setDevicePixelRatio(ratio)
            tile.fill(QColor(self.look.colours.ground))
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QPointF(gap / 2, gap / 2), 1.3, 1.3)
            painter.end()
            self._tile = (gap, ratio, colour, tile)
        return self._tile[3]

    def _place_all(self) -> None:
        """Have every item, and each where it belongs."""
        self._is_busy = True
        self._place_cards()
        self._place_marks()
        self._is_busy = False
        size = QRectF(0, 0, self.layout.width, self.layout.height)
        self.setSceneRect(size.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))
        self._far.setRect(size)
        self._paint_path()

    def _place_cards(self) -> None:
        kinds = {card.id: card.type for card in self.layout.cards}
        for id in [id for id, item in self._cards.items() if kinds.get(id) != item.kind]:
            self.removeItem(self._cards.pop(id))
        for card in self.layout.cards:
            item = self._cards.get(card.id)
            if item is None:
                made = TriggerItem if card.id == TRIGGER else CardItem
                item = self._cards[card.id] = self._added(made(card.id, card.type, self.look))
                item.say(self.faces[card.id])
            item.place(card)

    def _place_marks(self) -> None:
        pluses = {plus.slot: plus for plus in self.layout.pluses}
        self._mirror(self._pluses, pluses, lambda: PlusItem(self.look))
        for slot, plus in pluses.items():
            self._pluses[slot].place(plus)
        edges = _by_target(self.layout.edges)
        self._mirror(self._edges, edges, EdgeItem)
        for key, edge in edges.items():
            self._edges[key].place(edge.points)
        labels = [(label.id, label.text.lower()) for label in self.layout.labels]
        self._mirror(self._labels, labels, lambda: LaneLabelItem(self.look))

    def _write_ways(self) -> None:
        """Put lanes' labels, which numbers make wider, and edges' numbers where they belong."""
        for label in self.layout.labels:
            lane = label.text.lower()
            self._labels[label.id, lane].place(label, self.ways.get((label.id, lane), ""))
        ids = {slot: id for id, slot in slots_below(self.document)} if self.ways else {}
        below = {slot: self.ways[id, ""] for slot, id in ids.items() if (id, "") in self.ways}
        self._mirror(self._counts, below, lambda: CountItem(self.look))
        for slot, number in below.items():
            self._counts[slot].place(self._pluses[slot].pos(), number)

    def _mirror(
        self, items: dict[_Key, _Item], keys: Collection[_Key], made: Callable[[], _Item]
    ) -> None:
        """Have one item a key: those of keys that went go, new ones are made."""
        for gone in [key for key in items if key not in keys]:
            self.removeItem(items.pop(gone))
        for new in keys:
            if new not in items:
                items[new] = self._added(made())

    def _added(self, item: _Item) -> _Item:
        if self.is_far:
            item.setFlag(_HIDDEN)
        if self._is_on_paper:
            item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
            item.setVisible(not isinstance(item, PlusItem))
        self.addItem(item)
        return item

    def _near(self) -> Iterable[QGraphicsItem]:
        yield from self._cards.values()
        yield from self._pluses.values()
        yield from self._edges.values()
        yield from self._labels.values()
        yield from self._counts.values()
        yield self._end

    def _paint_path(self) -> None:
        colours, on_path = self.look.colours, set(self.path)
        for id, card in self._cards.items():
            card.setOpacity(1.0 if not on_path or id in on_path else DIMMED)
        taken = self.walk().edges_taken(self.path) if self.path else set()
        for key, edge in _by_target(self.layout.edges).items():
            lit = edge in taken
            self._edges[key].draw_in(colours.accent if lit else colours.edge, 2.5 if lit else 1.5)
            self._edges[key].setOpacity(1.0 if lit or not on_path else DIMMED)

    def strokes(self) -> Strokes:
        """The whole flow in a few strokes, to draw it small."""
        faulty = [id for id, face in self.faces.items() if face.fault]
        return Strokes(self.layout, self.look, faulty, self.path)

    def _gather_strokes(self) -> None:
        self._far.strokes = self.strokes() if self.is_far else None
        self._far.update()

    def _follow_selection(self) -> None:
        """Tell the selection, once, when it is another."""
        if self._is_busy:
            return
        chosen = self.selected_ids()
        if chosen:
            keeps = isinstance(self.current, str) and self.current in chosen
            self._mark_current(self.current if keeps else chosen[-1])
        elif isinstance(self.current, str) and self.current != END:
            self._mark_current(None)
        self._far.selected = chosen
        self._far.update()
        if chosen != self._told:
            self._told = chosen
            self.selection_ids_changed.emit(chosen)

    def _mark_current(self, stop: Stop | None) -> None:
        for which, current in ((self.current, False), (stop, True)):
            if isinstance(which, Slot) and which in self._pluses:
                self._pluses[which].mark(current=current)
        self._end.mark(stop == END)
        if stop != self.current:
            self.current = stop
            self.stood_at.emit(stop)

    def _forget_lost_stop(self) -> None:
        if self.current is not None and not self.has(self.current):
            self._mark_current(None)


def _by_target(edges: Sequence[Edge]) -> dict[tuple[str, int], Edge]:
    """The edges by the card they lead to, counted where several do."""
    keyed: dict[tuple[str, int], Edge] = {}
    count: dict[str, int] = {}
    for edge in edges:
        count[edge.target_id] = count.get(edge.target_id, 0) + 1
        keyed[edge.target_id, count[edge.target_id]] = edge
    return keyed
