"""A flow as a picture or on paper: PNG, SVG, PDF, print. Always dark on white.

Each takes the scene as it is shown, with its numbers and faults, without its selection.
A file that cannot be written is a `KnownError`.
"""

from __future__ import annotations

import os
from math import sqrt
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QImage,
    QImageWriter,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator

from canvas.layout import Layout
from canvas.look import Caption
from canvas.palette import PAPER
from canvas.scene import FlowScene
from db.errors import KnownError

LONGEST: Final = 30_000
"""Pixels: what a raster image can be painted on, with some to spare."""
MOST_PIXELS: Final = 80_000_000
UNITS_AN_INCH: Final = 96
READABLE: Final = 0.5
"""The scale below which a flow is spread over several sheets rather than made smaller."""
MARGIN: Final = 12.0
"""Millimetres."""


def save_png(flow: FlowScene, path: Path, scale: float = 2.0) -> None:
    """Write a picture, `scale` pixels a unit; fewer where the flow is too large for that."""
    size = flow.sceneRect().size()
    fits = min(LONGEST / max(size.width(), size.height()), sqrt(_most_units(flow)))
    scale = min(scale, fits)
    format = QImage.Format.Format_RGB32
    image = QImage(round(size.width() * scale), round(size.height() * scale), format)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _on_paper(flow).render(painter)
    painter.end()
    buffer = _opened()
    QImageWriter(buffer, b"png").write(image)
    _write(path, buffer)


def save_svg(flow: FlowScene, path: Path) -> None:
    """Write a drawing without loss, its text as text."""
    buffer, size = _opened(), flow.sceneRect().size().toSize()
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setResolution(UNITS_AN_INCH)
    drawing.setSize(size)
    drawing.setViewBox(QRect(0, 0, size.width(), size.height()))
    drawing.setTitle(_name(flow))
    painter = QPainter(drawing)
    _on_paper(flow).render(painter)
    painter.end()
    _write(path, buffer)


def save_pdf(flow: FlowScene, path: Path) -> None:
    """Write sheets of letter size, upright or not as suits the flow, its text as text."""
    buffer = _opened()
    writer = QPdfWriter(buffer)
    writer.setTitle(_name(flow))
    writer.setCreator("Practice CRM")
    writer.setPageLayout(page_for(flow))
    paint_on(flow, writer)
    _write(path, buffer)


def page_for(flow: FlowScene) -> QPageLayout:
    """The sheet that suits a flow: letter, on its side for one that is wider than tall."""
    orientation = QPageLayout.Orientation
    lies = flow.layout.width > flow.layout.height
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.Letter),
        orientation.Landscape if lies else orientation.Portrait,
        margins,
        QPageLayout.Unit.Millimeter,
    )


def paint_on(flow: FlowScene, device: QPagedPaintDevice) -> None:
    """Draw on a printer's or a PDF's sheets, as they are set up.

    Fits one sheet if it can be read there, else the width, going on from sheet to sheet between
    cards. Never larger than on the screen.
    """
    painter = QPainter(device)
    sheet = QRectF(painter.viewport())
    one_to_one = device.logicalDpiX() / UNITS_AN_INCH
    all_of_it = flow.sceneRect()
    across, down = sheet.width() / all_of_it.width(), sheet.height() / all_of_it.height()
    scale = min(across, down, one_to_one)
    if scale < READABLE * one_to_one:
        scale = min(across, READABLE * one_to_one)
    paper = _on_paper(flow)
    for number, part in enumerate(parts(flow.layout, all_of_it, sheet.height() / scale)):
        if number:
            device.newPage()
        left = sheet.left() + (sheet.width() - part.width() * scale) / 2
        where = QRectF(left, sheet.top(), part.width() * scale, part.height() * scale)
        paper.render(painter, where, part)
    painter.end()


def parts(layout: Layout, whole: QRectF, height: float) -> list[QRectF]:
    """The flow in strips no taller than `height`, cut where no card is if there is such a place."""
    cuts, parts, top = _cuts(layout), list[QRectF](), whole.top()
    while whole.bottom() - top > height + 1:
        fitting = [cut for cut in cuts if top < cut <= top + height]
        bottom = max(fitting, default=top + height)
        parts.append(QRectF(whole.left(), top, whole.width(), bottom - top))
        top = bottom
    return [*parts, QRectF(whole.left(), top, whole.width(), whole.bottom() - top)]


def _cuts(layout: Layout) -> list[float]:
    """Heights between the cards, where no card is at either side."""
    cuts, bottom = list[float](), 0
    for card in sorted((*layout.cards, layout.end), key=lambda card: card.y):
        if card.y > bottom:
            cuts.append((bottom + card.y) / 2)
        bottom = max(bottom, card.y + card.height)
    return cuts


def _on_paper(flow: FlowScene) -> FlowScene:
    """The same flow on white, all of it in full detail."""
    paper = FlowScene(flow.look.icons, PAPER, on_paper=True)
    captions = {id: Caption(face.title, face.summary) for id, face in flow.faces.items()}
    faults = {id: face.fault for id, face in flow.faces.items() if face.fault}
    paper.show(flow.document, captions, faults, flow.numbers, flow.ways)
    paper.highlight(flow.path)
    return paper


def _most_units(flow: FlowScene) -> float:
    size = flow.sceneRect().size()
    return MOST_PIXELS / (size.width() * size.height())


def _name(flow: FlowScene) -> str:
    return str(flow.document.get("name", ""))


def _opened() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.ReadWrite)
    return buffer


def _write(path: Path, buffer: QBuffer) -> None:
    """Put the file there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(bytes(buffer.data().data()))
        os.replace(part, path)
    except OSError as fault:
        part.unlink(missing_ok=True)
        reason = fault.strerror or "the disk refused it"
        raise KnownError(
            f"{path} could not be written ({reason}). Choose another folder."
        ) from fault
