"""Which law binds whom, and when: states, countries, dates, holidays, voices, and what the user adds or sets aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.errors import SpecRefused
from campaigns.rules.decide import decide
from campaigns.rules.facts import Closure, Decision, History, Override, Person
from campaigns.rules.rules import Rules
from campaigns.spec import Spec, dump_spec, parse_spec
from campaigns.vocabulary import PhoneType, Reason

EITHER = (PhoneType.LANDLINE, PhoneType.MOBILE)
ANN = Person("+12125550100", "US", EITHER, ("America/New_York",), "NY", consent=True)
MONDAY_NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALWAYS = Rules(week=(((0, 1440),),) * 7)
CHRISTMAS = date(2026, 12, 25)


def at(local: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def number_of(area_code: str, zone: str, state: str | None = None) -> Person:
    return Person(f"+1{area_code}5550100", "US", EITHER, (zone,), state, consent=True)


def test_the_states_of_the_column_and_of_the_area_code_both_bind() -> None:
    moved = number_of("305", "America/New_York", "KY")  # a Florida number that lives in Kentucky
    assert decide(moved, History(), ALWAYS, at("2026-11-23T09:59")).next_at == at("2026-11-23T10:00")
    assert decide(moved, History(), ALWAYS, at("2026-11-23T10:00")).until == at("2026-11-23T20:00")


def test_an_american_of_no_known_state_is_called_only_when_every_state_would_allow_it() -> None:
    anywhere = number_of("800", "America/New_York")
    assert decide(anywhere, History(), ALWAYS, at("2026-11-23T08:30")).next_at == at("2026-11-23T10:00")
    assert decide(anywhere, History(), ALWAYS, at("2026-11-23T10:00")).until == at("2026-11-23T17:00")
    human = replace(ALWAYS, voice="human")
    assert decide(anywhere, History(), human, at("2026-11-23T10:00")).until == at("2026-11-23T18:00")
    assert decide(anywhere, History(), human, at("2026-11-28T10:00")).until == at("2026-11-28T17:00")


def test_an_artificial_voice_keeps_the_hours_of_automated_calls_too() -> None:
    maine = number_of("207", "America/New_York")
    assert decide(maine, History(), ALWAYS, at("2026-11-23T09:00")).until == at("2026-11-23T17:00")
    assert decide(maine, History(), ALWAYS, at("2026-11-28T12:00")).reason is Reason.LAW_HOURS  # a Saturday
    human = replace(ALWAYS, voice="human")
    assert decide(maine, History(), human, at("2026-11-28T12:00")).until == at("2026-11-28T21:00")


def test_pennsylvanias_new_law_binds_from_its_first_day_and_the_search_crosses_it() -> None:
    penn = number_of("215", "America/New_York")
    saturday = at("2026-10-17T20:00")
    assert decide(penn, History(), ALWAYS, saturday).until == at("2026-10-17T21:00")
    late = decide(penn, History(), ALWAYS, at("2026-10-17T21:00"))
    assert late == Decision(False, Reason.LAW_HOURS, next_at=at("2026-10-19T09:00"))  # Sunday is now closed
    assert decide(penn, History(), ALWAYS, at("2026-10-19T18:59:59")).until == at("2026-10-19T19:00")


def test_mississippi_reads_its_hours_on_standard_time_too() -> None:
    jackson, zone = number_of("601", "America/Chicago"), "America/Chicago"
    summer, winter = at("2026-07-06T08:00", zone), at("2026-12-07T08:00", zone)
    assert decide(jackson, History(), ALWAYS, summer).next_at == summer + HOUR
    assert decide(jackson, History(), ALWAYS, summer + HOUR).until == at("2026-07-06T20:00", zone)
    assert decide(jackson, History(), ALWAYS, winter).until == at("2026-12-07T20:00", zone)
    moved = replace(jackson, zones=("America/Los_Angeles",), state="MS")  # 20:00 Central is 18:00 Pacific
    assert decide(moved, History(), ALWAYS, winter + 2 * HOUR).until == winter + 12 * HOUR


def test_a_law_can_close_for_lunch() -> None:
    paris, zone = Person("+33123456789", "FR", EITHER, ("Europe/Paris",), consent=True), "Europe/Paris"
    assert decide(paris, History(), ALWAYS, at("2026-11-23T12:59", zone)).until == at("2026-11-23T13:00", zone)
    assert decide(paris, History(), ALWAYS, at("2026-11-23T13:00", zone)).next_at == at("2026-11-23T14:00", zone)


def test_a_country_without_rows_has_the_default_ones() -> None:
    tokyo = Person("+81312345678", "JP", EITHER, ("Asia/Tokyo",), consent=True)
    assert decide(tokyo, History(), ALWAYS, at("2026-11-28T17:00", "Asia/Tokyo")) == Decision(
        False, Reason.LAW_HOURS, next_at=at("2026-11-30T09:00", "Asia/Tokyo")
    )


@pytest.mark.parametrize(
    ("area_code", "state", "open_there"),
    [("205", None, False), ("504", None, False), ("212", None, True), ("212", "UT", False)],
)
def test_holidays_close_the_states_whose_law_says_so(area_code: str, state: str | None, open_there: bool) -> None:
    person = number_of(area_code, "America/New_York", state)
    decision = decide(person, History(), ALWAYS, at("2026-12-25T12:00"))
    assert (decision.allowed, decision.reason) == (open_there, None if open_there else Reason.HOLIDAY)


def test_both_the_holiday_and_the_day_it_is_observed_on_are_closed() -> None:
    salt_lake = number_of("801", "America/Denver")
    assert decide(salt_lake, History(), ALWAYS, at("2027-07-05T12:00", "America/Denver")).reason is Reason.HOLIDAY
    assert decide(salt_lake, History(), ALWAYS, at("2026-07-03T12:00", "America/Denver")).reason is Reason.HOLIDAY
    assert decide(salt_lake, History(), ALWAYS, at("2026-07-04T12:00", "America/Denver")).reason is Reason.HOLIDAY


def test_a_closed_place_is_not_called_until_the_day_after() -> None:
    storm = Closure("US-LA", date(2026, 11, 23), date(2026, 11, 24), "state of emergency")
    rules = Rules.from_spec(Spec(), closures=[storm])
    gulf, zone = number_of("504", "America/Chicago"), "America/Chicago"
    closed = decide(gulf, History(), rules, at("2026-11-23T12:00", zone))
    assert closed == Decision(False, Reason.CLOSED_PLACE, next_at=at("2026-11-25T09:00", zone))
    assert decide(gulf, History(), rules, at("2026-11-22T12:00", zone)).reason is Reason.OUTSIDE_HOURS  # a Sunday
    assert decide(ANN, History(), rules, MONDAY_NOON).allowed


OWN = """
[[law.hours]]
jurisdiction = "US-NY"
days = "mon"
hours = ["10:00-11:00", "13:00-15:00"]
effective_to = 2026-11-23
source = "our counsel, 2026-11-02"

