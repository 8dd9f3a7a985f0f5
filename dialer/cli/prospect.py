"""A forecast as a document for programs and as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.forecast.grid import Grid, Row
from campaigns.forecast.outlook import Forecast, Range
from campaigns.forecast.rates import ENOUGH, Rates, reached
from campaigns.rules.zones import zone
from campaigns.spec import Retries, Spec, write_duration
from campaigns.vocabulary import Reason, Result
from dialer.cli.forecasting import Outlook

SHADES = "·░▒▓█"
"""None, and up to a quarter, a half, three quarters and all of the busiest hour's calls."""


def document(outlook: Outlook) -> dict[str, Any]:
    """The forecast as plain JSON; instants are UTC."""
    subject, now = outlook.subject, outlook.now
    return {
        "subject": subject.name,
        **_numbers(now, subject.spec),
        "begin": now.begin,
        "first_call": now.first_call,
        "tried_once": now.tried_once,
        "people": now.people,
        "never": now.never,
        "left_out": dict(subject.left_out),
        "results": {result: round(count, 1) for result, count in now.results.items()},
        "limits": {what: round(share, 4) for what, share in now.limits.items()},
        "pace": {"per_second": subject.spec.pace.per_second, "at_once": subject.spec.pace.at_once},
        "narrowed_by_account": subject.narrowed,
        "rates": _rates(now.rates),
        "changes": [{"change": each.text, **_numbers(each.after, subject.spec)} for each in outlook.changes],
        "quarters": [
            {"at": quarter.at, "calls": round(quarter.calls, 2), "answers": round(quarter.answers, 2)}
            for quarter in now.quarters
        ],
        "zones": now.zones,
    }


def _numbers(seen: Forecast, spec: Spec) -> dict[str, Any]:
    cost = seen.cost and {**_range(seen.cost), "currency": spec.cost.currency}
    return {
        "calls": _range(seen.calls), "answers": _range(seen.answers), "minutes": _range(seen.minutes), "cost": cost,
        "finish": seen.finish._asdict(), "unreached": seen.unreached,
    }  # fmt: skip


def _range(of: Range) -> dict[str, float]:
    return {level: round(value, 2) for level, value in of._asdict().items()}


def _rates(rates: Rates) -> dict[str, Any]:
    return {
        "source": "history" if rates.calls else "assumed",
        "calls": rates.calls,
        "enough": ENOUGH,
        "answered": round(rates.answered, 4),
        "answered_later": round(reached(rates.later), 4),
        "talk_s": round(rates.talk_of_people_s, 1),
        "cost": "reported" if rates.cost else "campaign file",
    }


def page(outlook: Outlook) -> str:
    """The same for a person."""
    return "\n".join(_Page(outlook).lines())


