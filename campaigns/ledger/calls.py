"""How often contacts were called already."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.tables import attempts
from campaigns.vocabulary import UNSENT_STATES


def tries_of(conn: sa.Connection, ids: Sequence[int]) -> dict[int, int]:
    """How many attempts these contacts have used, by contact; who has used none is left out."""
    used = among(attempts.c.contact_id, ids) & attempts.c.state.not_in([*UNSENT_STATES])
    counted = sa.select(attempts.c.contact_id, sa.func.count()).where(used).group_by(attempts.c.contact_id)
    return dict(tuple(row) for row in conn.execute(counted))
