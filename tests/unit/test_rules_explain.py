"""What `dialer why` says of a lead: every rule in order, with the facts, in agreement with the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.rules.decide import decide
from campaigns.rules.explain import explain
from campaigns.rules.facts import Call, Check, History, Person
from campaigns.rules.rules import Rules
from campaigns.spec import Spec, parse_spec
from campaigns.vocabulary import PhoneType, Reason

RULES = Rules.from_spec(Spec(holidays=frozenset({date(2026, 11, 26)})))
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
DAWN = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
EITHER = (PhoneType.LANDLINE, PhoneType.MOBILE)
ANN = Person("+14235550100", "US", EITHER, ("America/New_York", "America/Chicago"), "TN", consent=True)
UNCALLED = History()


def say(person: Person = ANN, history: History = UNCALLED, rules: Rules = RULES, now: datetime = NOON) -> list[Check]:
    return explain(person, history, rules, now)


def facts_of(rule: str, checks: list[Check]) -> str:
    return next(check.facts for check in checks if check.rule == rule)


def test_every_rule_is_named_in_order_and_one_who_may_be_called_passes_all() -> None:
    checks = say()
    assert [check.rule for check in checks] == [
        *("suppression", "phone type", "time zone", "consent", "campaign dates"),
        *("hours", "hours", "call limit", "answer"),
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
        "(campaign 09:00-20:00; US law 08:00-21:00 (47 CFR 64.1200(c)(1); 16 CFR 310.4(c)); "
        "US-TN law 08:00-21:00 (T.C.A. 65-4-402))"
    )


def test_zones_that_read_the_same_share_a_line() -> None:
    twins = replace(ANN, zones=("America/New_York", "America/Detroit"))
    (line,) = [check for check in say(twins) if check.rule == "hours"]
    assert line.facts.startswith("America/New_York, America/Detroit: it is Mon 2026-11-23 12:00 -05:00 there")


def test_a_closed_date_is_named() -> None:
    thursday = say(now=NOON + 72 * HOUR)
    assert "callable today closed (campaign closed on this date;" in facts_of("hours", thursday)


LAWS = {
    "an automated call": (
        Person("+12075550100", "US", EITHER, ("America/New_York",), consent=True), NOON,
        "US-ME law on automated calls 09:00-17:00 (10 M.R.S. 1498(3))",
    ),
    "a holiday": (
        Person("+12055550100", "US", EITHER, ("America/Chicago",), consent=True), NOON + 72 * HOUR,
        "US-AL law closed on Thanksgiving (Ala. Admin. Code r. 770-X-5-.17(1)(b) and (2))",
    ),
    "a clock of its own": (
        Person("+16015550100", "US", EITHER, ("America/Chicago",), consent=True), datetime(2026, 7, 6, 17, tzinfo=UTC),
        "callable today 09:00-20:00 (campaign 09:00-20:00;",
    ),
    "no state": (
        Person("+18005550100", "US", EITHER, ("America/Chicago",), consent=True), NOON,
        "no state is known, so every American state's law, 10:00-17:00 (a state column would settle it)",
    ),
    "the default": (
        Person("+81312345678", "JP", EITHER, ("Asia/Tokyo",), consent=True), NOON,
        "default hours 09:00-20:00 (own choice, for countries without a row)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAWS)
def test_each_law_that_binds_is_named_with_its_hours_and_its_source(name: str) -> None:
    person, now, words = LAWS[name]
    assert words in facts_of("hours", say(person, now=now))


def test_what_the_user_added_closed_or_set_aside_is_named_with_the_reason_given() -> None:
    text = """
        [[law.hours]]
        jurisdiction = "US-TN"
        hours = "10:00-12:00"
        source = "our counsel"
        [[law.closed]]
        jurisdiction = "US"
        first = 2026-11-23
        last = 2026-11-24
        reason = "a storm"
        [[law.override]]
        jurisdiction = "US-TN"
        reason = "no sales call"
    """
    facts = facts_of("hours", say(rules=Rules.from_spec(parse_spec(text, "spring.toml"))))
    assert "callable today closed" in facts
    assert "US is closed until 2026-11-24: a storm" in facts
    assert "US-TN law on all calls was set aside: no sales call" in facts
    assert "your own hours for US-TN 10:00-12:00 (our counsel)" in facts
    assert "T.C.A." not in facts


def test_the_cap_is_counted_and_the_next_instant_named() -> None:
    history = History(calls=tuple(Call(NOON - hours * HOUR) for hours in (1, 2, 3, 30)))
    checks = say(history=history)
    assert facts_of("call limit", checks) == (
        "3 of at most 3 calls to this number in 24 hours (campaign file); one more from "
        "Tue 2026-11-24 09:00 -05:00 in America/New_York; "
        "Tue 2026-11-24 08:00 -06:00 in America/Chicago (2026-11-24 14:00 UTC)"
    )
    assert "may next be called at Tue 2026-11-24 10:00 -05:00 in America/New_York" in checks[-1].facts


def test_a_blocked_type_is_explained() -> None:
    checks = say(replace(ANN, types=(PhoneType.TOLL_FREE,)))
    assert "free for the caller; blocked are tollFree, premium" in facts_of("phone type", checks)
    assert checks[-1].facts == f"{Reason.BLOCKED_TYPE.meaning}; never, as things stand"


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
    "capped": (ANN, History(calls=(Call(NOON - HOUR),) * 3), RULES, NOON, "call limit"),
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
