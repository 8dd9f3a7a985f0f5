"""A campaign whose leads stand in all the situations that ``dialer why`` must tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.campaigns import find
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import Reservation, reserve
from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.outcomes import Outcome, record
from campaigns.ledger.tables import contacts
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState, Result
from dialer.commands import execute
from tests.agreed import CONSENT
from tests.integration.shop import submit_by_id

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
"""A Monday: 11:00 in New York, 08:00 in Los Angeles."""

SPEC = Spec.model_validate({
    "leads": {"country": "US", "running": "call"}, "retries": {"attempts": 5, "declined": "3m"},
    "caps": {"per_number_24h": 2, "min_gap": "5m"},
    "consent": CONSENT,
})  # fmt: skip

LEADS = """\
Name,Phone,DNC,Consent,State
Nina New,212 555 0102,,,
Otto Outside,213 555 0103,,,
Rita Retry,212 555 0104,,,
Hugo Held,212 555 0105,,,
Dora Dialing,212 555 0106,,,
Dana Done,212 555 0107,,,
Eva Exhausted,212 555 0108,,,
Sven Suppressed,212 555 0109,,,
Olga Optout,212 555 0110,yes,,
Bob Bad,555-01,,,
Dieter Duplicate,(212) 555-0102,,,
Cara Capped,212 555 0113,,,
Toni Tollfree,800 555 0114,,,
Bea Busy,212 555 0115,,,
Rufus Refused,212 555 0116,,no,
Anna Anystate,+1 500 555 0117,,,
Ken Kentucky,270 555 0118,,,
Paula Pennsylvania,215 555 0119,,,
Gaby Gap,212 555 0120,,,
Flo Florida,305 555 0121,,,FL
Pierre Paris,+33 1 42 68 53 00,,,
Zoe Nowhere,+883 5100 1234567,,,
Wanda Washington,206 555 0124,,,
Ida Idaho,208 555 0125,,,
"""


@dataclass
class Hand:
    """Moves the attempts of one campaign, at whatever instant ``clock`` says."""

    ledger: Ledger
    clock: list[datetime]
    campaign_id: int

    async def call(self, row: int, result: Result | None, *, ago: timedelta = timedelta(0)) -> int:
        """Call the lead of this row; ``result`` None: the call goes on."""
        self.clock[0] = NOW - ago
        attempt = await self.reserve(row)
        assert attempt is not None
        assert await self.ledger.write(submit_by_id, attempt)
        await self.ledger.write(record, Outcome(attempt, AttemptState.ACCEPTED))
        if result is not None:
            seen = Observation(attempt, "default", f"call-{attempt}", result, raw_status=f"raw {result}")
            await self.ledger.write(observe, seen)
        self.clock[0] = NOW
        return attempt

    async def lose(self, row: int, text: str = "server hung up") -> None:
        """Send a request for this row that nobody can account for."""
        attempt = await self.reserve(row)
        assert attempt is not None
        await self.ledger.write(submit_by_id, attempt)
        await self.ledger.write(record, Outcome(attempt, AttemptState.UNKNOWN, text, 502))
        await self.ledger.write(conclude, Silence(attempt, AttemptState.UNRESOLVED))

    async def reserve(self, row: int) -> int | None:
        """Reserve an attempt for this row; None where its number is on the phone already."""
        contact = await self.ledger.read(self._contact, row)
        return await self.ledger.write(
            reserve,
            Reservation(contact.id, self.campaign_id, "default", "7", contact.identity, 1, NOW + timedelta(hours=1)),
        )

    def _contact(self, conn: sa.Connection, row: int) -> sa.Row[Any]:
        mine = (contacts.c.campaign_id == self.campaign_id) & (contacts.c.row == row)
        return conn.execute(sa.select(contacts).where(mine)).one()


async def launch(ledger: Ledger, file: Path, name: str, spec: Spec = SPEC) -> int:
    """Load a list into a campaign of this name; its id."""
    said = await execute(ledger, "launch", {
        "file": str(file), "name": name, "spec": spec.model_dump(mode="json"), "world": "test", "agent": "7",
        "agent_fields": None, "skip_recent": False, "limit": None, "who": "test",
    })  # fmt: skip
    assert "answer" in said, said
    row = await ledger.read(find, name)
    return int(row.id)


async def build(ledger: Ledger, clock: list[datetime], folder: Path) -> None:
    """Make the campaign "spring", and one called "other" that is just calling the number of Bea's row."""
    (folder / "leads.csv").write_text(LEADS)
    (folder / "other.csv").write_text("Name,Phone\nBea Busy,212 555 0115\n")
    clock[0] = NOW - timedelta(hours=25)
    spring = Hand(ledger, clock, await launch(ledger, folder / "leads.csv", "spring"))
    other = Hand(ledger, clock, await launch(ledger, folder / "other.csv", "other"))
    await spring.call(13, Result.BUSY, ago=timedelta(minutes=115))
    await spring.call(13, Result.BUSY, ago=timedelta(minutes=55))
    await spring.call(4, Result.BUSY, ago=timedelta(minutes=5))
    await spring.call(20, Result.DECLINED, ago=timedelta(minutes=4))
    await spring.lose(5)
    await spring.call(6, None)
    await spring.call(7, Result.HUMAN)
    await spring.call(8, Result.INVALID_NUMBER)
    await execute(ledger, "suppress", {"entries": ["+12125550109"], "scope": "global", "note": "", "who": "test"})
    await other.call(2, None)
    assert await spring.reserve(15) is None
