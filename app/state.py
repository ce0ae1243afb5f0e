"""Where the window was when it was left: kept in a small file beside the store."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

State = Mapping[str, Any]
"""Plain JSON. Names of pages, numbers of records and sizes: nothing about anybody."""


def load(file: Path) -> dict[str, Any]:
    """What was kept; nothing if there is none or it can't be read."""
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def save(file: Path, state: State) -> None:
    """Keep it whole or not at all. A disk that can't take it costs nothing but the memory."""
    draft = file.with_name(file.name + ".new")
    with suppress(OSError):
        draft.write_text(json.dumps(state), encoding="utf-8")
        os.replace(draft, file)
