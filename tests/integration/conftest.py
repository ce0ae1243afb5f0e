"""No test may touch the keyring of whoever runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    before = os.environ.get("PRACTICE_CRM_KEYRING")
    os.environ["PRACTICE_CRM_KEYRING"] = "off"
    yield
    os.environ.pop("PRACTICE_CRM_KEYRING")
    if before is not None:
        os.environ["PRACTICE_CRM_KEYRING"] = before
