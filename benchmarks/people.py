"""People in New York, as many as a benchmark wants, and their way into a ledger."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import Intent
from campaigns.ledger.tables import attempts
from campaigns.spec import Consent, Spec
from dialer.commands import execute

CONSENTED = Spec(consent=Consent(who="the owner of the list", when=date(2026, 11, 1), text="they all agreed"))
"""A campaign in which the law lets anyone be called."""


def number(n: int) -> str:
    """The nth number of Manhattan."""
    return f"+1212{200 + n // 10_000}{n % 10_000:04}"


def write_list(path: Path, count: int) -> Path:
    """A CSV file of ``count`` people, each with a number of their own."""
    rows = (f"Person {n},{number(n)},p{n}@example.com,New York\n" for n in range(count))
    path.write_text("Name,Phone,Email,City\n" + "".join(rows), encoding="utf-8")
    return path


async def launch(ledger: Ledger, file: Path, name: str, spec: Spec, world: str) -> int:
    """Load the list into a new campaign, as ``dialer launch`` does; answers how many people it added."""
    said = await execute(ledger, "launch", {
        "file": str(file), "name": name, "spec": spec.model_dump(mode="json"), "world": world, "agent": "1",
        "agent_fields": None, "skip_recent": False, "limit": None, "who": "benchmark",
    })  # fmt: skip
    return int(said["answer"]["added"])


def intents(conn: sa.Connection) -> list[Intent]:
    """The wish to send each attempt that there is; a query for ``Ledger.read``."""
    known = conn.execute(sa.select(attempts.c.id, attempts.c.ref).order_by(attempts.c.id))
    return [Intent(row.id, row.ref, timedelta(seconds=5)) for row in known]
