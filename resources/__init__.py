"""Files the program ships with."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def documents(folder: str) -> list[dict[str, Any]]:
    """Every JSON document of a folder here (`sample/automations`), in order of file names."""
    found = sorted(files(__name__).joinpath(folder).iterdir(), key=lambda file: file.name)
    return [json.loads(file.read_text("utf-8")) for file in found if file.name.endswith(".json")]
