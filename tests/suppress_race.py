"""Somebody is put on a list at a random moment while intents are being committed: none may come after it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from campaigns.ledger import registering, suppressing
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import Reservation, reserve
from campaigns.ledger.registries import Copy
from campaigns.ledger.suppressing import Listing
from campaigns.ledger.suppression import GLOBAL, ledger_key
from campaigns.ledger.tables import attempts, events
from campaigns.suppression.entries import hashed
from campaigns.suppression.importing import import_registry
from campaigns.suppression.shelf import Shelf
from campaigns.vocabulary import Reason
from tests.integration.shop import HOUR, NOON, lead, shop_at, submit_by_id

PEOPLE, WRITERS = 16, 4
KINDS = ("numbers", "prefix", "pattern", "hashes", "registry")
LONGEST_WAIT_S = 0.02


@dataclass
class Race:
    """What came of it: intents before and after the lists' commits; ``late``: granted after the list had answered."""

    rounds: int = 0
    before: int = 0
    after: int = 0
    late: int = 0
    refused: int = 0
    ended_by_a_list: int = 0
    by_kind: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))


def run(url: str, folder: Path, rounds: int, seed: int) -> Race:
    """So many rounds, each with people of its own, by four writers: of one ledger on SQLite, four on PostgreSQL."""
    rnd, race = random.Random(seed), Race()
    started = time.monotonic()

    def now() -> object:
        return NOON + timedelta(seconds=time.monotonic() - started)

    shelf = Shelf(folder / "shelf")
    with shop_at(url) as shop:
        shop.ledger.close()
        count = 1 if url.startswith("sqlite") else WRITERS
        ledgers = [Ledger(url, now, shelf=shelf) for _ in range(count)]  # type: ignore[arg-type]
        shop.ledger = ledgers[0]
        people = [lead(n + 1, number(n)) for n in range(rounds * PEOPLE)]
        shop.campaign(people=people)
        contacts = {row.identity: row.id for row in shop.contacts()}
        for at in range(rounds):
            numbers = [number(at * PEOPLE + n) for n in range(PEOPLE)]
            kind = KINDS[at % len(KINDS)]
            wishes = [Reservation(contacts[each], 1, "default", "1", each, 1, NOON + 5 * HOUR) for each in numbers]
            ids = [id_ for wish in wishes if (id_ := shop.do(reserve, wish))]
            put_on = listing(kind, numbers, ledgers[-1], folder, shelf)
            _round(race, ledgers, ids, put_on, rnd)
            race.rounds += 1
            race.by_kind[kind] += 1
            _count(race, ledgers[0], ids)
        for ledger in ledgers:
            ledger.close()
    return race


def number(n: int) -> str:
    """The nth person's; a round's people share all but the last digits."""
    return f"+1212{200 + n // PEOPLE:03}{n % PEOPLE:04}"


def listing(kind: str, numbers: list[str], ledger: Ledger, folder: Path, shelf: Shelf) -> Callable[[], object]:
    """What puts these numbers onto a list of this kind."""
    if kind == "registry":
        (folder / "list.txt").write_text("\n".join(numbers) + "\n")
        done = import_registry(folder / "list.txt", "US", shelf)
        copy = Copy(
            "us", "US", "+1", Reason.DNC_REGISTRY, "list.txt", "", done.sha256, done.numbers, NOON.date(), "", ""
        )
        return lambda: ledger.write_now(registering.enlist, copy)
    key = ledger.read_now(ledger_key)
    entries = {"numbers": numbers, "prefix": [f"{numbers[0][:8]}*"], "pattern": [f"{numbers[0][:8]}????"],
               "hashes": [hashed(each, key) for each in numbers]}[kind]  # fmt: skip
    return lambda: ledger.write_now(suppressing.suppress_many, Listing(entries, GLOBAL, "", "race"))


def _round(
    race: Race, ledgers: list[Ledger], ids: list[int], put_on: Callable[[], object], rnd: random.Random
) -> None:  # fmt: skip
    answered = threading.Event()
    wait_s = rnd.uniform(0, LONGEST_WAIT_S)

    def work(ledger: Ledger, mine: list[int]) -> None:
        for id_ in mine:
            too_late = answered.is_set()
            granted = ledger.write_now(submit_by_id, id_) is not None
            race.late += granted and too_late
            race.refused += not granted

    threads = [threading.Thread(target=work, args=(ledgers[n % len(ledgers)], ids[n::WRITERS])) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    time.sleep(wait_s)
    put_on()
    answered.set()
    for thread in threads:
        thread.join()


def _count(race: Race, ledger: Ledger, ids: list[int]) -> None:
    """By the instants read inside the transactions, which hold the ledger's lock."""

    def look(conn: sa.Connection) -> tuple[list[object], object]:
        listed = sa.select(sa.func.max(events.c.at, type_=events.c.at.type)).where(
            events.c.what.in_(["suppressed", "registry"])
        )
        sent = sa.select(attempts.c.intent_at).where(attempts.c.id.in_(ids), attempts.c.intent_at.is_not(None))
        return list(conn.execute(sent).scalars()), conn.execute(listed).scalar_one()

    sent, at = ledger.read_now(look)
    race.after += sum(each > at for each in sent)  # type: ignore[operator]
    race.before += sum(each <= at for each in sent)  # type: ignore[operator]
    race.ended_by_a_list += 0 < len(sent) < len(ids)
