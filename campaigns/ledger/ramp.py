"""The ramp-up: a campaign's first calls are made, then looked at once all have ended, then everybody else is called.

``campaigns.ramp_left`` is how many first calls there are; it becomes 0 when they were looked at. Where they went badly
the campaign is paused, with the figures; who resumes it has seen them, and lets it go on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.controls import note, pause
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import campaigns
from campaigns.ledger.tallies import calls_by_result
from campaigns.rules.retry import REACHED
from campaigns.spec.ramp import Ramp
from campaigns.vocabulary import OPEN_STATES, AttemptState, Reason, Result

WENT_WRONG = (AttemptState.REJECTED, AttemptState.UNRESOLVED, AttemptState.LOST)
FAILED = (Result.FAILED, Result.INVALID_NUMBER)


@dataclass(frozen=True, slots=True)
class FirstCalls:
    """How the first calls of a campaign go: how many there are to be, were made, are open, were answered, failed."""

    wanted: int
    made: int
    open: int
    answered: int
    failed: int

    def went_well(self, ramp: Ramp) -> bool:
        """Whether enough were answered, and few enough failed, for everybody else to be called."""
        return self.answered >= ramp.answered * self.made and self.failed <= ramp.failed * self.made

    def figures(self, ramp: Ramp) -> str:
        """The figures in words."""
        return (
            f"of the first {self.made} calls a person answered {self.answered / self.made:.0%} "
            f"(at least {ramp.answered:.0%}) and {self.failed / self.made:.0%} failed (at most {ramp.failed:.0%})"
        )


def first_calls(conn: sa.Connection, campaign: sa.Row[Any]) -> FirstCalls | None:
    """How they go; None where there is no ramp-up, or not any more."""
    if not campaign.ramp_left:
        return None
    found = [call for call in calls_by_result(conn, campaign.id) if call[0] != AttemptState.NOT_PLACED]
    return FirstCalls(
        wanted=campaign.ramp_left,
        made=sum(count for _, _, count in found),
        open=sum(count for state, _, count in found if state in OPEN_STATES),
        answered=sum(count for _, result, count in found if result in REACHED),
        failed=sum(count for state, result, count in found if state in WENT_WRONG or result in FAILED),
    )


def ramp_room(tx: Tx, campaign: sa.Row[Any]) -> float:
    """How many more attempts the ramp-up lets a campaign reserve; where the first calls have ended, they are judged."""
    calls = first_calls(tx.conn, campaign)
    if calls is None:
        return math.inf
    if calls.made < calls.wanted or calls.open:
        return max(0, calls.wanted - calls.made)
    tx.conn.execute(campaigns.update().where(campaigns.c.id == campaign.id).values(ramp_left=0))
    ramp = parse_stored(campaign.spec).ramp
    if calls.went_well(ramp):
        note(tx, campaign.id, "dialer", "ramped up", calls.figures(ramp))
        return math.inf
    pause(tx, campaign.id, Reason.RAMP, calls.figures(ramp))
    return 0
