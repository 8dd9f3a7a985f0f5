"""Eight callers who all want to call the same person at once: how many calls get through."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from campaigns.ledger.ledger import Ledger
from campaigns.ledger.tables import attempts
from tests.integration.shop import Shop, lead, submit_by_id

CALLERS = 8
KINDS = ("person", "subject", "client", "law", "debt")
"""Which cap is contended for; of each round another."""
MOST = {"person": 3, "subject": 2, "client": 4, "law": 3, "debt": 7}
MIAMI = "+1305555{:04}"


def numbers(nth: int) -> list[str]:
    """The nth person's eight numbers, in Florida."""
    return [MIAMI.format(nth * CALLERS + n) for n in range(CALLERS)]


def prepare(shop: Shop, rounds: int) -> list[list[int]]:
    """For each round eight reserved attempts to one person, by eight campaigns, each at another number of theirs."""
    own = {
        "person": {"caps": {"per_person": "3 in 24h"}},
        "subject": {"caps": {"per_subject": "2 in 7d"}, "subject": "roofs"},
        "client": {"caps": {"per_client": "4 in 30d"}},
        "law": {},
        "debt": {"purpose": "debt"},
    }
    wanted: list[list[int]] = [[] for _ in range(rounds)]
    for caller in range(CALLERS):
        for at, kind in enumerate(KINDS):
            mine = range(at, rounds, len(KINDS))
            turned = {nth: [*numbers(nth)[caller:], *numbers(nth)[:caller]] for nth in mine}
            state = "FL" if kind == "law" else "OH"
            people = [lead(nth + 2, *turned[nth], state=state) for nth in mine]
            campaign_id = shop.campaign(f"{kind} {caller}", people, **own[kind], **aside(kind))
            for nth, contact in zip(
                mine, [row for row in shop.contacts() if row.campaign_id == campaign_id], strict=True
            ):
                id_ = shop.reserve(campaign_id, contact.id, turned[nth][0])
                assert id_ is not None
                wanted[nth].append(id_)
    return wanted


def aside(kind: str) -> dict[str, object]:
    """Florida's own cap, by area code, would hide the others."""
    override = {"jurisdiction": "US-FL", "rule": "caps", "reason": "another cap is looked at"}
    return {} if kind == "law" else {"law": {"override": [override]}}


def by_threads(shop: Shop, wanted: list[list[int]]) -> None:
    """Each caller with a ledger of its own, as eight worker processes have: only the database stands between them."""
    gate = threading.Barrier(CALLERS)

    def call(mine: list[int]) -> None:
        ledger = Ledger(shop.url, shop.clock.now)
        for id_ in mine:
            gate.wait()
            ledger.write_now(submit_by_id, id_)
        ledger.close()

    callers = [threading.Thread(target=call, args=([each[n] for each in wanted],)) for n in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()


def by_tasks(shop: Shop, wanted: list[list[int]]) -> None:
    """Eight tasks of the one process that owns an SQLite ledger."""

    async def call(id_: int) -> None:
        await shop.ledger.write(submit_by_id, id_)

    async def rounds() -> None:
        for each in wanted:
            await asyncio.gather(*map(call, each))

    asyncio.run(rounds())


def over(shop: Shop, wanted: list[list[int]]) -> tuple[int, int]:
    """In how many rounds more calls got through than the cap allows, and in how many fewer."""
    sent = sa.select(attempts.c.id).where(attempts.c.intent_at > shop.clock.now() - timedelta(hours=1))
    there = {row.id for row in shop.beside(sent)}
    passed = Counter(nth for nth, ids in enumerate(wanted) for id_ in ids if id_ in there)
    allowed = [MOST[KINDS[nth % len(KINDS)]] for nth in range(len(wanted))]
    return (
        sum(passed[nth] > most for nth, most in enumerate(allowed)),
        sum(passed[nth] < most for nth, most in enumerate(allowed)),
    )
