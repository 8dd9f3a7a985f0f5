"""One attempt: pace, intent, send once, record (DESIGN §4.2 to §4.5).

The order is the promise. The slot is booked first, the intent is committed just before it, and the request leaves at
the slot or, if more than half a second passes in between, not at all. Nothing here is ever retried: an attempt whose
fate is unclear is left to history. Calls that leave close together share one commit of their intents, and answers that
come close together one of their outcomes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.errors import LedgerError, RegistryMissing
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import Intent, Return, Submitted, send_back, submit
from campaigns.ledger.outcomes import Outcome, record
from campaigns.ledger.saying import BODIES, body_of
from campaigns.ledger.tables import attempts, campaigns
from campaigns.points import Point, reach
from campaigns.spec import Platform as PlatformReading
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState
from dialer.clock import Clock
from dialer.pacing.pacer import MAX_AHEAD_S, Limit, Pacer
from dialer.pacing.requests import requests_limit
from dialer.providers.platform import Answer, Deadline, Placement, Platform, Preparing

log = logging.getLogger(__name__)

GUARD_S = 0.5
"""A request's first byte leaves at most this long after its intent, or never."""
LEAD_S, SCALED_LEAD_S = 0.1, 0.02
"""How long before its slot an intent is committed, so that the commit's jitter does not reach the wire."""
LONGEST_LEAD_S = 0.4
"""Where commits are slow, slots are missed and the lead grows, up to this: it must stay below the guard."""
LATE_S, SCALED_LATE_S = 0.012, 0.1
"""How long after its slot a request may still leave. Scaled, a second of pace holds `speed` seconds of calls and the
promise is a tenth looser (DESIGN §8)."""
MARGIN = timedelta(seconds=5)
TRY_AGAIN = timedelta(seconds=30)
SURELY_NOT_SENT = timedelta(seconds=10)
"""How long an account rests after a request that surely did not leave, and named no time of its own."""

SPAN_S = 0.05
"""Calls whose slots lie within it commit their intents together; with the longest lead it must stay below the guard."""
GATE = 4
"""How many groups commit at once. On a machine that is too slow for its pace the others miss their slots before their
intents, which costs little, and not after."""
RINGS_AHEAD = 12
"""How many rings of a campaign have slots, or look for them, at the same time; the others wait their turn."""
TOGETHER_S = 0.01
"""Answers that come so close together are written down together."""
MISSED = Answer(Placement.NOT_PLACED, "the slot was missed", retry_after_s=0.0)

NEXT_STATE = {
    Placement.PLACED: AttemptState.ACCEPTED,
    Placement.NOT_PLACED: AttemptState.NOT_PLACED,
    Placement.ACCOUNT: AttemptState.NOT_PLACED,
    Placement.REJECTED: AttemptState.REJECTED,
    Placement.UNKNOWN: AttemptState.UNKNOWN,
}


_DIALS = (
    BODIES.add_columns(attempts.c.ref, attempts.c.account, attempts.c.number, campaigns.c.world, campaigns.c.spec)
    .where(attempts.c.state == AttemptState.RESERVED)
    .order_by(attempts.c.id)
)


def dials(conn: sa.Connection, attempt_ids: Sequence[int]) -> Sequence[sa.Row[Any]]:
    """What is needed to send those of these attempts that are still reserved."""
    return conn.execute(_DIALS, {"ids": attempt_ids}).all()


@dataclass(frozen=True, slots=True)
class Booked:
    """An attempt, as ``dials`` reads it, and its slot on this machine's monotonic clock."""

    row: sa.Row[Any]
    slot: float


