"""The rules over many people, and their next allowed instant, against asking minute by minute until every clock allows.

Two figures: ``decide`` judges a million contacts, nothing remembered before; ``next allowed`` finds the next open
second of a place that was asked about before, as all but the first contact of it do. The peer asks the tests' oracle,
which shares no code with the rules, one minute after the other.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from benchmarks.figure import Figure, compare
from benchmarks.people import CONSENTED
from campaigns.rules import law, openings
from campaigns.rules.decide import decide, decide_all
from campaigns.rules.facts import History, Person
from campaigns.rules.openings import next_span
from campaigns.rules.rules import Rules
from campaigns.rules.windows import seconds_of
from campaigns.vocabulary import PhoneType
from tests.rules_oracle import AREAS, Call, step

PEOPLE, SAMPLE, AGAIN = 1_000_000, 100, 1000
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
"""A Friday evening in America: who may not be called now waits for Saturday's or Monday's hours."""
RULES = Rules.from_spec(CONSENTED)
NOTHING = History()
ZONES = (
    *(("America/New_York",), ("America/Chicago",), ("America/Chicago", "America/New_York"), ("America/Los_Angeles",)),
    *(("America/Denver", "America/Boise"), ("America/Anchorage", "America/Adak"), ("Pacific/Honolulu",)),
)
ABROAD = (("GB", ("Europe/London",)), ("DE", ("Europe/Berlin",)), ("AU", ("Australia/Sydney", "Australia/Perth")))


def people(count: int) -> list[Person]:
    """People of all area codes, one in ten abroad, at random, the same ones every time."""
    rnd = random.Random(1)
    codes, types = sorted(AREAS), (PhoneType.MOBILE,)
    kinds = [(f"+1{code}", "US", zones) for code in codes for zones in rnd.sample(ZONES, 2)]
    kinds += [("+9990", region, zones) for region, zones in ABROAD] * (len(kinds) // 30)
    drawn = rnd.choices(kinds, k=count)
    return [Person(f"{prefix}{i:07}", region, types, zones) for i, (prefix, region, zones) in enumerate(drawn)]


def forget() -> None:
    """Nothing worked out before may help."""
    for kept in (openings.open_spans, openings.zone_spans, openings.clock_spans, openings.day_minutes, law.binding):
        kept.cache_clear()


def instants(crowd: list[Person]) -> list[datetime]:
    """When each may be called, by the rules."""
    return [decide(person, NOTHING, RULES, NOW).next_at or NOW for person in crowd]


def stepped(crowd: list[Person]) -> list[datetime | None]:
    """The same, minute by minute."""
    week = RULES.week
    calls = [Call(person.number, person.region, person.zones, week=week) for person in crowd]
    return [step(call, NOW, timedelta(days=7)) for call in calls]


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def run() -> list[Figure]:
    """People judged, and instants found, per second. Both sides must agree on the sample."""
    sample = people(SAMPLE)
    if instants(sample) != stepped(sample):
        raise AssertionError("the rules and the minutes disagree: there is nothing to compare")
    asked = [(person, NOTHING) for person in people(PEOPLE)]

    def cold() -> float:
        forget()
        return rate(PEOPLE, lambda: decide_all(asked, RULES, NOW))

    places, moment = [person.place for person in sample] * AGAIN, seconds_of(NOW)

    def warm() -> float:
        return rate(len(places), lambda: [next_span(place, RULES, moment) for place in places])

    def peer() -> float:
        return rate(SAMPLE, lambda: stepped(sample))

    return [
        compare("decide", "people", cold, peer, "stepping through the minutes"),
        compare("next allowed", "instants", warm, peer, "stepping through the minutes"),
    ]
