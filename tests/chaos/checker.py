"""The checker: holds a practice platform's log, which is the truth, against the ledger and the report.

In Jepsen's words: lost, duplicated, unexpected, recovered, mislabelled; and ours: stuck, outside_window, late,
over_rate, over_concurrency. All must be none but ``recovered``, which is good: the answer was not to be had, and the
history was. It is pure, and it knows nothing of the dialer's rules: hours are worked out here from the campaign file
with ``zoneinfo`` alone. ``evidence`` reads what it is given.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

WORDS = ("lost", "duplicated", "unexpected", "mislabelled", "stuck", "outside_window", "late", "over_rate",
         "over_concurrency", "recovered")  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL = dict.fromkeys(DAYS[:5], "09:00-20:00") | {"sat": "10:00-17:00", "sun": "closed"}
FEDERAL = ("08:00", "21:00")
OPEN = ("reserved", "submitted", "accepted", "unknown")
NOT_CALLED = ("not_placed", "rejected", "reserved")
CALLED = ("accepted", "ended", "lost")
EXCUSED = ("held", "excluded", "expired", "cancelled")
"""A lead in one of these is accounted for, though nobody called it."""
RESULTS = {"no-answer": {"no_answer"}, "busy": {"busy"}, "failed": {"failed"}, "human": {"human"},
           "machine": {"voicemail_left", "voicemail_no_message"}}  # fmt: skip
SOONEST = timedelta(minutes=15)
"""The shortest wait before a next try that the engine takes by itself: after a busy line."""
LATE_S = 2.5
"""Real seconds from an intent to the platform: the guard's half second, and two for a machine that is busy."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Log:
    """The practice platform's: requests to make a call, whatever became of them, and calls that ended."""

    requests: list[Row]
    ended: list[Row]

    @property
    def placed(self) -> list[Row]:
        """The requests that placed a call, whatever they were answered."""
        return [line for line in self.requests if line.get("placed")]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of the ledger's tables, and the leads of the report where one was made."""

    attempts: Sequence[Row]
    contacts: Sequence[Row]
    report: Sequence[Row] | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised: the campaign file, its clock's speed, and what the machine's own jitter takes off a second.

    ``results`` are those that a call's end, in the practice platform's words, may have.
    """

    campaign: Mapping[str, Any]
    speed: float = 1.0
    jitter_s: float = 0.0
    results: Mapping[str, set[str]] = field(default_factory=lambda: RESULTS)

    @property
    def per_second(self) -> float:
        """Calls started in a second of the clock."""
        return float(self.campaign.get("pace", {}).get("per_second", 1.0))

    @property
    def at_once(self) -> int:
        """Calls at the same time."""
        return int(self.campaign.get("pace", {}).get("at_once", 5))

    @property
    def tries(self) -> int:
        """Calls to one person in all."""
        return int(self.campaign.get("retries", {}).get("attempts", 3))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, each with its word."""

    found: tuple[tuple[str, str], ...]

    @property
    def faults(self) -> list[str]:
        """Everything that must not be, one line each."""
        return [f"{word}: {what}" for word, what in self.found if word != "recovered"]

    def counts(self) -> dict[str, int]:
        """How many of each word."""
        counted = Counter(word for word, _ in self.found)
        return {word: counted[word] for word in WORDS}


def check(log: Log, ledger: Ledger, promise: Promise) -> Verdict:
    """Everything there is to say of a campaign that is over."""
    return Verdict((
        *requests_and_attempts(log, ledger),
        *people(log, ledger, promise),
        *labels(log, ledger, promise),
        *leftovers(ledger),
        *windows(log, ledger, promise),
        *lateness(log, ledger, promise),
        *pace(log, promise),
        *concurrency(log, promise),
    ))  # fmt: skip


Found = Iterator[tuple[str, str]]


def ref_of(line: Row) -> str:
    """The attempt that a request is of."""
    return str(line["body"]["data"].get("dialer_ref"))


def number_of(line: Row) -> str:
    """Whom a request is to call."""
    return str(line["body"]["data"]["phone_number"])


def requests_and_attempts(log: Log, ledger: Ledger) -> Found:
    """Each attempt was received at most once, every request is an attempt of ours, and both tell the same of it."""
    received = Counter(map(ref_of, log.requests))
    placed = {ref_of(line): line for line in log.placed}
    known = {attempt["ref"]: attempt for attempt in ledger.attempts}
    yield from (("duplicated", f"{ref} was received {n} times") for ref, n in received.items() if n > 1)
    yield from (("unexpected", f"{ref} is no attempt of the ledger") for ref in received if ref not in known)
    for ref, attempt in known.items():
        state = attempt["state"]
        if state in CALLED and ref not in placed:
            yield "unexpected", f"attempt {attempt['id']} is {state}, but nothing was placed"
        if state in NOT_CALLED and ref in placed:
            yield "lost", f"attempt {attempt['id']} is {state}, but was placed"
        if state in CALLED and ref in placed and attempt["http_status"] not in (200, 201):
            yield "recovered", f"attempt {attempt['id']} was answered {placed[ref]['status']}"


