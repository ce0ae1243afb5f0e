"""How a person's status is said, the same on every screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def status_words(status: str) -> str:
    """The status of a contact: patient or lead."""
    if status == "patient":
        return QCoreApplication.translate("Status", "Patient")
    return QCoreApplication.translate("Status", "Lead")
