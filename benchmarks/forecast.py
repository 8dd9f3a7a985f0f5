"""A forecast of a million leads over two weeks, against reckoning it lead by lead.

Ours is the whole of it: counting the people, timetables, nine truths, ranges; once from leads already read (``leads``)
and once from a ledger's contacts (``ledger``). The peer draws each lead's calls one after the other, for one truth, and
knows no hours.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.decide import ZONES, forget
from benchmarks.figure import Figure, compare
from benchmarks.people import CONSENTED
from campaigns.forecast.crowd import Crowd, of_campaign, of_leads
from campaigns.forecast.outlook import Forecast, forecast
from campaigns.forecast.rates import ASSUMED
from campaigns.leads.lead import Lead, Phone
from campaigns.ledger.ledger import connect
from campaigns.ledger.migrate import migrate
from campaigns.ledger.people import number_values
from campaigns.ledger.tables import contacts
from campaigns.rules.retry import next_step
from campaigns.rules.rules import Rules
from campaigns.spec import Cost, Pace
from campaigns.vocabulary import ContactState, PhoneType, Reason, Verdict
from tests.rules_oracle import AREAS

PEOPLE, DIFFERENT, SAMPLE = 1_000_000, 20_000, 20_000
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
SPEC = CONSENTED.model_copy(update={"pace": Pace(per_second=3, at_once=300), "cost": Cost(per_minute=0.1)})
"""Two weeks of calls and more."""


def leads(count: int) -> list[Lead]:
    """People of all area codes, the same ones every time."""
    rnd = random.Random(1)
    kinds = [(code, zones, states[0]) for code, states in sorted(AREAS.items()) for zones in rnd.sample(ZONES, 2)]
    types = (PhoneType.LANDLINE, PhoneType.MOBILE)
    found = []
    for i, (code, zones, state) in enumerate(rnd.choices(kinds, k=count)):
        phone = Phone(f"+1{code}{2_000_000 + i}", "US", types, zones)
        found.append(Lead(i + 2, Verdict.ACCEPTED, None, "", "", (), (), (phone,), zones, "state", state))
    return found


def stored(url: str) -> sa.Engine:
    """A ledger with a campaign of a million such people."""
    migrate(url, NOW)
    engine, of = connect(url), leads(DIFFERENT)
    with engine.begin() as conn:
        for at in range(PEOPLE // DIFFERENT):
            conn.execute(contacts.insert(), [_contact(lead, at) for lead in of])
    return engine


def _contact(lead: Lead, at: int) -> dict[str, Any]:
    return {
        "campaign_id": 1, "list_id": 1, "row": at * DIFFERENT + lead.row, "identity": f"{lead.phones[0].e164}{at}",
        "state": ContactState.READY, "reason": Reason.NEW, "next_at": NOW, "priority": 0, "position": 0,
        "numbers": number_values(lead.phones), "zones": ",".join(lead.zones), "zone_source": lead.zone_source,
        "region_state": lead.state,
    }  # fmt: skip


def told(crowd: Crowd) -> Forecast:
    """The forecast; nothing worked out before may help."""
    forget()
    seen = forecast(crowd, Rules.from_spec(SPEC), SPEC, NOW, ASSUMED)
    if seen.unreached or seen.finish.p50 is None or (seen.finish.p50 - NOW).days < 14:
        raise AssertionError(f"this is no campaign of two weeks: {seen.finish}")
    return seen


def drawn(count: int) -> int:
    """Each lead's calls, drawn one after the other; answers how many there are."""
    rnd, calls = random.Random(1), 0
    results, shares = zip(*ASSUMED.first.items(), strict=True)
    for _ in range(count):
        at, used, state = NOW, 0, ContactState.READY
        while state is ContactState.READY:
            used += 1
            step = next_step(rnd.choices(results, shares)[0], at, used, 0, 1, SPEC.retries)
            state, at = step.state, step.next_at or at
        calls += used
    return calls


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def run() -> list[Figure]:
    """Leads forecast per second, read already and from a ledger."""
    some = leads(DIFFERENT)
    again = PEOPLE // DIFFERENT
    peer_is = "drawing lead by lead, one truth, no hours"

    def peer() -> float:
        return rate(SAMPLE, lambda: drawn(SAMPLE))

    def read() -> float:
        return rate(PEOPLE, lambda: told(of_leads(chain.from_iterable(repeat(some, again)))))

    figures = [compare("leads", "leads", read, peer, peer_is)]
    with tempfile.TemporaryDirectory() as folder:
        engine = stored(f"sqlite:///{Path(folder) / 'ledger.sqlite'}")
        with engine.connect() as conn:

            def ledger() -> float:
                return rate(PEOPLE, lambda: told(of_campaign(conn, 1, NOW)))

            figures.append(compare("ledger", "leads", ledger, peer, peer_is))
        engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if sys.platform == "linux" else 1024)
    print(f"a million leads: {', '.join(f'{PEOPLE / each.ours:.1f} s' for each in figures)}; peak {peak // 1024} MB")
    return figures
