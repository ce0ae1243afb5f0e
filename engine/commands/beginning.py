"""The first start: a store is filled with the sample practice (screens.md section 0)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from db.errors import KnownError
from db.pouring import pour
from db.session import temporary_store
from engine.calendar import DAY
from engine.dispatcher import RECORDED, deliver, standing
from engine.sample import set_up
from engine.sample_life import live
from engine.workspace import Workspace

PEOPLE: Final = 400
DAYS: Final = 90
SEED: Final = 1

Tell = Callable[[float], None]
Cancelled = Callable[[], bool]


def fill_with_sample(
    workspace: Workspace, now: int, tell: Tell, cancelled: Cancelled, *,
    people: int = PEOPLE, days: int = DAYS,
) -> None:  # fmt: skip
    """Fill an empty store with the sample practice, as it stands at `now` after some days' life.

    It lives in a store of its own and comes over in one transaction: all of it, or nothing where
    `cancelled` says so or the store is not empty; then KnownError. `tell` hears shares up to 1.
    """

    def heard(share: float) -> None:
        _stop_if(cancelled)
        tell(share * 0.95)

    with temporary_store() as store:
        sample, start = Workspace(store), now - days * DAY
        set_up(sample, start)
        heard(0.0)

        def send(at: int) -> None:
            _stop_if(cancelled)
            deliver(sample, RECORDED, standing(at))

        live(sample, send, contacts=people, days=days, seed=SEED, start=start, progress=heard)
        with store.read() as source, workspace.write("beginning", sets_up=True) as target:
            pour(source, target)
            _stop_if(cancelled)
    tell(1.0)


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise KnownError("Stopped before it was done.")
