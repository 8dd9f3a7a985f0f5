"""How often contacts were called already."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.tables import attempts
from campaigns.vocabulary import UNSENT_STATES

_TRIES = (
    sa.select(attempts.c.contact_id, sa.func.count())
    .where(among(attempts.c.contact_id, sa.bindparam("ids")), attempts.c.state.not_in([*UNSENT_STATES]))
    .group_by(attempts.c.contact_id)
)


def tries_of(conn: sa.Connection, ids: Sequence[int]) -> dict[int, int]:
    """How many attempts these contacts have used, by contact; who has used none is left out."""
    return dict(tuple(row) for row in conn.execute(_TRIES, {"ids": ids}))
