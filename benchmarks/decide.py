"""``rules.decide`` over many people, against stepping through the minutes until every clock on the wall allows it."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.figure import Figure, compare
from campaigns.rules import openings
from campaigns.rules.decide import decide
from campaigns.rules.facts import History, Person
from campaigns.rules.rules import Rules
from campaigns.spec import Spec
from campaigns.vocabulary import PhoneType

PEOPLE, SAMPLE = 100_000, 200
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
"""A Friday evening in America: who may not be called now waits for Saturday's hours."""
MINUTE = timedelta(minutes=1)
RULES = Rules.from_spec(Spec())
PLACES = (
    (("America/New_York",), "US", "NY"),
    (("America/Chicago",), "US", "IL"),
    (("America/Chicago", "America/New_York"), "US", "TN"),
    (("America/Denver", "America/Boise"), "US", None),
    (("America/Los_Angeles",), "US", "CA"),
    (("America/Anchorage", "America/Adak"), "US", "AK"),
    (("Pacific/Honolulu",), "US", "HI"),
    (("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"), "US", None),
    (("Europe/London",), "GB", None),
    (("Europe/Berlin",), "DE", None),
    (("Australia/Sydney", "Australia/Perth"), "AU", None),
)


def people(count: int) -> list[Person]:
    """People of all places, at random, the same ones every time."""
    rnd = random.Random(1)
    drawn = (rnd.choice(PLACES) for _ in range(count))
    return [
        Person(f"+1212{i:07}", region, (PhoneType.MOBILE,), zones, state)
        for i, (zones, region, state) in enumerate(drawn)
    ]


def decided(crowd: list[Person]) -> list[datetime]:
    """When each may be called, by the rules; what they remember of places is forgotten first."""
    openings.open_spans.cache_clear()
    openings.zone_spans.cache_clear()
    nothing = History()
    return [decide(person, nothing, RULES, NOW).next_at or NOW for person in crowd]


def stepped(crowd: list[Person]) -> list[datetime]:
    """The same, minute by minute."""
    return [_step(person) for person in crowd]


def _step(person: Person) -> datetime:
    moment = NOW
    while not all(_open(moment.astimezone(ZoneInfo(name)), person.region) for name in person.zones):
        moment += MINUTE
    return moment


def _open(wall: datetime, region: str) -> bool:
    minute = wall.hour * 60 + wall.minute
    lawful = region != "US" or 480 <= minute < 1260
    return lawful and any(start <= minute < end for start, end in RULES.week[wall.weekday()])


def run() -> Figure:
    """People judged per second. Both sides must agree on the sample."""
    crowd, sample = people(PEOPLE), people(SAMPLE)
    if decided(sample) != stepped(sample):
        raise AssertionError("the rules and the minutes disagree: there is nothing to compare")

    def ours() -> float:
        began = time.perf_counter()
        decided(crowd)
        return PEOPLE / (time.perf_counter() - began)

    def peer() -> float:
        began = time.perf_counter()
        stepped(sample)
        return SAMPLE / (time.perf_counter() - began)

    return compare("decide", "people", ours, peer, "stepping through the minutes")
