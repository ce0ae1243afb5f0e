"""The engine's hold on one store: its catalogue, read again only when something changed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from db.connection import Connection
from db.ledger import Line, append
from db.queries import setup
from db.session import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection as Writing

    from engine.catalogue import Catalogue
    from engine.flow import Flow

Reader = Connection
"""What a query runs on: an open read transaction."""


class Workspace:
    """A store and the last catalogue read from it.

    Threads may share it: a catalogue is never changed, only replaced, but for versions, which
    are only ever added. `ledger` is the file that remembers opt-outs and sent messages beside
    the store (`db.optouts`), if any. `reached` hears the name of every commit point passed.
    """

    def __init__(
        self,
        store: Store,
        ledger: Path | None = None,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        self.store = store
        self.reached = reached
        self._ledger = ledger
        self._known: tuple[int, Catalogue | None] = (-1, None)
        self._versions: dict[int, Flow] = {}

    def catalogue(self, connection: Connection) -> Catalogue:
        """What is set up, as this transaction sees it."""
        version = setup.catalogue_version(connection)
        known, catalogue = self._known
        if catalogue is None or known != version:
            # Here, not above: whoever only asks and draws does without the rules.
            from engine.cataloguing import read_catalogue

            catalogue = read_catalogue(connection, self._versions)
            self._known = version, catalogue
        return catalogue

    @contextmanager
    def write(self, name: str, *, sets_up: bool = False) -> Iterator[Writing]:
        """One write transaction; its commit points are `<name>.saving` and `<name>.saved`.

        One that `sets_up` changes the catalogue: no engine works on the old one meanwhile.
        What it makes in memory lives until its end, so nothing is collected meanwhile.
        """
        known = len(self._versions)
        try:
            with _uncollected(), self.store.write() as connection:
                if sets_up:
                    setup.own(connection)
                yield connection
                self.reached(f"{name}.saving")
        except BaseException:
            self._forget(known)
            raise
        self.reached(f"{name}.saved")

    def _forget(self, known: int) -> None:
        """Drop what was read since `known` versions: their numbers will be given out again."""
        self._known = (-1, None)
        for id in list(self._versions)[known:]:
            del self._versions[id]

    def keep(self, lines: Iterable[Line]) -> None:
        """Write to the ledger, before the commit of what the lines tell."""
        if self._ledger is not None:
            append(self._ledger, lines)

    def need_versions(self, connection: Connection, wanted: Iterable[int]) -> None:
        """Make sure that old versions walks are under can be looked up."""
        from engine.cataloguing import need_versions

        need_versions(connection, self._versions, wanted)


@contextmanager
def _uncollected() -> Iterator[None]:
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