[[law.closed]]
jurisdiction = "US-NY"
first = 2026-11-25
last = 2026-11-26
reason = "Thanksgiving, and the day before"

[[law.override]]
jurisdiction = "US-MI"
reason = "a harassment statute; our counsel reads it as not on sales calls"
"""


def test_own_rows_narrow_the_law_and_what_is_set_aside_no_longer_binds() -> None:
    rules = replace(Rules.from_spec(parse_spec(OWN, "spring.toml")), week=ALWAYS.week)
    assert decide(ANN, History(), rules, at("2026-11-23T10:59")).until == at("2026-11-23T11:00")
    assert decide(ANN, History(), rules, at("2026-11-23T11:00")).next_at == at("2026-11-23T13:00")
    assert decide(ANN, History(), rules, at("2026-11-23T15:00")).next_at == at("2026-11-24T08:00")  # a day not named
    assert decide(ANN, History(), rules, at("2026-11-25T12:00")).reason is Reason.CLOSED_PLACE
    assert decide(ANN, History(), rules, at("2026-11-30T08:00")).until == at("2026-11-30T21:00")  # the row has ended
    detroit = number_of("313", "America/Detroit")
    assert decide(detroit, History(), rules, at("2026-11-23T08:30")).allowed
    assert not decide(detroit, History(), ALWAYS, at("2026-11-23T08:30")).allowed
    assert rules.overrides == (
        Override("US-MI", None, "a harassment statute; our counsel reads it as not on sales calls"),
    )


def test_the_ledger_gives_back_what_was_added_and_set_aside() -> None:
    spec = parse_spec(OWN, "spring.toml")
    assert Rules.from_spec(Spec.model_validate_json(dump_spec(spec))) == Rules.from_spec(spec)


def test_a_star_is_every_country_without_rows_and_no_other() -> None:
    tokyo = Person("+81312345678", "JP", EITHER, ("Asia/Tokyo",), consent=True)
    paris = Person("+33123456789", "FR", EITHER, ("Europe/Paris",), consent=True)
    sunday = at("2026-11-29T12:00", "Asia/Tokyo")
    assert not decide(tokyo, History(), ALWAYS, sunday).allowed
    for written in ("*", "JP"):
        aside = replace(ALWAYS, overrides=(Override(written, None, "our counsel"),))
        assert decide(tokyo, History(), aside, sunday).allowed
        assert not decide(paris, History(), aside, sunday).allowed
        shut = replace(aside, closures=(Closure(written, date(2026, 11, 29), date(2026, 11, 29), "a day of mourning"),))
        assert decide(tokyo, History(), shut, sunday).reason is Reason.CLOSED_PLACE


def test_own_hours_can_never_widen_the_law() -> None:
    text = '[[law.hours]]\njurisdiction = "US"\nhours = "00:00-24:00"\nsource = "wishful thinking"'
    rules = replace(Rules.from_spec(parse_spec(text, "spring.toml")), week=ALWAYS.week)
    assert not decide(ANN, History(), rules, at("2026-11-23T07:59")).allowed


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[law.override]]\njurisdiction = "US-MI"\nreason = " "', "law.override.0.reason"),
        ('[[law.override]]\njurisdiction = "US-MI"', "law.override.0.reason"),
        (
            '[[law.override]]\njurisdiction = "US-MI"\nvoice = "automated"\nreason = "x"',
            "no rows of US-MI on auto",
        ),
        ('[[law.override]]\njurisdiction = "US-ZZ"\nreason = "x"', '"US-ZZ" is no American state'),
        ('[[law.override]]\njurisdiction = "Michigan"\nreason = "x"', "law.override.0.jurisdiction"),
        ('[[law.hours]]\njurisdiction = "US-MI"\nhours = "closed"', "law.hours.0.source"),
        ('[[law.hours]]\njurisdiction = "FR"\ndays = "lundi"\nhours = "closed"\nsource = "x"', '"lundi" is no day'),
        ('[[law.closed]]\njurisdiction = "FR"\nfirst = 2026-11-02\nlast = 2026-11-01\nreason = "x"', "the last date"),
        ('voice = "robot"', "voice"),
    ],
)
def test_what_the_campaign_file_says_of_the_law_must_make_sense(text: str, complaint: str) -> None:
    with pytest.raises(SpecRefused, match=complaint):
        Rules.from_spec(parse_spec(text, "spring.toml"))


def test_a_misspelt_key_of_a_law_table_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SpecRefused, match='did you mean "jurisdiction"'):
        parse_spec('[[law.closed]]\njuristiction = "FR"', "spring.toml")


def test_the_reason_tells_the_campaigns_hours_from_the_laws() -> None:
    rules = replace(ALWAYS, week=(((480, 1260),),) * 7)
    florida = number_of("305", "America/New_York")
    assert decide(florida, History(), rules, at("2026-11-23T20:30")).reason is Reason.LAW_HOURS
    assert decide(florida, History(), rules, at("2026-11-23T21:30")).reason is Reason.OUTSIDE_HOURS
    assert decide(florida, History(), replace(rules, closed=frozenset({CHRISTMAS})), at("2026-12-25T12:00")).reason is (
        Reason.HOLIDAY
    )
