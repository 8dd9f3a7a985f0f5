"""Cases for the rules, drawn by a seed: every state and country, both clock changes, dated rows, holidays."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from campaigns.rules.decide import decide
from campaigns.rules.facts import Closure, History, Override, Person
from campaigns.rules.rules import Rules
from campaigns.vocabulary import PhoneType
from tests.rules_oracle import AREAS, HOURS, STATES, Call, beside_a_change, may_call, step

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

AMERICAN_ZONES = [
    *(f"America/{city}" for city in ("New_York", "Detroit", "Chicago", "Denver", "Boise", "Phoenix", "Los_Angeles")),
    *("America/Anchorage", "America/Adak", "America/Indiana/Indianapolis", "America/Puerto_Rico", "America/St_Thomas"),
    *("Pacific/Honolulu", "Pacific/Guam", "Pacific/Pago_Pago", "Pacific/Saipan"),
]
ZONES_OF = {
    "CA": ["America/Toronto", "America/Vancouver", "America/St_Johns", "America/Regina", "America/Halifax"],
    "GB": ["Europe/London"], "FR": ["Europe/Paris"], "IT": ["Europe/Rome"], "DE": ["Europe/Berlin"],
    "ES": ["Europe/Madrid", "Atlantic/Canary"], "IN": ["Asia/Kolkata"], "ZA": ["Africa/Johannesburg"],
    "BR": ["America/Sao_Paulo", "America/Manaus"], "MX": ["America/Mexico_City", "America/Tijuana"],
    "AE": ["Asia/Dubai"],
    "AU": ["Australia/Sydney", "Australia/Perth", "Australia/Lord_Howe", "Australia/Adelaide"],
}  # fmt: skip
OTHERS = {
    "EG": "Africa/Cairo", "CU": "America/Havana", "CL": "America/Santiago", "LB": "Asia/Beirut",
    "NO": "Antarctica/Troll",
    "MA": "Africa/Casablanca", "NZ": "Pacific/Chatham", "WS": "Pacific/Apia", "GL": "America/Nuuk",
    "NP": "Asia/Kathmandu",
    "JP": "Asia/Tokyo", "PT": "Atlantic/Azores", "MD": "Europe/Chisinau", "IL": "Asia/Jerusalem",
    "PY": "America/Asuncion",
}  # fmt: skip
COUNTRIES = sorted({line["jurisdiction"] for line in HOURS if len(line["jurisdiction"]) == 2} - {"US"})
DATES = [
    *(date(2026, 10, 16), date(2026, 10, 18), date(2026, 1, 1), date(2023, 12, 31), date(2024, 9, 27)),  # dated rows
    *(date(2026, 3, 7), date(2026, 3, 28), date(2026, 4, 4), date(2026, 10, 24), date(2026, 10, 31)),  # clocks change
    *(date(2026, 11, 25), date(2026, 12, 23), date(2026, 12, 30), date(2027, 7, 2), date(2026, 4, 2)),  # holidays
    *(date(2027, 3, 13), date(2027, 11, 6), date(2026, 6, 18), date(2026, 7, 23), date(2027, 12, 24)),
]
ALWAYS = (((0, 1440),),) * 7
OFFICE = (((540, 1200),),) * 5 + (((600, 1020),), ())
NIGHT = (((0, 90), (100, 150), (160, 1270), (1380, 1440)),) * 7


@dataclass
class Found:
    """What a run saw: faults, and how much of the law it touched."""

    cases: int = 0
    stepped: int = 0
    called: int = 0
    beside: int = 0
    wrongly_allowed: list[str] = field(default_factory=list)
    wrongly_refused: list[str] = field(default_factory=list)
    wrong_next: list[str] = field(default_factory=list)
    jurisdictions: Counter[str] = field(default_factory=Counter)
    zones: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        return self.wrongly_allowed + self.wrongly_refused + self.wrong_next


def draw_call(rnd: random.Random, nth: int, only: str | None = None) -> Call:
    """The ``nth`` call: states and countries take turns, so that none is left out; ``only``: none but this one."""
    call = _drawn(rnd, nth, only)
    if rnd.random() < 0.1:  # nothing but the campaign's own hours: nights, when clocks change, are open
        return replace(call, aside=call.names, week=NIGHT)
    return replace(call, aside=(rnd.choice(call.names),)) if rnd.random() < 0.1 else call


def _drawn(rnd: random.Random, nth: int, only: str | None) -> Call:
    turn = [only] if only else [*STATES, *COUNTRIES, *rnd.sample(sorted(OTHERS), 3), "unknown"]
    name = turn[nth % len(turn)]
    how = {"voice": rnd.choice(["ai", "ai", "human"]), "week": rnd.choice([ALWAYS, ALWAYS, ALWAYS, OFFICE, NIGHT])}
    if rnd.random() < 0.1:
        first = date(2026, 1, 1) + rnd.randrange(700) * DAY
        how["closed"] = tuple(first + n * DAY for n in range(3))
    zones = tuple(rnd.sample(AMERICAN_ZONES, rnd.choice([1, 1, 1, 2])))
    if name == "unknown":
        return Call("+18005550100", "US", zones, **how)
    if not name.startswith("US-"):
        here = ZONES_OF.get(name) or [OTHERS[name]]
        return Call("+999555010000", name, tuple(rnd.sample(here, min(len(here), rnd.choice([1, 1, 2])))), **how)
    state = name.removeprefix("US-")
    codes = [code for code, states in AREAS.items() if state in states]
    column = rnd.choice([None, state, rnd.choice(STATES).removeprefix("US-")])
    if rnd.random() < 0.1:
        first = rnd.choice(DATES)
        how["shut"] = ((name, first, first + 2 * DAY),)
    if not codes:
        return Call("+16805550100", state if state in ("PR", "GU", "AS", "MP", "VI") else "US", zones, state, **how)
    return Call(f"+1{rnd.choice(codes)}5550100", "US", zones, column, **how)


def instants(rnd: random.Random, most: int) -> Iterator[datetime]:
    """Instants of two weeks or so: at and beside full and half hours, and anywhere."""
    first = rnd.choice(DATES) if rnd.random() < 0.7 else date(2026, 1, 5) + rnd.randrange(700) * DAY
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    for _ in range(most):
        near = begin + rnd.randrange(4 * 48 if rnd.random() < 0.8 else 14 * 48) * 30 * MINUTE
        yield near + rnd.choice([0, 0, -1, 1, rnd.randrange(1800)]) * timedelta(seconds=1)


def ours(call: Call) -> tuple[Person, Rules]:
    """The same call in our words."""
    closures = tuple(Closure(name, first, last, "an emergency") for name, first, last in call.shut)
    rules = Rules(
        week=call.week, closed=frozenset(call.closed), voice=call.voice,  # type: ignore[arg-type]
        overrides=tuple(Override(name, None, "our counsel says so") for name in call.aside), closures=closures,
    )  # fmt: skip
    return Person(call.number, call.region, (PhoneType.LANDLINE,), call.zones, call.state, consent=True), rules


def compare(seed: int, calls: int, each: int, stepped_every: int = 40) -> Found:
    """Hold the rules against the oracle on ``calls`` × ``each`` instants; of some, step to the next allowed minute."""
    rnd, found = random.Random(seed), Found()
    for nth in range(calls):
        call = draw_call(rnd, nth)
        found.jurisdictions.update(call.names)
        found.zones.update(call.zones)
        for moment in instants(rnd, each):
            found.cases += 1
            judge(call, moment, found, stepping=found.cases % stepped_every == 0)
    return found


def objection(seed: int, calls: int, each: int, only: str | None = None) -> str | None:
    """The oracle's first objection in as many cases, of all places or of one; None: it has none."""
    rnd, found = random.Random(seed), Found()
    for nth in range(calls):
        call = draw_call(rnd, nth, only)
        for moment in instants(rnd, each):
            judge(call, moment, found)
            if found.faults:
                return found.faults[0]
    return None


def judge(call: Call, moment: datetime, found: Found, *, stepping: bool = False) -> None:
    """One instant: may the call be made, and is the next one named the first?"""
    person, rules = ours(call)
    decision, wanted = decide(person, History(), rules, moment), may_call(call, moment)
    case = f"{moment} {call}"
    found.called += decision.allowed
    if decision.allowed and not wanted:
        found.wrongly_allowed.append(case)
    if wanted and not decision.allowed:
        if beside_a_change(call, moment):
            found.beside += 1
        else:
            found.wrongly_refused.append(case)
    last = decision.until or decision.next_at
    if decision.until and not may_call(call, decision.until - timedelta(seconds=1)):
        found.wrong_next.append(f"until {case}")
    if decision.next_at and not may_call(call, decision.next_at):
        found.wrong_next.append(f"next {case}")
    if stepping and last and not beside_a_change(call, last):
        found.stepped += 1
        early = step(call, moment.replace(second=0), timedelta(days=5)) if decision.next_at else None
        if early and early < last and not beside_a_change(call, early):
            found.wrong_next.append(f"next {case}: {early} before {last}")