class Caller:
    """Sends attempts; one for all accounts of a worker."""

    def __init__(
        self, ledger: Ledger, clock: Clock, pacer: Pacer,
        platform: Callable[[str, PlatformReading], Platform],
        worlds: Mapping[str, str], account_pace: Callable[[str], float],
    ) -> None:  # fmt: skip
        """``platform`` finds the client of an account; ``worlds``: each account's; ``account_pace``: its starts per
        clock second.
        """
        self._ledger, self._clock, self._pacer, self._worlds = ledger, clock, pacer, worlds
        self._platform, self._account_pace = platform, account_pace
        self._gate = asyncio.Semaphore(GATE)
        self._ahead: defaultdict[int, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(RINGS_AHEAD))
        self._lead_s, self._late_s = (LEAD_S, LATE_S) if clock.speed == 1 else (SCALED_LEAD_S, SCALED_LATE_S)

    async def dial(self, attempt_ids: Sequence[int]) -> None:
        """Answer one ring: every attempt of it that is still reserved is sent once, or goes back.

        Attempts of another world are left to its own workers. One call's fault is no other's: it is raised once all
        have ended.
        """
        reach(Point.RING_TAKEN)
        by_campaign: dict[int, list[sa.Row[Any]]] = {}
        for row in await self._ledger.read(dials, attempt_ids):
            if self._worlds.get(row.account) == row.world:
                by_campaign.setdefault(row.campaign_id, []).append(row)
        await _all(self._dial_campaign(rows) for rows in by_campaign.values())

    async def _dial_campaign(self, rows: list[sa.Row[Any]]) -> None:
        sent: list[asyncio.Task[None]] = []
        try:
            async with self._ahead[rows[0].campaign_id]:
                await self._book(rows, sent)
        except asyncio.CancelledError:
            for group in sent:
                group.cancel()
            raise
        finally:
            await _all(sent)

    async def _book(self, rows: list[sa.Row[Any]], sent: list[asyncio.Task[None]]) -> None:
        """Find slots for all of them; who is too late for one is booked again, while there is time."""
        account, spec = rows[0].account, parse_stored(rows[0].spec)
        platform = self._platform(account, spec.platform)
        limits = [
            Limit(f"account:{account}", self._account_pace(account) * self._clock.speed),
            Limit(f"campaign:{rows[0].campaign_id}", spec.pace.per_second * self._clock.speed),
        ]
        if per_minute := platform.abilities.requests_per_minute:
            limits.append(requests_limit(account, per_minute, self._clock.speed))
        await platform.warm()
        if isinstance(platform, Preparing):
            await asyncio.gather(*(platform.prepare(row.number, body_of(row, spec), row.ref) for row in rows))
        give_up = time.monotonic() + MAX_AHEAD_S
        while rows:
            left_s = give_up - time.monotonic()
            slots = await self._pacer.book(limits, len(rows), self._lead_s, max(0.0, left_s))
            reach(Point.SLOT_BOOKED)
            booked = [Booked(row, slots.at(i)) for i, row in enumerate(rows[: slots.count])]
            rows = rows[slots.count :]
            for group in together(booked):
                rows += await self._call(platform, spec, group, sent)
            if rows and not slots.count:
                if slots.wait_s > left_s:
                    break
                await asyncio.sleep(slots.wait_s)
        await self._send_back(rows)

    async def _call(
        self, platform: Platform, spec: Spec, calls: list[Booked], sent: list[asyncio.Task[None]]
    ) -> list[sa.Row[Any]]:  # fmt: skip
        """Commit the intents of these calls together, and let each leave at its slot; answers who came too late."""
        lead_s = self._lead_s
        start = calls[0].slot - lead_s
        with contextlib.suppress(TimeoutError):  # a platform that takes no connection shows when the request is sent
            async with asyncio.timeout(max(0.0, start - time.monotonic())):
                await platform.warm()
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        margin = max(MARGIN, timedelta(seconds=self._clock.speed))
        async with self._gate:
            now = time.monotonic()
            late = [call.row for call in calls if call.slot < now]
            calls = calls[len(late) :]
            if not calls:
                return late
            try:
                submitted = await self._ledger.write_all(
                    submit, [Intent(call.row.id, call.row.ref, margin) for call in calls]
                )
            except RegistryMissing as missing:  # another worker may have its file
                log.warning("waiting: %s", missing)
                await self._send_back([call.row for call in calls])
                return late
        if any(submitted):
            reach(Point.INTENT_COMMITTED)
        answers = {
            asyncio.create_task(self._send(platform, call, body_of(call.row, spec), intent, lead_s))
            for call, intent in zip(calls, submitted, strict=True) if intent is not None
        }  # fmt: skip
        sent.append(asyncio.create_task(self._record(answers)))
        return late

    async def _send(
        self, platform: Platform, call: Booked, body: Mapping[str, str], intent: Submitted, lead_s: float
    ) -> Outcome:  # fmt: skip
        """``lead_s``: how long before the slot the intent was due; one standstill of many calls lengthens it once."""
        row = call.row
        await asyncio.sleep(max(0.0, call.slot - time.monotonic()))
        if time.monotonic() - call.slot > self._late_s:
            self._lead_s = max(self._lead_s, min(LONGEST_LEAD_S, 1.5 * lead_s))
            return outcome_of(row.id, MISSED, self._clock)
        deadline = Deadline(intent.monotonic + GUARD_S, intent.wall + GUARD_S)
        answer = await platform.place(row.agent, row.number, body, row.ref, deadline)
        reach(Point.ANSWER_READ)
        level = logging.DEBUG if answer.placement is Placement.PLACED else logging.INFO
        log.log(level, "attempt %s: %s (%s)", row.id, answer.placement.value, answer.status)
        return outcome_of(row.id, answer, self._clock)

    async def _record(self, calls: set[asyncio.Task[Outcome]]) -> None:
        """Write down what has come back whenever the ledger is free for it; the first fault is raised at the end."""
        faults: list[BaseException] = []
        try:
            while calls:
                await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.sleep(TOGETHER_S)
                done = {call for call in calls if call.done()}
                calls -= done
                faults += [fault for call in done if (fault := call.exception())]
                outcomes = [call.result() for call in done if not call.exception()]
                reach(Point.ANSWER_READ)
                try:
                    await self._ledger.write_all(record, outcomes)
                    reach(Point.OUTCOME_COMMITTED)
                except LedgerError as error:
                    faults.append(error)
        finally:
            for call in calls:
                call.cancel()
        if faults:
            raise faults[0]

    async def _send_back(self, rows: Sequence[sa.Row[Any]]) -> None:
        if rows:
            await self._ledger.write_all(send_back, [Return(row.id) for row in rows])


