"""What a platform's history means that does not say how calls ended (DESIGN §4.7): to each what its campaign says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaigns.ledger.campaigns import specs_of
from campaigns.ledger.evidence import called_perhaps
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.observations import Silence
from campaigns.ledger.tables import attempts
from campaigns.spec import Engine, Spec
from campaigns.vocabulary import AttemptState
from dialer.matching import Candidate
from dialer.providers.platform import Abilities, CallRecord, Liveness

ENOUGH_MATCHES = 50
GIVEN_UP = {AttemptState.UNKNOWN: AttemptState.UNRESOLVED, AttemptState.ACCEPTED: AttemptState.LOST}


def redial_is_safe(conn: sa.Connection, account: str, agent: str, spec: Spec, named: bool) -> bool:
    """Whether silence may mean "not placed": 50 calls were matched, and the horizon is thrice the longest lag.

    A call whose answer was lost is found by number and time, or by the reference it carried. Where answers name their
    call (``named``), the others were found by that name, so only those count whose answer was unclear. Nor do calls of
    campaigns that know records by other fields: what those found may not be found here.
    """
    seen = (attempts.c.account == account) & (attempts.c.agent == agent) & attempts.c.seen_at.is_not(None)
    lag = sa.func.max(attempts.c.seen_at - attempts.c.intent_at, type_=sa.BigInteger)
    count = sa.func.count(sa.case((attempts.c.unclear, attempts.c.id))) if named else sa.func.count()
    by_campaign = sa.select(attempts.c.campaign_id, count, lag).where(seen).group_by(attempts.c.campaign_id)
    found = conn.execute(by_campaign).all()
    specs = specs_of(conn, {id_ for id_, _, _ in found})
    matched = sum(count for id_, count, _ in found if specs[id_].platform.fields == spec.platform.fields)
    longest_us = max((int(longest) for _, _, longest in found), default=0)
    return matched >= ENOUGH_MATCHES and spec.engine.horizon >= 3 * timedelta(microseconds=longest_us)


async def silences(
    ledger: Ledger, account: str, agent: str, abilities: Abilities, sent: Sequence[Candidate],
    found: Mapping[int, CallRecord], began: datetime,
) -> list[Silence]:  # fmt: skip
    """What a whole history, whose reading ``began`` then, does not say of these; ``found`` are their records in it."""
    absent = [c for c in sent if c.state is AttemptState.UNKNOWN and c.id not in found
              and c.intent_at + c.spec.engine.horizon < began]  # fmt: skip
    lost = [c for c in sent if c.state is AttemptState.ACCEPTED and not _is_live(found.get(c.id))
            and c.intent_at + _lost_after(c.spec.engine, abilities) < began]  # fmt: skip
    means_something = abilities.presumes_no_answer_after_s is None  # else it may have rung unanswered
    redialed = [c for c in absent if c.spec.on_unknown == "redial" and means_something]
    safe = {horizon for horizon, spec in {c.spec.engine.horizon: c.spec for c in redialed}.items()
            if await ledger.read(redial_is_safe, account, agent, spec, abilities.gives_call_id)}  # fmt: skip
    again = {c.id for c in redialed if c.spec.engine.horizon in safe}
    if again:
        again -= await ledger.read(called_perhaps, sorted(again))
    gone = [Silence(c.id, AttemptState.NOT_PLACED if c.id in again else AttemptState.UNRESOLVED) for c in absent]
    return gone + [Silence(c.id, AttemptState.LOST) for c in lost]


def given_up(
    abilities: Abilities | None, sent: Sequence[Candidate], found: Mapping[int, CallRecord], since: datetime,
    began: datetime,
) -> list[Silence]:  # fmt: skip
    """Those of whom nothing will be heard: history refuses to be read ``since`` then, for as long as a call may take.

    Nothing is known of them, so that none is called again; a late record still ends them.
    """
    return [Silence(c.id, GIVEN_UP[c.state]) for c in sent if c.state in GIVEN_UP and not _is_live(found.get(c.id))
            and max(c.intent_at, since) + _lost_after(c.spec.engine, abilities) < began]  # fmt: skip


def _is_live(record: CallRecord | None) -> bool:
    return record is not None and record.liveness is Liveness.LIVE


def _lost_after(engine: Engine, abilities: Abilities | None) -> timedelta:
    """How long after its intent a call without a final record is lost."""
    longest_s = abilities.max_call_s if abilities else None
    longest = max(engine.longest_call, timedelta(seconds=longest_s or 0))
    return max(engine.lost_after, longest + timedelta(minutes=15))
