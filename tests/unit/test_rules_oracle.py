"""The rules against the oracle: nobody called outside the law, nobody refused within it; the full size is in chaos.

And the other way round: with any one of the rules taken away, the oracle or a plain case objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.rules import caps, consent, facts, holidays, hours, law, openings, windows
from campaigns.rules import decide as deciding
from campaigns.rules.decide import decide
from campaigns.rules.facts import Call, History, Person, Place
from campaigns.rules.hours import HoursRow, hours_table
from campaigns.rules.rules import Rules
from campaigns.rules.states import states_of
from campaigns.vocabulary import PhoneType, Reason
from tests.rules_cases import COUNTRIES, compare, objection
from tests.rules_oracle import STATES

KEPT = (
    facts.place_of,
    law.jurisdictions_of,
    openings.open_spans,
    openings.zone_spans,
    openings.clock_spans,
    openings.day_minutes,
    law.binding,
)
TABLE = dict(hours_table())


def forget() -> None:
    for kept in (*KEPT, deciding._day_reason, holidays._days_of, caps._caps_on, consent._unmet):
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
ANN = Person("+12125550100", "US", (PhoneType.LANDLINE,), ("America/New_York",), "NY", consent=True)
WEEK = Rules(week=(((540, 1200),),) * 7)
CALLED = History(calls=(Call(NOON - timedelta(hours=1)),) * 3)
TOKYO = Person("+81312345678", "JP", (PhoneType.LANDLINE,), ("Asia/Tokyo",))
EITHER = replace(ANN, types=(PhoneType.LANDLINE, PhoneType.MOBILE))
NO_MOBILES = replace(WEEK, blocked=frozenset({PhoneType.MOBILE}))
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
    "consent": (
        replace(ANN, consent=None), History(), WEEK, Reason.NO_CONSENT, "consent_reason", lambda *_: None,
    ),
    "another ground": (
        replace(TOKYO, consent=None), History(), WEEK, Reason.NO_GROUND, "consent_reason", lambda *_: None,
    ),
    "a refusal": (replace(ANN, consent=False), History(), WEEK, Reason.CONSENT_REFUSED, "consent_reason",
                  lambda *_: None),
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


MIAMI = Person("+13055550100", "US", (PhoneType.LANDLINE,), ("America/New_York",), "FL", consent=True)
MAINE = replace(MIAMI, number="+12075550100", state="ME")
PARIS = Person("+33142685300", "FR", (PhoneType.LANDLINE,), ("Europe/Paris",), consent=True)
OREGON = Person("+15035550100", "US", (PhoneType.LANDLINE,), ("America/Los_Angeles",), "OR", consent=True)
DUBAI = Person("+97142345678", "AE", (PhoneType.LANDLINE,), ("Asia/Dubai",), consent=True)
ALWAYS = replace(WEEK, week=(((0, 1440),),) * 7, limits=())
DEBT = replace(ALWAYS, purpose="debt")
FROM = NOON - timedelta(minutes=30)  # of every place's lawful hours


def called(*ages_h: float, spoke: bool = False) -> History:
    return History(calls=tuple(Call(FROM - timedelta(hours=age), spoke=spoke) for age in ages_h))


CAPPED: dict[str, tuple[Person, History, Rules, datetime]] = {
    "US-FL": (MIAMI, called(1, 2, 3), ALWAYS, NOON),
    "US-MD": (replace(MIAMI, number="+14105550100", state="MD"), called(1, 2, 3), ALWAYS, NOON),
    "US-OK": (replace(MIAMI, number="+14055550100", state="OK", zones=("America/Chicago",)), called(1, 2, 3), ALWAYS,
              NOON),
    "US-OR": (OREGON, called(1, 2, 3), ALWAYS, NOON),
    "US-ME": (MAINE, called(1), ALWAYS, NOON),
    "FR": (PARIS, called(24, 48, 72, 96), ALWAYS, NOON),
    "AE": (DUBAI, called(1), ALWAYS, NOON - timedelta(hours=8)),
    "*": (replace(TOKYO, consent=True), called(1, 2, 3), ALWAYS, NOON - timedelta(hours=10)),
    "US": (replace(MIAMI, number="+16145550100", state="OH"), called(1, spoke=True), DEBT, NOON),
}  # fmt: skip


@pytest.mark.parametrize("jurisdiction", CAPPED)
def test_with_the_caps_of_a_law_taken_away_somebody_is_called_too_often(
    jurisdiction: str, mutant: pytest.MonkeyPatch
) -> None:
    person, history, rules, now = CAPPED[jurisdiction]
    history = History(calls=tuple(call._replace(at=call.at - (NOON - now)) for call in history.calls))
    assert not decide(person, history, rules, now).allowed
    rest = {name: rows for name, rows in caps.caps_table().items() if name != jurisdiction}
    rest |= {jurisdiction: ()} if jurisdiction not in ("*",) else {}
    mutant.setattr(caps, "caps_table", lambda: rest | ({"*": ()} if jurisdiction != "*" else {}))
    caps._caps_on.cache_clear()
    assert decide(person, history, rules, now).allowed


def test_every_jurisdiction_with_caps_is_among_them() -> None:
    assert set(CAPPED) == set(caps.caps_table())


@pytest.mark.parametrize("jurisdiction", sorted(consent.consent_table()))
def test_with_the_consent_rows_of_a_law_taken_away_somebody_is_called_without(
    jurisdiction: str, mutant: pytest.MonkeyPatch
) -> None:
    region, _, state = ("JP" if jurisdiction == "*" else jurisdiction).partition("-")
    if region == "US" and not state:
        state = "OH"
    person = Person("+99955501", region, (PhoneType.LANDLINE,), ("America/New_York",), state or None)
    table = consent.consent_table()
    alone = {name: rows for name, rows in table.items() if name == jurisdiction}
    mutant.setattr(consent, "consent_table", lambda: alone)
    consent._unmet.cache_clear()
    assert consent.consent_reason(person, WEEK, NOON) is not None
    mutant.setattr(consent, "consent_table", dict)
    consent._unmet.cache_clear()
    assert consent.consent_reason(person, WEEK, NOON) is None
