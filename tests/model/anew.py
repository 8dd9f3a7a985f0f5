"""Who still stands where the old file had them, once an edit has come to its end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from campaigns.ledger.queries import WAITED
from campaigns.vocabulary import UNSENT_STATES, ContactState, Reason, Result
from tests.model.judge import Terms

WAIT = (*WAITED, Reason.RETRY_WAIT)
TRIED_AGAIN = (Result.BUSY, Result.NO_ANSWER)
"""Results that another try follows by every file, while it allows one."""


def undecided(
    people: Sequence[sa.Row[Any]], calls: Sequence[sa.Row[Any]], terms: Terms, now: datetime, new: Collection[str]
) -> Iterator[str]:
    """A fault for each of a campaign's contacts that these terms would have elsewhere, of which some tables are new."""
    for person in people:
        made = [call for call in calls if call.contact_id == person.id and call.state not in UNSENT_STATES]
        why = {*_by_retries(person, made, terms.attempts)} if "retries" in new else set()
        if "hours" in new and (person.state, person.reason) == (ContactState.READY, Reason.OUTSIDE_HOURS):
            local = [now.astimezone(ZoneInfo(zone)).hour for zone in person.zones.split(",")]
            if person.next_at > now and all(terms.hours[0] <= hour < terms.hours[1] for hour in local):
                why.add("within hours")
        yield from (f"undecided: contact {person.id} is {person.state}, {person.reason}, {each}" for each in why)


def _by_retries(person: sa.Row[Any], made: Sequence[sa.Row[Any]], attempts: int) -> Iterator[str]:
    asked = person.callback_at or any(call.disposition == "callback" for call in made)
    if person.state == ContactState.READY and person.reason in WAIT and len(made) >= attempts and not asked:
        yield f"after {len(made)} calls of {attempts}"
    used = (person.state, person.reason) == (ContactState.EXHAUSTED, Reason.ATTEMPTS_USED)
    if used and len(made) < attempts and made[-1].result in TRIED_AGAIN:
        yield f"after {len(made)} calls of {attempts}"
