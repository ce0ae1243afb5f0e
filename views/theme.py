"""The look: colours of the light and the dark theme, and the style sheet made of them.

screens.md "Style of the product": one accent, amber for goals, green for completion, red only
for harm; an 8-pixel grid; the system's font. Text on its ground has a contrast of 4.5:1 or more.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

GRID = 8
"""Pixels: every distance is a multiple or a half of it."""
RADIUS = 6


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours by what they are for, as #rrggbb."""

    name: str
    ground: str
    surface: str
    raised: str
    line: str
    line_strong: str
    text: str
    muted: str
    accent: str
    accent_text: str
    accent_soft: str
    on_accent: str
    completed: str
    completed_text: str
    completed_soft: str
    goal: str
    goal_text: str
    goal_soft: str
    harm: str
    harm_soft: str
    neutral_soft: str
    dots: str

    def colour(self, name: str) -> QColor:
        """One of the colours, to paint with."""
        return QColor(getattr(self, name))


LIGHT = Theme(
    name="light", ground="#f4f5f7", surface="#ffffff", raised="#f9fafb", line="#e3e6ea",
    line_strong="#c9ced6", text="#1b2430", muted="#5b6675", accent="#1a56db",
    accent_text="#1a4fc4", accent_soft="#e6eefd", on_accent="#ffffff", completed="#16a34a",
    completed_text="#12702f", completed_soft="#dcfce7", goal="#d97706", goal_text="#8f4b05",
    goal_soft="#fef0d5", harm="#b42318", harm_soft="#fde8e6", neutral_soft="#eceef1",
    dots="#d9dde3",
)  # fmt: skip
DARK = Theme(
    name="dark", ground="#14181e", surface="#1c222a", raised="#232a33", line="#313a45",
    line_strong="#4a5563", text="#e8ebef", muted="#a3adba", accent="#326dee",
    accent_text="#8db4ff", accent_soft="#21345c", on_accent="#ffffff", completed="#2fb463",
    completed_text="#6fdc98", completed_soft="#173a26", goal="#e59a2f", goal_text="#f3b865",
    goal_soft="#43300f", harm="#ff8a80", harm_soft="#4a1f1c", neutral_soft="#2b333d",
    dots="#2c343e",
)  # fmt: skip


def theme_of(widget: QWidget | None = None) -> Theme:
    """The theme a widget (or the whole program) is shown in: its palette says which."""
    palette = QApplication.palette() if widget is None else widget.palette()
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def system_theme(app: QApplication) -> Theme:
    """The theme the desktop asks for."""
    dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def dress(app: QApplication, theme: Theme) -> None:
    """Show the whole program in a theme; on the Fusion style, which looks alike everywhere."""
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setStyleSheet(sheet(theme))


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.ground, role.WindowText: theme.text, role.Base: theme.surface,
        role.AlternateBase: theme.raised, role.Text: theme.text, role.Button: theme.surface,
        role.ButtonText: theme.text, role.Highlight: theme.accent_soft,
        role.HighlightedText: theme.text, role.PlaceholderText: theme.muted,
        role.ToolTipBase: theme.text, role.ToolTipText: theme.surface, role.Link: theme.accent_text,
        role.Mid: theme.line_strong, role.Midlight: theme.line, role.Accent: theme.accent,
    }  # fmt: skip
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return palette


@lru_cache(maxsize=4)
def sheet(theme: Theme) -> str:
    """The style sheet. Widgets say what they are by the dynamic property `kind`."""
    return Template(_SHEET).substitute(asdict(theme), radius=RADIUS)


