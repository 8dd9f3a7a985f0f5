"""What webhooks told of calls, as columns of a report: ``x_transcript``, ``x_recording``, ``x_`` and a field's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from campaigns.leads.ours import TOLD
from campaigns.ledger.tables import HAS_HEARD, attempts
from campaigns.reports.sheets import Cell, streamed

MOST = 200
"""How many columns a report gets of this kind: those that were told of first."""


def told_columns(conn: sa.Connection, campaign_id: int) -> tuple[str, ...]:
    """The columns that this campaign's calls fill; none where no webhook told anything."""
    mine = sa.select(attempts.c.heard).where(attempts.c.campaign_id == campaign_id, HAS_HEARD).order_by(attempts.c.id)
    found: dict[str, None] = {}
    for heard in conn.execute(streamed(mine)).scalars():
        found |= dict.fromkeys(name for name, _ in _told(heard))
        if len(found) >= MOST:
            break
    first = [name for name in (f"{TOLD}transcript", f"{TOLD}recording") if name in found]
    return tuple(dict.fromkeys([*first, *found]))[:MOST]


def told_cells(heard: Sequence[Mapping[str, Any] | None], columns: Sequence[str]) -> tuple[Cell, ...]:
    """What was told in these calls, of several the last word."""
    said = {name: value for each in heard if each for name, value in _told(each)}
    return tuple(said.get(column) for column in columns)


def _told(heard: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    parts = {name: heard[name] for name in ("transcript", "recording") if heard.get(name)}
    yield from ((f"{TOLD}{name}", value) for name, value in (heard.get("fields", {}) | parts).items())
