"""What an account's own calls say of how its next ones will go."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import sqlalchemy as sa

from campaigns.forecast.rates import ASSUMED, ENOUGH, Rates
from campaigns.ledger.tables import attempts
from campaigns.rules.windows import SECOND
from campaigns.vocabulary import AttemptState, Result

NEWEST = 5000
"""How many of the account's calls are looked at: how it was last year says little of tomorrow."""
COSTS = ("cost", "price", "call_cost", "callCost", "total_cost", "totalCost", "charge")
"""What platforms call the cost of a call, where ``[platform.fields]`` names nothing."""
LONGEST_SETUP_S = 180.0


def experience(conn: sa.Connection, account: str, cost_field: str | None = None) -> Rates | None:
    """The rates of the account's newest calls over all campaigns; None where there are fewer than ``ENOUGH``."""
    earlier = attempts.alias("earlier")
    same_person = (earlier.c.contact_id == attempts.c.contact_id) & (earlier.c.id < attempts.c.id)
    statement = (
        sa.select(
            attempts.c.result, attempts.c.intent_at, attempts.c.answered_at, attempts.c.ended_at,
            attempts.c.duration_s, attempts.c.raw, sa.exists().where(same_person).label("later"),
        )
        .where(attempts.c.account == account, attempts.c.state == AttemptState.ENDED, attempts.c.intent_at.is_not(None))
        .order_by(attempts.c.id.desc())
        .limit(NEWEST)
    )  # fmt: skip
    rows = conn.execute(statement).all()
    return _rates(rows, cost_field) if len(rows) >= ENOUGH else None


def _rates(rows: Sequence[sa.Row[Any]], cost_field: str | None) -> Rates:
    shares = {of: Counter(Result(row.result) for row in rows if of in (None, row.later)) for of in (None, False, True)}
    lengths: defaultdict[Result, list[float]] = defaultdict(list)
    setups: defaultdict[Result, list[float]] = defaultdict(list)
    costs: defaultdict[Result, list[float]] = defaultdict(list)
    for row in rows:
        result = Result(row.result)
        talk_s = row.duration_s or 0.0
        lengths[result].append(talk_s)
        setups[result].append(_setup_s(row, talk_s))
        if (cost := reported_cost(row.raw or {}, cost_field)) is not None:
            costs[result].append(cost)
    told = sum(map(len, costs.values())) >= ENOUGH
    return Rates(
        calls=len(rows),
        first=_shares(shares[False], shares[None]),
        later=_shares(shares[True], shares[None]),
        setup_s={result: fmean(values) for result, values in setups.items()},
        talk_s={result: tuple(values) for result, values in lengths.items() if any(values)},
        cost={result: fmean(values) for result, values in costs.items()} if told else {},
    )


def _shares(own: Counter[Result], of_all: Counter[Result]) -> dict[Result, float]:
    """The shares of first or later calls, where there are enough of them, else those of all calls."""
    counted = own if own.total() >= ENOUGH else of_all
    return {result: count / counted.total() for result, count in counted.items()}


def _setup_s(row: sa.Row[Any], talk_s: float) -> float:
    """From the request until the answer; where nobody tells when that was, the call's whole time without the talk."""
    until = row.answered_at or row.ended_at
    if until is None:
        return ASSUMED.setup_s[Result.NO_ANSWER]
    seconds: float = (until - row.intent_at) / SECOND - (0.0 if row.answered_at else talk_s)
    return min(max(seconds, 0.0), LONGEST_SETUP_S)


def reported_cost(raw: Mapping[str, Any], declared: str | None) -> float | None:
    """What a call record says the call cost, whatever its sign (Twilio's are negative); None where it does not."""
    for name in (declared,) if declared else COSTS:
        match = re.search(r"\d+(?:\.\d+)?", str(raw.get(name, "")))
        if match:
            return float(match[0])
    return None
