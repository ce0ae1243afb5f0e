"""A flow on paper: every step's title is there, as text."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QPageLayout, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from canvas import export
from canvas.operations import Document, steps_in_order
from canvas.scene import FlowScene
from db.errors import KnownError
from tests.gui.canvas_kit import WELCOME, drawn_scene
from tests.unit.canvas_flows import branch, flow, plain
from views.theme import DARK, LIGHT, Theme

pytestmark = pytest.mark.usefixtures("qapp")
LONG = flow(*(plain(f"step{number}") for number in range(60)))


def titles(document: Document) -> list[str]:
    ids = [step["id"] for _, step in steps_in_order(document)]
    return ["Enrollment trigger", *(f"Title of {id}" for id in ids), "End of automation"]


def pdf_text(data: bytes) -> str:
    """The text of a PDF as a reader would copy it, one piece a line."""
    objects = dict(re.findall(rb"(\d+) 0 obj(.*?)endobj", data, re.S))
    tables = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", data):
        (unicode,) = re.findall(rb"/ToUnicode (\d+) 0 R", objects[number])
        tables[name] = letters(objects[unicode])
    pieces = []
    for page in re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", data, re.S):
        for piece in re.findall(rb"BT(.*?)ET", zlib.decompress(page), re.S):
            (font,) = re.findall(rb"/(F\d+) ", piece)
            glyphs = b"".join(re.findall(rb"<(\w+)> Tj", piece))
            codes = [int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4)]
            pieces.append("".join(tables[font][code] for code in codes))
    return "\n".join(re.sub(r"\s", " ", piece) for piece in pieces)


def letters(table: bytes) -> dict[int, str]:
    """The letter of each glyph, by a font's ToUnicode table."""
    found: dict[int, str] = {}
    for ranges in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
        for low, high, run, listed in re.findall(
            rb"<(\w+)> <(\w+)> (?:<(\w+)>|\[(.*?)\])", ranges, re.S
        ):
            codes = range(int(low, 16), int(high, 16) + 1)
            values = [int(value, 16) for value in re.findall(rb"<(\w+)>", listed)]
            values = values or [int(run, 16) + at for at in range(len(codes))]
            found |= {code: chr(value) for code, value in zip(codes, values, strict=False)}
    return found


def test_an_svg_has_every_title_as_text(tmp_path: Path) -> None:
    scene = drawn_scene(WELCOME, DARK)
    scene.select({"thanks"})
    export.save_svg(scene, tmp_path / "flow.svg")

    drawing = (tmp_path / "flow.svg").read_text(encoding="utf-8")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawing)
    assert set(titles(WELCOME)) <= {text.strip() for text in texts}
    assert QSvgRenderer(str(tmp_path / "flow.svg")).isValid()
    assert "<title>Welcome</title>" in drawing
    assert [each.name for each in tmp_path.iterdir()] == ["flow.svg"]


@pytest.mark.parametrize("document", [WELCOME, LONG], ids=["one sheet", "several"])
def test_a_pdf_has_every_title_as_text(tmp_path: Path, document: Document) -> None:
    export.save_pdf(drawn_scene(document), tmp_path / "flow.pdf")

    data = (tmp_path / "flow.pdf").read_bytes()
    text = pdf_text(data)
    assert [title for title in titles(document) if title not in text] == []
    sheets = len(re.findall(rb"/Type /Page\b", data))
    assert sheets == 1 if document is WELCOME else sheets > 1


def test_sheets_are_cut_between_cards() -> None:
    scene = drawn_scene(LONG)
    cards = scene.layout.cards
    parts = export.parts(scene.layout, scene.sceneRect(), 700)

    assert parts[0].top() == scene.sceneRect().top()
    assert parts[-1].bottom() == scene.sceneRect().bottom()
    for part, following in zip(parts, parts[1:], strict=False):
        assert part.height() <= 700 and part.bottom() == following.top()
        assert not [one for one in cards if one.y < part.bottom() < one.y + one.height]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_png_is_dark_on_white_whatever_the_theme(tmp_path: Path, theme: Theme) -> None:
    scene = drawn_scene(WELCOME, theme)
    export.save_png(scene, tmp_path / "flow.png", scale=2)

    image = QImage(str(tmp_path / "flow.png"))
    size = scene.sceneRect().size()
    assert (image.width(), image.height()) == (2 * size.width(), 2 * size.height())
    assert image.pixelColor(3, 3) == QColor("white")


def test_a_very_long_flow_still_fits_a_picture(tmp_path: Path) -> None:
    scene = drawn_scene(flow(*(plain(f"s{number}") for number in range(600))))
    export.save_png(scene, tmp_path / "flow.png")
    assert QImage(str(tmp_path / "flow.png")).height() <= export.LONGEST


def test_a_flow_is_drawn_on_any_paged_device() -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    scene = drawn_scene()
    writer.setPageLayout(export.page_for(scene))
    export.paint_on(scene, writer)
    assert buffer.size() > 1_000


def test_a_wide_flow_lies_on_its_side() -> None:
    wide = branch("b0", [plain("s0")], [plain("t0")])
    for level in (1, 2):
        inner, other = wide, branch(f"c{level}", [plain(f"s{level}")], [plain(f"t{level}")])
        wide = branch(f"b{level}", [inner], [other])

    lies, stands = drawn_scene(flow(wide)), drawn_scene(WELCOME)
    assert export.page_for(lies).orientation() == QPageLayout.Orientation.Landscape
    assert export.page_for(stands).orientation() == QPageLayout.Orientation.Portrait


@pytest.mark.parametrize("save", [export.save_png, export.save_svg, export.save_pdf])
def test_a_folder_that_is_not_there_is_said_in_words(
    tmp_path: Path, save: Callable[[FlowScene, Path], None]
) -> None:
    with pytest.raises(KnownError, match="could not be written .* Choose another folder"):
        save(drawn_scene(), tmp_path / "missing" / "flow")