def together(calls: Sequence[Booked]) -> Iterator[list[Booked]]:
    """Calls in the order of their slots, in groups that span no more than SPAN_S."""
    group: list[Booked] = []
    for call in calls:
        if group and call.slot - group[0].slot > SPAN_S:
            yield group
            group = []
        group.append(call)
    if group:
        yield group


async def _all(calls: Iterable[Awaitable[None]]) -> None:
    """Wait for all of them, then raise the first fault."""
    for said in await asyncio.gather(*calls, return_exceptions=True):
        if said is not None:
            raise said


def outcome_of(attempt_id: int, answer: Answer, clock: Clock) -> Outcome:
    """What the ledger is told of an answer. Real seconds the platform named become clock time."""
    account_wait = None
    if answer.placement is Placement.NOT_PLACED:
        asked = answer.retry_after_s
        account_wait = SURELY_NOT_SENT if asked is None else timedelta(seconds=asked * clock.speed)
    return Outcome(
        attempt_id,
        NEXT_STATE[answer.placement],
        answer.text,
        answer.status,
        answer.call_id,
        wait=account_wait if answer.retry_after_s == 0.0 and account_wait is not None else TRY_AGAIN,
        account_wait=account_wait,
        blames_account=answer.placement is Placement.ACCOUNT,
    )
