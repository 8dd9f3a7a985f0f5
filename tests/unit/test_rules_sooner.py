"""What would bring a call forward: each change is tried, and none is named that would not help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.rules.facts import Call, Closure, History, Person
from campaigns.rules.rules import Rules
from campaigns.rules.sooner import sooner
from campaigns.spec import Limit, parse_spec
from campaigns.vocabulary import PhoneType, Reason
from tests.agreed import CONSENT_TABLE

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
"""A Monday noon in New York."""
RULES = Rules.from_spec(parse_spec(CONSENT_TABLE, "c.toml"))
OHIO = Person("+16145550100", "US", (PhoneType.MOBILE,), ("America/New_York",), "OH")
EVENING = NOON + 8 * HOUR + HOUR / 2  # 20:30: the campaign closed at 20:00, the law closes at 21:00
STORM = Closure("US-OH", date(2026, 11, 23), date(2026, 11, 24), "a storm")


def wishes(person: Person, rules: Rules, now: datetime = NOON, history: History | None = None) -> dict[str, datetime]:
    found = sooner(person, history or History(), rules, now)
    return {wish.words: wish.at for wish in found}


def test_who_may_be_called_needs_nothing() -> None:
    assert wishes(OHIO, RULES) == {}


def test_hours_until_nine_would_allow_it_today() -> None:
    assert wishes(OHIO, RULES, EVENING) == {
        "wider hours (08:00-21:00 would be lawful on Mon 2026-11-23 in America/New_York)": EVENING
    }


def test_where_the_law_is_what_closes_nothing_helps_before_it_opens() -> None:
    night = NOON + 10 * HOUR
    assert wishes(OHIO, RULES, night) == {
        "wider hours (08:00-21:00 would be lawful on Tue 2026-11-24 in America/New_York)": NOON + 20 * HOUR
    }
    lawful = replace(RULES, week=(((0, 1440),),) * 7)
    assert wishes(OHIO, lawful, night) == {}


@pytest.mark.parametrize(
    ("rules", "change"),
    [
        (replace(RULES, start=NOON + HOUR), "an earlier start"),
        (replace(RULES, end=NOON - HOUR), "a later end"),
        (replace(RULES, closed=frozenset({date(2026, 11, 23)})), "without the campaign's own holidays"),
        (replace(RULES, closures=(STORM,)), "without the places you closed"),
        (replace(RULES, attestation=""), "the person's consent, in a column or attested in [consent]"),
        (replace(RULES, blocked=frozenset({PhoneType.MOBILE})), "without mobile in [phones] blocked"),
        (
            Rules.from_spec(parse_spec(CONSENT_TABLE + '[[law.hours]]\njurisdiction = "US-OH"\nhours = "closed"\n'
                                       'source = "our counsel"', "c.toml")),
            "without your own [[law.hours]]",
        ),
    ],
)  # fmt: skip
def test_the_one_thing_in_the_way_is_named_first(rules: Rules, change: str) -> None:
    found = wishes(OHIO, rules)
    assert next(iter(found.items())) == (change, NOON)
    assert [at for at in found.values() if at <= NOON] == [NOON]


@pytest.mark.parametrize(
    ("limit", "change"),
    [
        (Limit("number", "calls", 1, 24 * HOUR), "without [caps] per_number_24h = 1"),
        (Limit("person", "calls", 1, 48 * HOUR), 'without [caps] per_person = "1 in 2d"'),
        (Limit("client", "calls", 1, 48 * HOUR), 'without [caps] per_client = "1 in 2d"'),
        (Limit("person", "calls", 1, 3 * HOUR, gap=True), 'without [caps] min_gap = "3h"'),
    ],
)
def test_a_cap_of_the_campaigns_own_is_named_by_its_key(limit: Limit, change: str) -> None:
    history = History(calls=(Call(NOON - HOUR),))
    assert wishes(OHIO, replace(RULES, limits=(limit,)), history=history) == {change: NOON}


def test_of_two_caps_in_the_way_the_one_that_frees_last_helps_a_little() -> None:
    rules = replace(RULES, limits=(Limit("number", "calls", 1, 2 * HOUR), Limit("person", "calls", 1, 3 * HOUR)))
    history = History(calls=(Call(NOON - HOUR),))
    assert wishes(OHIO, rules, history=history) == {'without [caps] per_person = "1 in 3h"': NOON + HOUR}


def test_what_the_list_leaves_open_is_named() -> None:
    nine_eastern = datetime(2026, 11, 23, 14, tzinfo=UTC)
    kentucky = Person("+12705550118", "US", (PhoneType.MOBILE,), ("America/New_York", "America/Chicago"), "TN", True)
    early = replace(RULES, week=(((480, 1200),),) * 7)
    ten_eastern = nine_eastern + HOUR
    settled = wishes(kentucky, early, ten_eastern)
    assert settled == {"a zone column that settles where the person is (if it is America/New_York)": ten_eastern}
    unknown = replace(OHIO, number="+15005550100", state=None)
    assert "a state column" in next(iter(wishes(unknown, early, nine_eastern)))
    either = replace(OHIO, types=(PhoneType.MOBILE, PhoneType.PAGER))
    assert wishes(either, RULES)['undecided = "allow" in [phones]'] == NOON


def test_nobody_is_told_to_set_the_law_or_a_list_aside() -> None:
    assert wishes(OHIO, RULES, history=History(Reason.DNC_GLOBAL)) == {}
    assert wishes(replace(OHIO, consent=False), RULES) == {}
    assert wishes(replace(OHIO, zones=()), RULES) == {}
