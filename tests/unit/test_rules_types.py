"""Phone types: blocked, allowed or undecided, for every type and every set of candidates (calling rules, §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest

from campaigns.leads.lead import Refusal
from campaigns.leads.numbers.phones import read_phones
from campaigns.rules.decide import LOOK_UP_WAIT, decide, decide_all, screen, type_reason
from campaigns.rules.explain import explain
from campaigns.rules.facts import Call, Decision, History, Person
from campaigns.rules.rules import Rules
from campaigns.spec import Phones, Spec
from campaigns.vocabulary import PhoneType, Reason

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
ANN = Person("+12125550100", "US", (PhoneType.LANDLINE, PhoneType.MOBILE), ("America/New_York",), "NY", consent=True)
SETS = [set(found) for size in (1, 2, 3) for found in combinations(PhoneType, size)]
NO_MOBILES = Rules.from_spec(Spec(phones=Phones(blocked=frozenset({PhoneType.MOBILE}))))
ASKING = replace(NO_MOBILES, look_up=True)
UNCALLED = History()


def test_a_subset_of_what_is_blocked_is_blocked_what_is_disjoint_is_not_and_the_rest_is_undecided() -> None:
    blocked = {PhoneType.MOBILE, PhoneType.PREMIUM, PhoneType.NONE}
    rules = replace(NO_MOBILES, blocked=frozenset(blocked))
    for candidates in SETS:
        person = replace(ANN, types=tuple(candidates))
        all_in, none_in = all(kind in blocked for kind in candidates), not any(kind in blocked for kind in candidates)
        expected = Reason.BLOCKED_TYPE if all_in else None if none_in else Reason.UNDECIDED_TYPE
        assert type_reason(person, rules) is expected, candidates
        assert type_reason(person, replace(rules, allow_undecided=True)) is (Reason.BLOCKED_TYPE if all_in else None)


@pytest.mark.parametrize("kind", PhoneType)
def test_each_of_the_thirteen_can_be_blocked_by_the_campaign_and_by_the_agent(kind: PhoneType) -> None:
    person = replace(ANN, types=(kind,))
    nothing = Phones(blocked=frozenset())
    for rules in (
        Rules.from_spec(Spec(phones=Phones(blocked=frozenset({kind})))),
        Rules.from_spec(Spec(phones=nothing), (), [kind]),
    ):
        assert decide(person, UNCALLED, rules, NOON) == Decision(False, Reason.BLOCKED_TYPE)
    assert decide(person, UNCALLED, Rules.from_spec(Spec(phones=nothing)), NOON).allowed


def test_without_any_type_a_phone_is_of_the_thirteenth() -> None:
    assert type_reason(replace(ANN, types=()), replace(NO_MOBILES, blocked=frozenset({PhoneType.NONE})))
    assert type_reason(replace(ANN, types=()), NO_MOBILES) is None


def test_with_mobiles_blocked_every_american_number_is_undecided() -> None:
    found = read_phones("+12125550100", None)
    assert not isinstance(found, Refusal)
    assert type_reason(replace(ANN, types=found[0].types), NO_MOBILES) is Reason.UNDECIDED_TYPE


def test_a_look_up_is_the_last_rule_and_none_is_asked_for_who_is_not_called_anyway() -> None:
    assert screen(ANN, UNCALLED, ASKING, NOON) is None
    assert decide(ANN, UNCALLED, ASKING, NOON) == Decision(False, Reason.UNDECIDED_TYPE, next_at=NOON + LOOK_UP_WAIT)
    midnight = NOON.replace(hour=5)
    assert decide(ANN, UNCALLED, ASKING, midnight).reason is Reason.OUTSIDE_HOURS
    assert decide(ANN, History(Reason.DNC_GLOBAL), ASKING, NOON).reason is Reason.DNC_GLOBAL
    assert decide(ANN, History(calls=(Call(NOON),) * 3), ASKING, NOON).reason is Reason.ATTEMPT_CAP
    assert decide(replace(ANN, types=(PhoneType.MOBILE,)), UNCALLED, ASKING, NOON).reason is Reason.BLOCKED_TYPE
    assert decide(replace(ANN, types=(PhoneType.LANDLINE,)), UNCALLED, ASKING, NOON).allowed


def test_where_a_look_up_could_not_tell_the_campaigns_choice_holds() -> None:
    asked = replace(ANN, looked_up=True)
    assert decide(asked, UNCALLED, ASKING, NOON) == Decision(False, Reason.UNDECIDED_TYPE)
    assert decide(asked, UNCALLED, replace(ASKING, allow_undecided=True), NOON).allowed
    both = decide_all([(ANN, UNCALLED), (asked, UNCALLED)], replace(ASKING, allow_undecided=True), NOON)
    assert [decision.allowed for decision in both] == [False, True]


@pytest.mark.parametrize("rules", [NO_MOBILES, ASKING, replace(NO_MOBILES, allow_undecided=True)])
@pytest.mark.parametrize("looked_up", [False, True])
def test_the_first_check_that_fails_is_the_reason(rules: Rules, looked_up: bool) -> None:
    person = replace(ANN, looked_up=looked_up)
    *checks, answer = explain(person, UNCALLED, rules, NOON)
    decision = decide(person, UNCALLED, rules, NOON)
    failed = [check.rule for check in checks if not check.passed]
    assert answer.passed == decision.allowed == (not failed)
    assert failed in ([], ["phone type"], ["look-up"])
