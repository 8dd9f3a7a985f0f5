"""How often somebody may be called: each cap by hand, at its edges, and the table against what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.errors import InputRefused
from campaigns.rules.caps import caps_on, caps_table, last_to_free, parse_caps
from campaigns.rules.decide import decide
from campaigns.rules.facts import Call, History, Override, Person
from campaigns.rules.rules import Rules
from campaigns.shipped import table
from campaigns.spec import Limit, Spec, parse_spec, write_duration
from campaigns.vocabulary import PhoneType, Reason
from tests.agreed import CONSENT

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
"""A Monday noon in New York."""
ALL_WEEK = (((0, 1440),),) * 7
RULES = replace(Rules.from_spec(Spec.model_validate({"consent": CONSENT})), week=ALL_WEEK, limits=())
TYPES = (PhoneType.MOBILE,)
MIAMI = Person("+13055550100", "US", TYPES, ("America/New_York",), "FL")
OHIO = Person("+16145550100", "US", TYPES, ("America/New_York",), "OH")
MAINE = Person("+12075550100", "US", TYPES, ("America/New_York",), "ME")
PARIS = Person("+33142685300", "FR", TYPES, ("Europe/Paris",))
TOKYO = Person("+81312345678", "JP", TYPES, ("Asia/Tokyo",))


def calls(*ages: timedelta, **which: bool) -> History:
    return History(calls=tuple(Call(NOON - age, **which) for age in ages))


def frees(person: Person, history: History, rules: Rules = RULES) -> datetime | None:
    found = last_to_free(person, history, rules, NOON)
    return found[0] if found else None


READ = {
    "US": {"debt 7 calls subject 7d", "debt 1 conversations subject 7d"},
    "US-FL": {"3 calls subject 1d"}, "US-MD": {"3 calls subject 1d"}, "US-OK": {"3 calls subject 1d"},
    "US-OR": {"3 calls person 1d"}, "US-ME": {"automated 1 calls person 8h"}, "FR": {"4 calls client 30d"},
    "AE": {"1 calls client 1d", "2 calls client 7d"}, "*": {"3 calls person 1d"},
}  # fmt: skip
"""The table of the study of calling rules, written out by hand."""


def test_the_table_says_what_was_read_in_the_law() -> None:
    found = {
        name: {
            " ".join(filter(None, [
                row.voice if row.voice != "live" else "", " ".join(row.purposes), str(row.limit.most), row.limit.events,
                row.limit.counted, write_duration(row.limit.window),
            ]))
            for row in rows
        }
        for name, rows in caps_table().items()
    }  # fmt: skip
    assert found == READ


@pytest.mark.parametrize("missing", ["source", "certainty"])
def test_a_row_without_its_source_is_refused_with_its_line(missing: str) -> None:
    lines = [*table("rules/data/caps.csv")]
    lines[2] = lines[2] | {missing: ""}
    with pytest.raises(InputRefused, match=r"caps\.csv line 4: a rule needs its source"):
        parse_caps(lines, "caps.csv")


@pytest.mark.parametrize(
    "change", [{"counted": "house"}, {"events": "letters"}, {"limit": "0"}, {"window": "soon"}, {"voice": "loud"},
               {"purposes": "fun"}, {"effective_from": "once"}],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(InputRefused, match=r"caps\.csv line 2: "):
        parse_caps([table("rules/data/caps.csv")[0] | change], "caps.csv")


@pytest.mark.parametrize(
    ("person", "history", "free"),
    [
        (MIAMI, calls(HOUR, 2 * HOUR), None),
        (MIAMI, calls(HOUR, 2 * HOUR, 23 * HOUR), NOON + HOUR),
        (MIAMI, calls(HOUR, 2 * HOUR, 24 * HOUR), None),  # a day old: no longer counts
        (MIAMI, calls(HOUR, 2 * HOUR, 3 * HOUR, number=False), NOON + 21 * HOUR),  # whatever number was called
        (MIAMI, calls(HOUR, 2 * HOUR, 3 * HOUR, subject=False), None),  # about something else
        (replace(MIAMI, state="OH"), calls(HOUR, 2 * HOUR, 3 * HOUR), NOON + 21 * HOUR),  # the area code binds, too
        (OHIO, calls(HOUR, 2 * HOUR, 3 * HOUR), None),
        (replace(OHIO, number="+15005550100", state=None), calls(HOUR, 2 * HOUR, 3 * HOUR), NOON + 21 * HOUR),
        (MAINE, calls(7 * HOUR), NOON + HOUR),
        (MAINE, calls(8 * HOUR), None),
        (PARIS, calls(*(n * DAY for n in (1, 5, 9))), None),
        (PARIS, calls(*(n * DAY for n in (1, 5, 9, 29))), NOON + DAY),
        (PARIS, calls(*(n * DAY for n in (1, 5, 9, 29)), client=False), None),  # for another client
        (PARIS, calls(*(n * DAY for n in (1, 5, 9, 30))), None),
        (TOKYO, calls(HOUR, 2 * HOUR, 3 * HOUR, subject=False, client=False, number=False), NOON + 21 * HOUR),
    ],
)
def test_the_laws_caps(person: Person, history: History, free: datetime | None) -> None:
    assert frees(person, history) == free


def test_a_human_voice_is_not_bound_by_maines_cap_on_automated_calls() -> None:
    assert frees(MAINE, calls(HOUR), replace(RULES, voice="human")) is None


def test_debt_keeps_seven_calls_in_seven_days_and_silence_after_a_conversation() -> None:
    debt = replace(RULES, purpose="debt")
    six = [n * DAY for n in range(1, 7)]
    assert frees(OHIO, calls(*six), debt) is None
    assert frees(OHIO, calls(*six, HOUR), debt) == NOON + DAY
    assert frees(OHIO, calls(*six, HOUR)) is None  # no debt
    assert frees(OHIO, calls(*six, HOUR, subject=False), debt) is None  # of other debts
    spoken = History(calls=(Call(NOON - 2 * DAY, spoke=True),))
    assert frees(OHIO, spoken, debt) == NOON + 5 * DAY
    assert decide(OHIO, spoken, debt, NOON).reason is Reason.SPOKEN_LATELY
    assert frees(OHIO, spoken) is None
    assert frees(OHIO, History(calls=(Call(NOON - 7 * DAY, spoke=True),)), debt) is None


def test_a_dated_row_binds_from_its_date_on_and_the_next_instant_minds_it() -> None:
    oregon = Person("+15035550100", "US", TYPES, ("America/Los_Angeles",), "OR")
    before = datetime(2025, 12, 30, 20, tzinfo=UTC)
    three = History(calls=tuple(Call(before - n * HOUR) for n in (1, 2, 3)))
    assert decide(oregon, three, RULES, before).allowed
    evening = datetime(2026, 1, 1, 3, 30, tzinfo=UTC)  # 19:30 on the last day before; the state's hours end at 20:00
    late = History(calls=tuple(Call(evening - n * HOUR) for n in (1, 2, 3)))
    night = decide(oregon, late, RULES, evening + HOUR)
    assert night.next_at == datetime(2026, 1, 2, 0, 30, tzinfo=UTC)  # the oldest of the three is a day old


OWN = f"""
[consent]
who = "{CONSENT["who"]}"
when = 2026-11-01
text = "x"
[caps]
per_number_24h = 9
per_person = ["1 in 2h", "3 in 7d"]
per_subject = "2 in 24h"
per_client = "4 in 30d"
min_gap = "30m"
"""


@pytest.mark.parametrize(
    ("history", "free", "reason"),
    [
        (calls(timedelta(minutes=10)), NOON + 110 * timedelta(minutes=1), Reason.ATTEMPT_CAP),
        (calls(3 * HOUR, 4 * HOUR), NOON + 20 * HOUR, Reason.ATTEMPT_CAP),
        (calls(3 * HOUR, 4 * HOUR, subject=False), None, None),
        (calls(2 * DAY, 3 * DAY, 4 * DAY, subject=False), NOON + 3 * DAY, Reason.ATTEMPT_CAP_DAYS),
        (calls(*(n * DAY for n in (8, 9, 10, 11)), number=False), NOON + 19 * DAY, Reason.ATTEMPT_CAP_DAYS),
        (calls(*(n * DAY for n in (8, 9, 10, 11)), client=False), None, None),
    ],
)
def test_the_campaign_files_own_caps(history: History, free: datetime | None, reason: Reason | None) -> None:
    rules = replace(Rules.from_spec(parse_spec(OWN, "spring.toml")), week=ALL_WEEK)
    assert frees(OHIO, history, rules) == free
    assert decide(OHIO, history, rules, NOON).reason is reason


def test_the_least_time_between_two_calls() -> None:
    rules = replace(Rules.from_spec(parse_spec('[caps]\nmin_gap = "30m"', "spring.toml")), week=ALL_WEEK)
    person = replace(OHIO, consent=True)
    waiting = decide(person, calls(HOUR / 3, number=False), rules, NOON)
    assert (waiting.reason, waiting.next_at) == (Reason.MINIMUM_GAP, NOON + HOUR / 6)
    assert decide(person, calls(HOUR / 2, number=False), rules, NOON).allowed


def test_own_caps_come_beside_the_laws_and_the_last_to_free_gives_the_reason() -> None:
    rules = replace(RULES, limits=(Limit("number", "calls", 2, DAY),))
    assert frees(MIAMI, calls(HOUR, 2 * HOUR, 3 * HOUR), rules) == NOON + 22 * HOUR
    assert [cap.source for cap in caps_on(MIAMI, rules, NOON)] == [
        "campaign file", "US-FL law: Fla. Stat. 501.616(6)(a),(b)",
    ]  # fmt: skip


def test_a_cap_of_the_law_is_set_aside_by_name_and_hours_are_not_touched_by_it() -> None:
    three = calls(HOUR, 2 * HOUR, 3 * HOUR)
    for named, person in (("US-FL", MIAMI), ("JP", TOKYO), ("*", TOKYO)):
        aside = replace(RULES, overrides=(Override(named, None, "our counsel", "caps"),))
        assert frees(person, three, aside) is None
        assert frees(person, three, replace(RULES, overrides=(Override(named, None, "our counsel"),))) is not None
    night = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    aside = replace(RULES, overrides=(Override("US-FL", None, "our counsel", "caps"),))
    assert not decide(MIAMI, History(), aside, night).allowed


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    ages=st.lists(st.timedeltas(timedelta(0), timedelta(days=31)), max_size=8),
    kinds=st.lists(st.tuples(*[st.booleans()] * 4), min_size=8, max_size=8),
    person=st.sampled_from([MIAMI, OHIO, MAINE, PARIS, TOKYO]),
    purpose=st.sampled_from(["sales", "debt"]),
)
def test_the_next_instant_satisfies_every_cap_and_no_earlier_one_does(
    ages: list[timedelta], kinds: list[tuple[bool, bool, bool, bool]], person: Person, purpose: str
) -> None:
    rules = replace(Rules.from_spec(parse_spec(OWN, "spring.toml")), week=ALL_WEEK, purpose=purpose)
    history = History(calls=tuple(Call(NOON - age, *kind) for age, kind in zip(ages, kinds, strict=False)))
    decision = decide(person, history, rules, NOON)
    at = NOON if decision.allowed else decision.next_at
    assert at is not None
    for cap in caps_on(person, rules, at):
        counted = [call for call in history.calls if call.at > at - cap.limit.window
                   and (call.spoke or cap.limit.events == "calls")
                   and {"person": True, "number": call.number, "subject": call.subject, "client": call.client}
                   [cap.limit.counted]]  # fmt: skip
        assert len(counted) < cap.limit.most
    if not decision.allowed:
        just_before = decide(person, history, rules, max(NOON, at - timedelta(microseconds=1)))
        assert just_before.next_at == at
