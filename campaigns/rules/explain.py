"""Every rule in order, with its verdict and the facts it used, in plain words: what ``dialer why`` prints.

A person may be called now exactly when every check passes; the first that fails is the reason ``decide`` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from campaigns.rules.caps import caps_on
from campaigns.rules.consent import consent_reason, ground_of, needs_of
from campaigns.rules.decide import awaits_look_up, decide, is_undecided, type_reason, zone_reason
from campaigns.rules.facts import Check, History, Person, Place
from campaigns.rules.holidays import DAYS
from campaigns.rules.law import DEFAULT, Statute, binding, closure_on, covers, jurisdictions_of, states_known
from campaigns.rules.openings import law_minutes, next_opening, windows_on
from campaigns.rules.rules import Rules
from campaigns.rules.windows import Spans, union
from campaigns.rules.zones import zone
from campaigns.spec import Window, describe_moment, write_windows
from campaigns.vocabulary import PhoneType, Reason


def explain(person: Person, history: History, rules: Rules, now: datetime) -> list[Check]:
    """Judge one call at the aware instant ``now`` and say why, rule by rule; the last check is the answer."""
    return [
        _suppression(history),
        _phone_type(person, rules),
        _zones(person),
        _consent(person, rules, now),
        _campaign_dates(rules, now),
        *_hours(person, rules, now),
        *_caps(person, history, rules, now),
        *_look_up(person, rules),
        _answer(person, history, rules, now),
    ]


def _suppression(history: History) -> Check:
    reason = history.suppressed
    return Check("suppression", not reason, reason.meaning if reason else "the number is on no do-not-call list")


def _phone_type(person: Person, rules: Rules) -> Check:
    types = " or ".join(kind.meaning for kind in person.types) or PhoneType.NONE.meaning
    blocked = ", ".join(kind.value for kind in PhoneType if kind in rules.blocked) or "nothing"
    reason = type_reason(person, rules)
    verdict = f"; {reason.meaning}" if reason else ""
    if is_undecided(person, rules) and not reason and not awaits_look_up(person, rules):
        verdict = "; the campaign allows phones whose type is not known"
    asked = ", and a look-up could not tell which" if person.looked_up else ""
    return Check("phone type", not reason, f"{types}{asked}; blocked are {blocked}{verdict}")


def _look_up(person: Person, rules: Rules) -> Iterator[Check]:
    if awaits_look_up(person, rules):
        yield Check("look-up", False, "before the call the phone type is asked for, within the budget of [lookup]")


def _zones(person: Person) -> Check:
    reason = zone_reason(person)
    if not reason:
        return Check("time zone", True, "could be in " + " or ".join(person.zones))
    unknown = ", ".join(name for name in person.zones if zone(name) is None)
    named = f' ("{unknown}" is no IANA time zone)' if unknown else ""
    return Check("time zone", False, f"{reason.meaning}{named}; a zone, state or ZIP column would settle it")


def _campaign_dates(rules: Rules, now: datetime) -> Check:
    begun = not rules.start or now >= rules.start
    over = bool(rules.end and now >= rules.end)
    dates = [f"starts {describe_moment(rules.start)}"] if rules.start else []
    dates += [f"ends {describe_moment(rules.end)}"] if rules.end else []
    facts = f"the campaign {' and '.join(dates)}" if dates else "the campaign has no start or end date"
    return Check("campaign dates", begun and not over, facts)


def _hours(person: Person, rules: Rules, now: datetime) -> list[Check]:
    if zone_reason(person):
        return [Check("hours", False, "no hour can be judged without a time zone")]
    # Zones that read the same and allow the same share one line.
    lines: dict[tuple[bool, str], list[str]] = {}
    for name in person.zones:
        place = Place((name,), person.region, person.place.states)
        opening = next_opening(place, rules, now)
        passed = opening is not None and opening[0] <= now
        lines.setdefault((passed, _local_hours(place, rules, now)), []).append(name)
    return [Check("hours", passed, f"{', '.join(names)}: {facts}") for (passed, facts), names in lines.items()]


def _local_hours(place: Place, rules: Rules, now: datetime) -> str:
    local = now.astimezone(zone(place.zones[0]))
    today = local.date()
    campaign = "closed on this date" if today in rules.closed else _write(rules.week[today.weekday()])
    because = "; ".join([f"campaign {campaign}", *_laws(place, rules, today)])
    return f"it is {_local(local)} there; callable today {_write(windows_on(place, rules, today))} ({because})"


def _laws(place: Place, rules: Rules, day: date) -> Iterator[str]:
    """What each jurisdiction says of a date: closed by decree, set aside by the user, or its hours and their source."""
    jurisdictions = jurisdictions_of(place)
    closure = closure_on(jurisdictions, rules.closures, day)
    if closure:
        yield f"{closure.jurisdiction} is closed until {closure.last}: {closure.reason}"
    for each in rules.overrides:
        if each.rule == "hours" and any(covers(each.jurisdiction, name) for name in jurisdictions):
            yield f"{each.jurisdiction} law on {each.voice or 'all'} calls was set aside: {each.reason}"
    shown = jurisdictions
    if set(states_known()) <= set(jurisdictions):
        shown = tuple(name for name in jurisdictions if name not in states_known())
        every = _write(law_minutes(jurisdictions, rules, day))
        yield f"no state is known, so every American state's law, {every} (a state column would settle it)"
    for statute in binding(shown, rules):
        minutes = statute.on(day)
        if minutes is not None:
            yield _statute(statute, minutes, day)


def _statute(statute: Statute, minutes: Spans, day: date) -> str:
    name = "default hours" if statute.jurisdiction == DEFAULT else f"{statute.jurisdiction} law"
    name = f"your own hours for {statute.jurisdiction}" if statute.own else name
    voice = " on automated calls" if statute.voice == "automated" else ""
    clock = f" by the clock {statute.clock}" if statute.clock else ""
    holiday = f" on {found}" if (found := statute.holiday(day)) else ""
    return f"{name}{voice} {_write(minutes)}{clock}{holiday} ({statute.sources(day)})"


def _consent(person: Person, rules: Rules, now: datetime) -> Check:
    needs = needs_of(person, rules, now)
    reason = consent_reason(person, rules, now)
    if reason is Reason.CONSENT_REFUSED:
        return Check("consent", False, reason.meaning)
    evidence = "the list says that it was given" if person.consent else f"attested by {rules.attestation}"
    if not needs:
        said = "; " + evidence if person.consent or rules.attestation else ""
        return Check("consent", True, f"no law there asks for it before a {rules.purpose} call{said}")
    asked = "; ".join(row.words for row in needs)
    if person.consent or rules.attestation:
        return Check("consent", True, f"{evidence}; {asked}")
    grounds = [f"{row.jurisdiction}: {ground}" for row in needs if (ground := ground_of(row, person, rules))]
    stated = f"; you state: {'; '.join(grounds)}" if grounds else ""
    if reason is None:
        return Check("consent", True, f"none on record, nor needed{stated}; {asked}")
    return Check("consent", False, f"{reason.meaning}{stated}; {asked}")


def _caps(person: Person, history: History, rules: Rules, now: datetime) -> Iterator[Check]:
    for cap in caps_on(person, rules, now):
        free = cap.frees(history.calls, now)
        until = f"; one more from {_in_zones(free, person)}" if free else ""
        counted = len(cap.count(history.calls, now))
        yield Check("call limit", free is None, f"{counted} of {cap.words} ({cap.source}){until}")


def _answer(person: Person, history: History, rules: Rules, now: datetime) -> Check:
    decision = decide(person, history, rules, now)
    if decision.until:
        return Check("answer", True, f"may be called now, until {_in_zones(decision.until, person)}")
    meaning = decision.reason.meaning if decision.reason else ""
    if decision.next_at:
        return Check("answer", False, f"{meaning}; may next be called at {_in_zones(decision.next_at, person)}")
    return Check("answer", False, f"{meaning}; never, as things stand")


def _in_zones(moment: datetime, person: Person) -> str:
    readings: dict[str, list[str]] = {}
    for name in person.zones:
        readings.setdefault(_local(moment.astimezone(zone(name))), []).append(name)
    texts = [f"{reading} in {', '.join(names)}" for reading, names in readings.items()]
    return f"{'; '.join(texts)} ({moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"


def _local(moment: datetime) -> str:
    return f"{DAYS[moment.weekday()].capitalize()} {describe_moment(moment)}"


def _write(windows: Iterable[Window]) -> str:
    return ", ".join(write_windows(union(windows))) or "closed"
