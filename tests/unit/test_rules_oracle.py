"""The rules against the oracle: nobody called outside the law, nobody refused within it; the full size is in chaos.

And the other way round: with any one of the rules taken away, the oracle or a plain case objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.rules import decide as deciding
from campaigns.rules import facts, holidays, hours, law, openings, windows
from campaigns.rules.decide import decide
from campaigns.rules.facts import History, Person, Place
from campaigns.rules.hours import HoursRow, hours_table
from campaigns.rules.rules import Rules
from campaigns.rules.states import states_of
from campaigns.vocabulary import PhoneType, Reason
from tests.rules_cases import COUNTRIES, compare, objection
from tests.rules_oracle import STATES

KEPT = (
    facts._place,
    law.jurisdictions_of,
    openings.open_spans,
    openings.zone_spans,
    openings.clock_spans,
    openings.day_minutes,
    law.binding,
)
TABLE = dict(hours_table())


def forget() -> None:
    for kept in (*KEPT, deciding._day_reason, holidays._days_of):
        kept.cache_clear()


@pytest.fixture
def mutant() -> Iterator[pytest.MonkeyPatch]:
    """A way to take a rule away, with nothing remembered from before or after."""
    forget()
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    forget()


def test_the_rules_agree_with_a_judge_who_looks_at_every_wall_clock() -> None:
    found = compare(seed=1, calls=700, each=10)
    assert found.faults == []
    assert found.cases == 7000
    assert found.stepped > 100
    assert 1000 < found.called < 6000
    assert {*STATES, *COUNTRIES, "US"} <= set(found.jurisdictions)
    assert len(found.zones) >= 30


def rows_where(keep: Callable[[HoursRow], bool]) -> Mapping[str, tuple[HoursRow, ...]]:
    return {name: tuple(row for row in rows if keep(row)) for name, rows in TABLE.items() if any(map(keep, rows))}


def without(jurisdiction: str) -> Mapping[str, tuple[HoursRow, ...]]:
    return {name: rows for name, rows in TABLE.items() if name != jurisdiction}


def first_zone_only(person: Person) -> Place:
    return Place(person.zones[:1], person.region, states_of(person.number, person.region, person.state))


MUTANTS: dict[str, tuple[Any, str, Any]] = {
    "every zone": (facts.Person, "place", property(first_zone_only)),
    "the state column": (facts, "states_of", lambda number, region, _: states_of(number, region, None)),
    "the area code": (facts, "states_of", lambda _, region, state: states_of("", region, state) or ("OH",)),
    "an unknown state": (law, "states_known", lambda: ["US-OH"]),
    "federal law": (law, "hours_table", lambda: without("US")),
    "the laws of the states": (law, "jurisdictions_of", lambda place: ("US",) if place.states else (place.region,)),
    "the laws of countries": (law, "hours_table", lambda: rows_where(lambda row: row.jurisdiction[:2] in ("US", "*"))),
    "the default": (law, "hours_table", lambda: without("*")),
    "the rows on automated calls": (law, "hours_table", lambda: rows_where(lambda row: row.voice == "live")),
    "the rows on live calls": (law, "hours_table", lambda: rows_where(lambda row: row.voice == "automated")),
    "the dates of rows": (hours.HoursRow, "in_force", lambda row, day: True),
    "holidays": (hours, "holiday_on", lambda calendars, day: None),
    "observed days": (holidays, "_observed", lambda day, how, taken: day),
    "eves": (hours, "EVE", "never"),
    "a statute's own clock": (openings, "clock_spans", lambda *_: ()),
    "closures": (openings, "closure_on", lambda *_: None),
    "the campaign's hours": (openings, "union", lambda spans: windows.union(spans) or ((0, 1440),)),
    "what the user set aside": (law, "_set_aside", lambda *_: False),
}
ONLY = {"eves": "IT", "a statute's own clock": "US-MS", "an unknown state": "unknown"}
"""Rules of so few that these are asked alone."""


@pytest.mark.parametrize("name", MUTANTS)
def test_with_a_rule_of_hours_taken_away_the_oracle_objects(name: str, mutant: pytest.MonkeyPatch) -> None:
    where, what, instead = MUTANTS[name]
    mutant.setattr(where, what, instead)
    if what == "jurisdictions_of":
        mutant.setattr(openings, what, instead)
    assert objection(seed=1, calls=700, each=10, only=ONLY.get(name)), f"nobody missed {name}"


@pytest.mark.parametrize("only", sorted(set(ONLY.values())))
def test_with_every_rule_in_place_it_does_not(only: str) -> None:
    assert objection(seed=1, calls=150, each=10, only=only) is None


NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
ANN = Person("+12125550100", "US", (PhoneType.LANDLINE,), ("America/New_York",), "NY")
WEEK = Rules(week=(((540, 1200),),) * 7)
EITHER = replace(ANN, types=(PhoneType.LANDLINE, PhoneType.MOBILE))
NO_MOBILES = replace(WEEK, blocked=frozenset({PhoneType.MOBILE}))
CALLED = History(recent=(NOON - timedelta(hours=1),) * 3)
REFUSED: dict[str, tuple[Person, History, Rules, Reason, str, Any]] = {
    "suppression": (ANN, History(Reason.DNC_GLOBAL), WEEK, Reason.DNC_GLOBAL, "", None),
    "phone types": (
        ANN, History(), replace(WEEK, blocked=frozenset({PhoneType.LANDLINE})), Reason.BLOCKED_TYPE,
        "type_reason", lambda *_: None,
    ),
    "undecided types": (
        EITHER, History(), NO_MOBILES, Reason.UNDECIDED_TYPE, "is_undecided", lambda *_: False,
    ),
    "the look-up": (
        EITHER, History(), replace(NO_MOBILES, look_up=True, allow_undecided=True), Reason.UNDECIDED_TYPE,
        "awaits_look_up", lambda *_: False,
    ),
    "the zone": (replace(ANN, zones=()), History(), WEEK, Reason.NO_TIME_ZONE, "zone_reason", lambda *_: None),
    "the cap": (ANN, CALLED, WEEK, Reason.ATTEMPT_CAP, "cap_ends", lambda *_: None),
    "the start": (ANN, History(), replace(WEEK, start=NOON + timedelta(hours=1)), Reason.NOT_STARTED, "", None),
    "the end": (ANN, History(), replace(WEEK, end=NOON), Reason.CAMPAIGN_ENDED, "", None),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_every_other_rule_refuses_and_without_it_the_reason_is_gone(name: str, mutant: pytest.MonkeyPatch) -> None:
    person, history, rules, reason, what, instead = REFUSED[name]
    assert decide(person, history, rules, NOON).reason is reason
    if what:
        mutant.setattr(deciding, what, instead)
    else:
        history, rules = replace(history, suppressed=None), replace(rules, start=None, end=None)
    assert decide(person, history, rules, NOON).reason is not reason
