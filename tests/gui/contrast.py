"""The contrast of two colours, by the rule of WCAG 2."""

from __future__ import annotations

from PySide6.QtGui import QColor

LEAST = 4.5
"""Of text on its ground. WCAG asks nothing of what is disabled; here that is readable too."""
SIGN = 3.0
"""Of a sign that is no text, such as a dot or a plus."""


def contrast(one: QColor | str, other: QColor | str) -> float:
    """From 1, alike, to 21, black on white."""
    low, high = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (high + 0.05) / (low + 0.05)


def luminance(seen: QColor) -> float:
    """How light a colour is to the eye, from 0 to 1."""
    parts = (seen.redF(), seen.greenF(), seen.blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