def people(log: Log, ledger: Ledger, promise: Promise) -> Found:
    """Nobody was called once too often, whatever the ledger says of it, and nobody was forgotten."""
    calls: defaultdict[str, list[Row]] = defaultdict(list)
    for call in sorted(log.ended, key=lambda call: str(call["started"])):
        calls[call["number"]].append(call)
    for number, mine in calls.items():
        if len(mine) > promise.tries:
            yield "duplicated", f"{number} was called {len(mine)} times, at most {promise.tries}"
        for first, second in itertools.pairwise(mine):
            waited = at(second["started"]) - at(first["ended"])
            if first["answered_by"] == "human" or waited < SOONEST:
                yield "duplicated", f"{number} was called again {waited} after {first['result']}"
    asked = set(map(number_of, log.requests))
    for contact in ledger.contacts:
        if contact["identity"] not in asked and contact["state"] not in EXCUSED:
            yield "lost", f"{contact['identity']} was never called and is {contact['state']}"
    if ledger.report is not None:
        reported = Counter((row["phone_e164"], row["state"]) for row in ledger.report)
        for who, n in (Counter((c["identity"], c["state"]) for c in ledger.contacts) - reported).items():
            yield "lost", f"{who[0]} is {who[1]}, and {n} times not so in the report"


def labels(log: Log, ledger: Ledger, promise: Promise) -> Found:
    """Each attempt that ended has the result of its own call."""
    ends: defaultdict[str, list[Row]] = defaultdict(list)
    for call in sorted(log.ended, key=lambda call: str(call["started"])):
        ends[call["number"]].append(call)
    ours = {attempt["ref"]: attempt for attempt in ledger.attempts if attempt["state"] == "ended"}
    for line in sorted(log.placed, key=lambda line: str(line["at"])):
        attempt, mine = ours.get(ref_of(line)), ends[number_of(line)]
        call = mine.pop(0) if mine else None
        if attempt is None:
            continue
        if call is None:
            yield "mislabelled", f"attempt {attempt['id']} is {attempt['result']}, and its call never ended"
        elif attempt["result"] not in promise.results.get(word_of(call), {attempt["result"]}):
            yield "mislabelled", f"attempt {attempt['id']} is {attempt['result']}, its call {word_of(call)}"


def word_of(call: Row) -> str:
    """What a call came to; a machine that nobody looks for counts as a person."""
    if call["result"] != "completed":
        return str(call["result"])
    return "machine" if str(call["answered_by"]).startswith("machine") else "human"


def leftovers(ledger: Ledger) -> Found:
    """No lead waits and no attempt is open."""
    yield from (("stuck", f"contact {c['id']}") for c in ledger.contacts if c["state"] in ("ready", "dialing"))
    yield from (("stuck", f"attempt {a['id']}") for a in ledger.attempts if a["state"] in OPEN)


def windows(log: Log, ledger: Ledger, promise: Promise) -> Found:
    """No request was received outside the campaign's or the federal hours in any zone the person could be in."""
    zones = {c["identity"]: [pinned(name) for name in c["zones"].split(",") if name] for c in ledger.contacts}
    for line in log.requests:
        number = number_of(line)
        if not zones.get(number):
            yield "outside_window", f"{number} has no zone"
        for zone in zones.get(number, []):
            local = at(line["at"]).astimezone(zone)
            if not is_open(local, promise.campaign, american=number.startswith("+1")):
                yield "outside_window", f"{number} at {local}"


def is_open(local: datetime, campaign: Mapping[str, Any], *, american: bool) -> bool:
    """Whether calls are allowed at this local time."""
    hours = campaign.get("hours", {}).get(DAYS[local.weekday()], USUAL[DAYS[local.weekday()]])
    allowed = [] if hours == "closed" else [hours] if isinstance(hours, str) else hours
    clock = f"{local:%H:%M:%S}"
    lawful = not american or FEDERAL[0] <= clock < FEDERAL[1]
    return lawful and any(w.split("-")[0] <= clock < w.split("-")[1] for w in allowed)


def lateness(log: Log, ledger: Ledger, promise: Promise) -> Found:
    """Each request was received soon after the intent of its attempt, or never.

    A scaled campaign's clock is the platform's, too; at speed 1 the platform may have another, and wall time counts.
    """
    intents = {attempt["ref"]: attempt["intent_at"] for attempt in ledger.attempts if attempt["intent_at"] is not None}
    for line in log.requests:
        if (intent := intents.get(ref_of(line))) is not None:
            received = at(line["real" if promise.speed == 1 else "at"])
            waited = (received - EPOCH - timedelta(microseconds=intent)) / promise.speed
            if waited > timedelta(seconds=LATE_S):
                yield "late", f"{ref_of(line)} was received {waited} after its intent"


def pace(log: Log, promise: Promise) -> Found:
    """Requests in any window of one real second: at most the pace at speed 1, a tenth and one more when scaled (§8).

    The log's instants are those at which the platform woke up to read. Where it shares two cores with a test suite it
    wakes late now and then: the promise's jitter is taken off the second for that.
    """
    window = timedelta(seconds=1 - promise.jitter_s)
    most = promise.per_second if promise.speed == 1 else 1.1 * promise.per_second * promise.speed + 1
    starts = sorted(at(line["real"]) for line in log.requests)
    first = 0
    for last, start in enumerate(starts):
        while start - starts[first] >= window:
            first += 1
        if last - first + 1 > most:
            yield "over_rate", f"{last - first + 1} starts in the second before {start}, at most {most:g}"


def concurrency(log: Log, promise: Promise) -> Found:
    """Calls at the same time, by the platform's own account."""
    edges = [(at(call["started"]), 1) for call in log.ended] + [(at(call["ended"]), -1) for call in log.ended]
    most = max(itertools.accumulate(change for _, change in sorted(edges)), default=0)
    if most > promise.at_once:
        yield "over_concurrency", f"{most} calls at once, at most {promise.at_once}"


def at(text: str) -> datetime:
    """An instant of the log."""
    return datetime.fromisoformat(text)


def pinned(name: str) -> ZoneInfo:
    """The zone from the pinned wheel, never the host's."""
    with (files("tzdata.zoneinfo").joinpath(*name.split("/"))).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
