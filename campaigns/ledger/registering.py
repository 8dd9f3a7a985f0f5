"""Copies of do-not-call registries begin to count, and cease to. Batch operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from campaigns.errors import NotFound
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.registries import ACTIVE, Copy, check_age
from campaigns.ledger.tables import registries


def enlist(tx: Tx, items: Sequence[Copy]) -> list[None]:
    """Let these copies count from now on, in place of earlier ones of their names.

    Raises InputRefused for one that is too old and has no override.
    """
    for item in items:
        check_age(item, tx.now)
        _retire(tx, item.name)
        tx.conn.execute(registries.insert().values(**asdict(item), loaded_at=tx.now))
        note(tx, None, item.who, "registry", f"{item.name}: {item.numbers} numbers as of {item.as_of} {item.override}")
    return [None] * len(items)


def retire(tx: Tx, items: Sequence[tuple[str, str]]) -> list[None]:
    """Let registries count no more; ``items``: (name, who). Raises NotFound."""
    for name, who in items:
        if not _retire(tx, name):
            raise NotFound(f'no registry "{name}"; `dialer suppress registries` lists them')
        note(tx, None, who, "registry retired", name)
    return [None] * len(items)


def _retire(tx: Tx, name: str) -> int:
    mine = ACTIVE & (registries.c.name == name)
    return tx.conn.execute(registries.update().where(mine).values(retired_at=tx.now)).rowcount