_SHEET = """
* { font-size: 13px; }
QWidget[kind="page"], QStackedWidget { background: $ground; }
QFrame[kind="card"], QFrame[kind="bar"], QFrame[kind="side"] {
    background: $surface; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[kind="bar"] { border-width: 0 0 1px 0; border-radius: 0; }
QFrame[kind="side"] { border-width: 0 1px 0 0; border-radius: 0; }
QFrame[kind="side"] QStackedWidget { background: $surface; }
QFrame[kind="bubble"] { background: $accent_soft; border: 0; border-radius: 12px;
    border-bottom-left-radius: 2px; }
QFrame[kind="side-right"] { background: $surface; border: 0; border-left: 1px solid $line; }
QFrame[kind="ask"] { background: $goal_soft; border: 0; border-bottom: 1px solid $line; }
QFrame[kind="note"] { background: $neutral_soft; border: 0; border-radius: ${radius}px; }
QLabel { background: transparent; color: $text; }
QLabel[kind="title"] { font-size: 18px; font-weight: 600; }
QLabel[kind="heading"] { font-weight: 600; }
QLabel[kind="number"] { font-size: 24px; font-weight: 600; }
QLabel[kind="muted"], QLabel[kind="crumb"] { color: $muted; }
QLabel[kind="caption"] { color: $muted; font-size: 11px; font-weight: 600; }
QLabel[kind="link"] { color: $accent_text; }
QLabel[kind="good"] { color: $completed_text; }
QLabel[kind="goal"] { color: $goal_text; }
QLabel[kind="fault"] { color: $harm; }
QLabel[kind="chip"] { background: $neutral_soft; color: $muted; border-radius: 9px;
    padding: 2px 8px; font-size: 12px; }
QLabel[kind="chip-on"] { background: $completed_soft; color: $completed_text; border-radius: 9px;
    padding: 2px 8px; font-size: 12px; font-weight: 600; }
QPushButton[kind="chip-good"], QPushButton[kind="chip-fault"] { border: 1px solid transparent;
    border-radius: 11px; padding: 2px 9px; font-size: 12px; font-weight: 600; }
QPushButton[kind="chip-good"] { background: $completed_soft; color: $completed_text; }
QPushButton[kind="chip-fault"] { background: $harm_soft; color: $harm; }
QPushButton[kind="chip-good"]:focus, QPushButton[kind="chip-fault"]:focus {
    border: 1px solid $accent; padding: 2px 9px; }
QLabel[kind="chip-goal"] { background: $goal_soft; color: $goal_text; border-radius: 9px;
    padding: 2px 8px; font-size: 12px; }
QPushButton, QToolButton { background: $surface; color: $text; border: 1px solid $line_strong;
    border-radius: ${radius}px; padding: 5px 12px; min-height: 18px; }
QToolButton { padding: 5px 8px; }
QPushButton:hover, QToolButton:hover { background: $raised; }
QPushButton:pressed, QToolButton:pressed { background: $accent_soft; }
QPushButton:checked, QToolButton:checked { background: $accent_soft; color: $accent_text;
    border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $raised;
    border-color: $line; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QToolButton:focus { padding: 4px 7px; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent;
    font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_text; color: $surface; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $neutral_soft; color: $muted;
    border-color: $line; }
QPushButton[kind="harm"] { color: $harm; }
QPushButton[kind="flat"], QToolButton[kind="flat"] { border-color: transparent;
    background: transparent; }
QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover { background: $neutral_soft; }
QPushButton[kind="flat"]:focus, QToolButton[kind="flat"]:focus { border: 2px solid $accent; }
QPushButton[kind="flat"]:checked { background: $accent_soft; color: $accent_text; }
QPushButton[kind="link"] { border: 0; background: transparent; color: $accent_text;
    padding: 0; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 0; padding: 0; text-decoration: underline; }
QPushButton[kind="option"] { padding: 0; min-height: 0; border: 1px solid $line; }
QPushButton[kind="option"]:checked { border: 1px solid $goal; background: $goal_soft; }
QPushButton[kind="option"]:focus { border: 2px solid $accent; padding: 0; }
QFrame[kind="fact-enrolled"] { background: $accent_soft; border: 0; border-radius: 4px; }
QFrame[kind="fact-completed"] { background: $completed_soft; border: 0; border-radius: 4px; }
QFrame[kind="fact-goal"] { background: $goal_soft; border: 0; border-radius: 4px; }
QPushButton[kind="choice"] { padding: 0; min-height: 0; border-color: $line; }
QPushButton[kind="choice"]:hover { border-color: $line_strong; }
QPushButton[kind="choice"]:checked { border: 2px solid $accent; background: $surface; }
QPushButton[kind="choice"]:focus { border: 2px solid $text; padding: 0; }
QPushButton[kind="step"] { padding: 0; min-height: 0; border-color: $line; }
QPushButton[kind="step"]:hover { border-color: $line_strong; }
QPushButton[kind="step"]:focus { border: 2px solid $accent; padding: 0; }
QListView[kind="plain"], QListView[kind="plain"]:focus { border: 0; }
QListView[kind="plain"]::item { padding: 0; }
QPushButton[kind="nav"] { border: 1px solid transparent; background: transparent;
    text-align: left; padding: 6px 8px 6px 4px; color: $muted; }
QPushButton[kind="nav"]:hover { background: $raised; }
QPushButton[kind="nav"]:checked { background: $accent_soft; color: $accent_text;
    font-weight: 600; }
QPushButton[kind="nav"]:focus { border: 1px solid $accent; }
QPushButton[kind="mark"] { padding: 4px 6px; min-width: 16px; }
QPushButton[kind="mark"]:focus { padding: 3px 5px; }
QPushButton[kind="tab"] { border: 0; border-bottom: 2px solid transparent; border-radius: 0;
    background: transparent; color: $muted; padding: 12px 4px; margin: 0 8px; }
QPushButton[kind="tab"]:checked { color: $accent_text; border-bottom: 2px solid $accent;
    font-weight: 600; }
QPushButton[kind="tab"]:focus { color: $text; border-bottom: 2px solid $text; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit, QTimeEdit,
QDateTimeEdit { background: $surface; color: $text; border: 1px solid $line_strong;
    border-radius: ${radius}px; padding: 5px 8px; min-height: 18px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus,
QDateEdit:focus, QTimeEdit:focus, QDateTimeEdit:focus { border: 2px solid $accent;
    padding: 4px 7px; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"],
QSpinBox[wrong="true"] { border: 1px solid $harm; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { background: $raised; color: $muted; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: 0; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: 0; padding: 0 0 0 8px;
    min-height: 0; background: transparent; }
QTextBrowser[kind="mail"], QTextBrowser[kind="mail"]:focus { background: #ffffff;
    color: #222222; padding: 0; }
QTextBrowser[kind="mail"] { border: 1px solid $line; }
QPlainTextEdit[kind="read-only"] { background: $raised; color: $muted; }
QLineEdit[kind="name"] { border: 1px solid transparent; border-bottom: 1px dashed $line_strong;
    border-radius: 0; background: transparent; font-size: 16px; font-weight: 600;
    padding: 2px 0; }
QLineEdit[kind="name"]:focus { border-bottom: 2px solid $accent; }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $muted; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down, QDateEdit::drop-down { border: 0; width: 20px; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $line_strong;
    selection-background-color: $accent_soft; selection-color: $text; outline: 0; }
QCheckBox, QRadioButton { color: $text; spacing: 8px; padding: 2px; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $muted;
    border-radius: 8px; background: $surface; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent;
    background: $on_accent; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $accent; border-radius: 4px; }
QTableView, QTreeView, QListView { background: $surface; color: $text; border: 1px solid $line;
    border-radius: ${radius}px; gridline-color: $line; outline: 0;
    alternate-background-color: $raised; selection-background-color: $accent_soft;
    selection-color: $text; }
QTableView:focus, QTreeView:focus, QListView:focus { border: 1px solid $accent; }
QTableView::item, QListView::item, QTreeView::item { padding: 4px 8px; }
QTableView::item { border-bottom: 1px solid $line; }
QHeaderView { background: $raised; border: 0; }
QHeaderView::section { background: $raised; color: $muted; border: 0;
    border-bottom: 1px solid $line; padding: 8px 12px; font-weight: 600; }
QMenu { background: $surface; color: $text; border: 1px solid $line_strong; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px; }
QScrollArea { border: 0; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line_strong; border-radius: 4px; min-height: 24px;
    min-width: 24px; margin: 1px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $line; }
QFrame[kind="status"] { background: $surface; border-top: 1px solid $line; }
#status QLabel, #status QPushButton { color: $muted; font-size: 12px; }
QToolTip { background: $text; color: $surface; border: 0; padding: 4px 8px; }
QProgressBar { background: $neutral_soft; border: 0; border-radius: 3px; max-height: 6px;
    min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QFrame[kind="toast"] { background: $text; border-radius: ${radius}px; }
QFrame[kind="toast"] QLabel { color: $surface; }
QFrame[kind="toast"] QPushButton { background: transparent; color: $surface; border: 0;
    font-weight: 600; text-decoration: underline; }
QFrame[kind="popup"] { background: $surface; border: 1px solid $line_strong;
    border-radius: ${radius}px; }
"""
