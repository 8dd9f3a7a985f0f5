"""What of the user's own would bring somebody's next call forward: each wish is tried against the same rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.rules.consent import consent_reason
from campaigns.rules.decide import decide, type_reason, zone_reason
from campaigns.rules.facts import History, Person
from campaigns.rules.law import jurisdictions_of, states_known
from campaigns.rules.openings import windows_on
from campaigns.rules.rules import Rules
from campaigns.rules.zones import zone
from campaigns.spec import Caps, Limit, write_duration, write_windows
from campaigns.vocabulary import PhoneType, Reason

ALL_WEEK = (((0, 1440),),) * 7


@dataclass(frozen=True, slots=True)
class Wish:
    """A change and what it would do: the call may then be made ``at``, which is sooner than it may now.

    ``change`` is a sentence's subject that fits every lead alike, ``because`` what is particular to this one.
    """

    change: str
    at: datetime
    because: str = ""

    @property
    def words(self) -> str:
        """The change, with its particulars."""
        return f"{self.change} ({self.because})" if self.because else self.change


def sooner(person: Person, history: History, rules: Rules, now: datetime) -> list[Wish]:
    """The changes that would each, alone, allow an earlier call, those that do most first; none who may be called now.

    Nobody is told to set law aside: the wishes are about the campaign's own rules and about what the list leaves open.
    """
    decision = decide(person, history, rules, now)
    if decision.allowed:
        return []
    wishes = []
    for change, because, (who, wanted) in _changes(person, history, rules, now):
        answer = decide(who, history, wanted, now)
        at = now if answer.allowed else answer.next_at
        if at and (decision.next_at is None or at < decision.next_at):
            wishes.append(Wish(change, at, because or _hours(rules, wanted, person, at)))
    return sorted(wishes, key=lambda wish: wish.at)


Changed = tuple[str, str, tuple[Person, Rules]]


def _changes(person: Person, history: History, rules: Rules, now: datetime) -> Iterator[Changed]:
    for change, wanted in _looser(rules):
        if wanted != rules:
            yield change, "", (person, wanted)
    for limit in rules.limits if history.calls else ():
        others = tuple(other for other in rules.limits if other != limit)
        yield f"without {_key(limit)}", "", (person, replace(rules, limits=others))
    if type_reason(person, rules):
        yield from _types(person, rules)
    if zone_reason(person) is None:
        yield from _places(person, rules)
    if consent_reason(person, rules, now) in (Reason.NO_CONSENT, Reason.NO_GROUND):
        yield "the person's consent, in a column or attested in [consent]", "", (replace(person, consent=True), rules)


def _looser(rules: Rules) -> Iterator[tuple[str, Rules]]:
    yield "an earlier start", replace(rules, start=None)
    yield "a later end", replace(rules, end=None)
    yield "wider hours", replace(rules, week=ALL_WEEK)
    yield "without the campaign's own holidays", replace(rules, closed=frozenset())
    yield "without your own [[law.hours]]", replace(rules, own=())
    yield "without the places you closed", replace(rules, closures=())


def _types(person: Person, rules: Rules) -> Iterator[Changed]:
    if set(person.types) - rules.blocked:
        yield 'undecided = "allow" in [phones]', "", (person, replace(rules, allow_undecided=True))
    without = rules.blocked - set(person.types or (PhoneType.NONE,))
    types = " and ".join(kind.value for kind in person.types) or PhoneType.NONE.value
    yield f"without {types} in [phones] blocked", "", (person, replace(rules, blocked=without))


def _places(person: Person, rules: Rules) -> Iterator[Changed]:
    if len(person.zones) > 1:
        for name in person.zones:
            yield "a zone column that settles where the person is", f"if it is {name}", (
                replace(person, zones=(name,)), rules,
            )  # fmt: skip
    if person.state is None and set(states_known()) <= set(jurisdictions_of(person.place)):
        yield "a state column", "if that state's law allows it, as Ohio's would", (replace(person, state="OH"), rules)


def _key(limit: Limit) -> str:
    """The campaign file's name for one of its caps."""
    if limit == Caps().limits[0] or limit.counted == "number":
        return f"[caps] per_number_24h = {limit.most}"
    if limit.gap:
        return f'[caps] min_gap = "{write_duration(limit.window)}"'
    return f'[caps] per_{limit.counted} = "{limit.most} in {write_duration(limit.window)}"'


def _hours(rules: Rules, wanted: Rules, person: Person, at: datetime) -> str:
    """Which hours would do, where wider ones are wished for: those lawful on the clock that the campaign's now miss."""
    if wanted.week == rules.week:
        return ""
    missed = [name for name in person.zones if not _holds(rules, at.astimezone(zone(name)))]
    first, *_ = (*missed, *person.zones)
    here = at.astimezone(zone(first))
    minute = here.hour * 60 + here.minute
    place = replace(person.place, zones=(first, *(name for name in person.zones if name != first)))
    spans = windows_on(place, wanted, here.date())
    start, end = next((span for span in spans if span[0] <= minute < span[1]), (minute, minute + 1))
    return f"{write_windows(((start, end),))[0]} would be lawful on {here:%a %Y-%m-%d} in {first}"


def _holds(rules: Rules, wall: datetime) -> bool:
    minute = wall.hour * 60 + wall.minute
    return any(start <= minute < end for start, end in rules.week[wall.weekday()])
