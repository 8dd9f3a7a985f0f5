"""What `dialer why` says of a lead: every rule in order, with the facts, in agreement with the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.rules.decide import decide
from campaigns.rules.explain import explain
from campaigns.rules.facts import Check, History, Person
from campaigns.rules.rules import Rules
from campaigns.spec import Spec
from campaigns.vocabulary import PhoneType, Reason

RULES = Rules.from_spec(Spec(holidays=frozenset({date(2026, 11, 26)})))
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
DAWN = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
EITHER = (PhoneType.LANDLINE, PhoneType.MOBILE)
ANN = Person("+16065550100", "US", EITHER, ("America/New_York", "America/Chicago"), "KY")
UNCALLED = History()


def say(person: Person = ANN, history: History = UNCALLED, rules: Rules = RULES, now: datetime = NOON) -> list[Check]:
    return explain(person, history, rules, now)


def facts_of(rule: str, checks: list[Check]) -> str:
    return next(check.facts for check in checks if check.rule == rule)


def test_every_rule_is_named_in_order_and_one_who_may_be_called_passes_all() -> None:
    checks = say()
    assert [check.rule for check in checks] == [
        *("suppression", "phone type", "time zone", "campaign dates"),
        *("hours", "hours", "calls within 24 hours", "answer"),
    ]
    assert all(check.passed for check in checks)
    assert checks[-1].facts == (
        "may be called now, until Mon 2026-11-23 20:00 -05:00 in America/New_York; "
        "Mon 2026-11-23 19:00 -06:00 in America/Chicago (2026-11-24 01:00 UTC)"
    )


def test_hours_show_the_local_time_the_windows_and_the_law_with_its_source() -> None:
    eastern, central = (check for check in say(now=DAWN + HOUR) if check.rule == "hours")
    assert eastern.passed
    assert not central.passed
    assert central.facts == (
        "America/Chicago: it is Mon 2026-11-23 08:30 -06:00 there; callable today 09:00-20:00 "
        "(campaign 09:00-20:00; US law 08:00-21:00 (47 CFR 64.1200(c)(1)))"
    )


def test_zones_that_read_the_same_share_a_line() -> None:
    twins = replace(ANN, zones=("America/New_York", "America/Detroit"))
    (line,) = [check for check in say(twins) if check.rule == "hours"]
    assert line.facts.startswith("America/New_York, America/Detroit: it is Mon 2026-11-23 12:00 -05:00 there")


def test_a_closed_date_is_named() -> None:
    thursday = say(now=NOON + 72 * HOUR)
    assert "callable today closed (campaign closed on this date;" in facts_of("hours", thursday)


def test_the_cap_is_counted_and_the_next_instant_named() -> None:
    history = History(recent=(NOON - HOUR, NOON - 2 * HOUR, NOON - 3 * HOUR, NOON - 30 * HOUR))
    checks = say(history=history)
    assert facts_of("calls within 24 hours", checks) == (
        "called 3 of at most 3 times within 24 hours; one more from Tue 2026-11-24 09:00 -05:00 in America/New_York; "
        "Tue 2026-11-24 08:00 -06:00 in America/Chicago (2026-11-24 14:00 UTC)"
    )
    assert "may next be called at Tue 2026-11-24 10:00 -05:00 in America/New_York" in checks[-1].facts


def test_a_blocked_type_is_explained() -> None:
    checks = say(replace(ANN, types=(PhoneType.TOLL_FREE,)))
    assert "free for the caller; the campaign blocks tollFree, premium" in facts_of("phone type", checks)
    assert checks[-1].facts == "the number is of a phone type that the campaign blocks; never, as things stand"


def test_an_unknown_zone_is_explained_with_what_would_settle_it() -> None:
    facts = facts_of("time zone", say(replace(ANN, zones=("Mars/Olympus",))))
    assert '"Mars/Olympus" is no IANA time zone' in facts
    assert "a zone, state or ZIP column would settle it" in facts


SITUATIONS = {
    "allowed": (ANN, History(), RULES, NOON, None),
    "suppressed": (ANN, History(suppressed=Reason.DNC_CLIENT), RULES, NOON, "suppression"),
    "blocked": (replace(ANN, types=(PhoneType.PAGER,)), History(), RULES, NOON, "phone type"),
    "no type": (replace(ANN, types=()), History(), RULES, NOON, "phone type"),
    "no zone": (replace(ANN, zones=()), History(), RULES, NOON, "time zone"),
    "not started": (ANN, History(), replace(RULES, start=NOON + HOUR), NOON, "campaign dates"),
    "ended": (ANN, History(), replace(RULES, end=NOON), NOON, "campaign dates"),
    "too early": (ANN, History(), RULES, DAWN, "hours"),
    "holiday": (ANN, History(), RULES, NOON + 72 * HOUR, "hours"),
    "never open": (replace(ANN, zones=("Asia/Tokyo", "America/New_York")), History(), RULES, NOON, "hours"),
    "capped": (ANN, History(recent=(NOON - HOUR,) * 3), RULES, NOON, "calls within 24 hours"),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_checks_agree_with_the_decision(name: str) -> None:
    person, history, rules, now, failing = SITUATIONS[name]
    checks, decision = explain(person, history, rules, now), decide(person, history, rules, now)
    assert next((check.rule for check in checks if not check.passed), None) == failing
    assert all(check.passed for check in checks) == decision.allowed == checks[-1].passed
    if decision.reason:
        assert checks[-1].facts.startswith(decision.reason.meaning)
    if not decision.next_at and not decision.allowed:
        assert checks[-1].facts.endswith("never, as things stand")