class _Page:
    """Writes the page on the clock of most of the people."""

    def __init__(self, outlook: Outlook) -> None:
        self._outlook, self._now, self._spec = outlook, outlook.now, outlook.subject.spec
        self._clock = zone(outlook.zone) or ZoneInfo("UTC")

    def lines(self) -> Iterator[str]:
        now, subject = self._now, self._outlook.subject
        callable_ = sum(now.zones.values())
        where = f"{self._outlook.zone} time" + (", the clock of most of these people" if len(now.zones) > 1 else "")
        yield f"{subject.name} · forecast from {self._at(now.begin)} on, {where}"
        never = sum(now.never.values()) + sum(subject.left_out.values())
        yield f"{callable_:,} people to call" + (f", {never:,} not" if never else "")
        if callable_:
            yield from self._figures()
            yield from self._limits()
            yield from self._changes()
        if never:
            yield from _reasons(now.never, subject.left_out)
        if callable_:
            yield from ("", "How calls go", *(f"  {line}" for line in _how(now.rates)))
            yield from _plot(self._outlook.grid)

    def _figures(self) -> Iterator[str]:
        now = self._now
        yield f"\n{'':<10} {'likely':>16}   {'nine times of ten more than … and less than'}"
        for name, of in (("calls", now.calls), ("answered", now.answers), ("minutes", now.minutes)):
            yield f"  {name:<8} {of.p50:>16,.0f}   {of.p10:,.0f} … {of.p90:,.0f}"
        if now.cost:
            money = self._spec.cost.currency
            told = "as the platform reported it" if now.rates.cost else "as [cost] says"
            yield f"  {'cost':<8} {now.cost.p50:>12,.2f} {money}   {now.cost.p10:,.2f} … {now.cost.p90:,.2f}, {told}"
        else:
            yield f"  {'cost':<8} {'not known':>16}   [cost] in the campaign file says what calls cost"
        finish = now.finish
        yield f"  {'finished':<8} {self._at(finish.p50):>16}   {self._at(finish.p10)} … {self._at(finish.p90)}"
        if now.first_call:
            once = f"; everybody is called once by {self._at(now.tried_once)}" if now.tried_once else ""
            yield f"\nFirst call {self._at(now.first_call)}{once}."
        if now.unreached:
            yield f"{now.unreached:,} people are not finished with when it ends."

    def _limits(self) -> Iterator[str]:
        yield "\nWhat the time goes by with"
        words = _bounds(self._spec, narrowed=self._outlook.subject.narrowed)
        for what, share in self._now.limits.items():
            if share >= 0.005:
                yield f"  {share:>4.0%}  {words[what]}"

    def _changes(self) -> Iterator[str]:
        if self._outlook.changes:
            yield f"\n{'One change':<28} {'calls':>9} {'answered':>9} {'cost':>12}   finished"
        rows = [("as it is", self._now), *((change.text, change.after) for change in self._outlook.changes)]
        for text, seen in rows if self._outlook.changes else ():
            cost = f"{seen.cost.p50:,.2f}" if seen.cost else "-"
            calls, answers = f"{seen.calls.p50:,.0f}", f"{seen.answers.p50:,.0f}"
            yield f"  {text:<26} {calls:>9} {answers:>9} {cost:>12}   {self._at(seen.finish.p50)}"

    def _at(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self._clock):%a %d %b %H:%M}" if moment else "not in time"


def _bounds(spec: Spec, *, narrowed: bool) -> dict[str, str]:
    """What each limit is, in words."""
    pace, of = spec.pace, " (the account's; accounts.toml raises it)" if narrowed else ""
    return {
        "pace": f"the pace: {pace.per_second:g} a second{of}",
        "calls at once": f"calls at once: {pace.at_once}{of}",
        "calls a day": f"calls a day: {pace.per_day:,}",
        "hours": "nobody who waits may be called at that hour",
        "retries": f"those who are left wait for their next try ({_waits(spec.retries)})",
    }


def _waits(retries: Retries) -> str:
    named = (Result.BUSY, Result.NO_ANSWER, Result.VOICEMAIL_LEFT)
    waits = [f"{result.value} {write_duration(wait)}" for result in named if (wait := retries.wait_after(result))]
    return ", ".join([f"{retries.attempts} attempts", *waits])


def _reasons(never: Mapping[Reason, int], left_out: Mapping[Reason, int]) -> Iterator[str]:
    yield "\nNot called"
    counts = {**left_out}
    for reason, count in never.items():
        counts[reason] = counts.get(reason, 0) + count
    for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
        yield f"  {count:>7,}  {reason}: {reason.meaning}"


def _how(rates: Rates) -> Iterator[str]:
    talk = f"people talk for {rates.talk_of_people_s:.0f} s"
    if rates.calls:
        later = reached(rates.later)
        yield f"From this account's last {rates.calls:,} calls: {rates.answered:.0%} of first calls are answered by a"
        yield f"person, {later:.0%} of later ones; {talk} on average."
    else:
        yield f"Assumed, as the practice platform does it: {rates.answered:.0%} of calls are answered by a person,"
        yield f"{talk} on average. The account's own calls are used once {ENOUGH} of them have ended."


def _plot(plot: Grid) -> Iterator[str]:
    unit = "week" if plot.weekly else "day"
    yield f"\nCalls by {unit} and hour, {plot.zone}; {SHADES[-1]} up to {plot.busiest:,.0f} an hour"
    yield " " * 12 + "".join(f"{hour:02}    " for hour in range(0, 24, 3)) + "   calls  answered"
    yield from (_line(row, plot.busiest) for row in plot.rows)


def _line(row: Row, busiest: float) -> str:
    cells = "".join(_shade(calls / busiest) * 2 for calls in row.calls)
    return f"  {row.first:%a %d %b}{cells} {row.in_all:>7,.0f} {row.answers:>9,.0f}"


def _shade(share: float) -> str:
    steps = len(SHADES) - 1
    return SHADES[min(steps, 1 + int(share * steps))] if share > 0 else SHADES[0]
