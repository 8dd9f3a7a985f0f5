"""What a person can tell a ledger about who must not be called; run like the other ``dialer.commands``.

Dates and instants come as ISO texts: a command may travel to the process that owns the ledger.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from campaigns.ledger import forgetting, optouts, reassigning, registering, suppressing
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.registries import Copy, in_place
from campaigns.suppression.listing import read_list
from campaigns.vocabulary import Reason

BETWEEN_BATCHES_S = 0.005
"""Intents are let through between the batches of a long list, as between the chunks of a load."""


async def suppress(
    ledger: Ledger, entries: list[str], scope: str, note: str, who: str, expires: str | None = None,
    reason: str | None = None,
) -> int:  # fmt: skip
    """Never call these again, from this commit on; answers how many entries were new."""
    return await ledger.write(suppressing.suppress_many, _listing(entries, scope, note, who, expires, reason))


async def suppress_file(
    ledger: Ledger, file: str, country: str | None, scope: str, note: str, who: str, expires: str | None = None,
    reason: str | None = None,
) -> dict[str, int]:  # fmt: skip
    """The same with the entries of a file; answers how many were ``new`` and ``read`` in all, and ``bad`` rows."""
    total: Counter[str] = Counter(new=0, read=0, bad=0)
    batches = read_list(Path(file), country)
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        listing = _listing(batch.entries, scope, note, who, expires, reason)
        new = await ledger.write(suppressing.suppress_many, listing) if batch.entries else 0
        total.update(new=new, read=len(batch.entries), bad=batch.bad)
        await asyncio.sleep(BETWEEN_BATCHES_S)
    return dict(total)


def _listing(
    entries: list[str], scope: str, note: str, who: str, expires: str | None, reason: str | None
) -> suppressing.Listing:
    until = datetime.fromisoformat(expires) if expires else None
    return suppressing.Listing(entries, scope, note, who, until, Reason(reason) if reason else None)


async def unsuppress(ledger: Ledger, entries: list[str], scope: str, who: str) -> int:
    """Take entries off a list; answers how many were on it."""
    named = (ledger.write(suppressing.unsuppress, suppressing.Suppression(e, scope, "", who)) for e in entries)
    return sum(await asyncio.gather(*named))


async def registry(ledger: Ledger, copy: dict[str, Any], who: str) -> None:
    """Let a copy of a registry count, by ``registries.Copy``; raises RegistryMissing where its file is not here."""
    await ledger.read(in_place, copy["name"], copy["sha256"])
    typed = {"as_of": date.fromisoformat(copy["as_of"]), "reason": Reason(copy["reason"]), "who": who}
    await ledger.write(registering.enlist, Copy(**(copy | typed)))


async def retire(ledger: Ledger, name: str, who: str) -> None:
    """Let a registry count no more."""
    await ledger.write(registering.retire, (name, who))


async def review(ledger: Ledger, ids: list[int], suppress: bool, who: str) -> int:
    """Settle what was left to a person; answers how many."""
    return await ledger.write(optouts.judge, optouts.Judgement(ids, suppress, who))


async def answers(ledger: Ledger, answers: list[list[str]], who: str) -> int:
    """Keep answers about reassigned numbers: (number, date, answer); answers how many are reassigned."""
    read = [reassigning.Answer(number, date.fromisoformat(day), said) for number, day, said in answers]
    return await ledger.write(reassigning.answer, reassigning.Answers(read, who))


async def forget(ledger: Ledger, number: str, who: str) -> dict[str, int]:
    """Erase a person; answers how much was emptied, by ``forgetting.Forgotten``."""
    done = await ledger.write(forgetting.forget, forgetting.Wish(number, who))
    await ledger.read(forgetting.empty_journal)
    return asdict(done)


COMMANDS: dict[str, Callable[..., Awaitable[Any]]] = {
    "suppress": suppress, "suppress_file": suppress_file, "unsuppress": unsuppress, "registry": registry,
    "retire": retire, "review": review, "answers": answers, "forget": forget,
}  # fmt: skip
