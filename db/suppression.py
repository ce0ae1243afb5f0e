"""The opt-outs of people a restored store forgot, by digests of their addresses."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from db.connection import Connection
from db.ledger import CONSENTS
from db.sql import ids, query

_DIGEST_BYTES = 16


def digests(secret: str | None, *addresses: str) -> tuple[str, ...]:
    """What knows these email addresses and E.164 numbers again without saying them.

    `secret` is the store's own, in hex; without it there are none. Nor has an empty address one.
    """
    if secret is None:
        return ()
    key = bytes.fromhex(secret)
    return tuple(
        hmac.digest(key, address.casefold().encode(), "sha256")[:_DIGEST_BYTES].hex()
        for address in addresses
        if address
    )


def any_suppressed(connection: Connection) -> bool:
    """Whether a restore met a consent of anyone the store did not know."""
    return bool(query(connection, "SELECT 1 FROM suppression LIMIT 1"))


def suppressed(connection: Connection, wanted: Iterable[str]) -> Mapping[str, Collection[str]]:
    """What people the store forgot said last on each channel, by the digests among `wanted`."""
    rows = query(
        connection,
        "SELECT digest, kind FROM suppression WHERE digest {ids} ORDER BY at, id",
        ids(connection, wanted),
    )
    last: dict[str, dict[str, str]] = defaultdict(dict)
    for digest, kind in rows:
        last[digest][CONSENTS[kind]] = kind
    return {digest: {*said.values()} for digest, said in last.items()}
