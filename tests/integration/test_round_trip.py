"""A report is a list again: what comes back can be launched, and every row means what it meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaigns.leads.lists import open_list
from campaigns.reports.report import write_report
from campaigns.spec import Leads
from dialer.commands import answer_of, execute
from tests.integration.shop import NOON, WORLD, Shop, shop_at, spec

EXAMPLES = Path(__file__).parents[2] / "examples"
LEADS = Leads(country="US")
TEXT = """Name,Mobile,Office Phone,State,Zip,Zone,Reason,Note
Ann,(415) 555-2671,212-736-5000 x12,CA,94105,East,=1+1,+call
Zoë,020 7946 0958,,,,West,-1,@home
Bob,(212) 736-5001,,NY,02134,,=HYPERLINK("http://example.com"),- ask
Cy,(305) 782-0001,,FL,,,,
"""


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


async def reported(shop: Shop, path: Path, to: Path) -> Path:
    """The report of a campaign that the list was launched in."""
    file = spec(leads=LEADS.model_dump()).model_dump(mode="json")
    wish: dict[str, Any] = {
        "file": str(path), "name": "spring", "spec": file, "world": WORLD, "agent": "1", "agent_fields": None,
        "skip_recent": False, "limit": None, "who": "ann",
    }  # fmt: skip
    answer_of(await execute(shop.ledger, "launch", wish))

    def write(conn: Any) -> Path:
        conn.rollback()
        return write_report(conn, 1, to, NOON, rehearsal=False)

    return await shop.ledger.read(write)


@pytest.mark.parametrize("to", ["results.xlsx", "results.csv"])
@pytest.mark.parametrize("list_", ["text", "example"])
async def test_the_sheet_of_leads_reads_as_the_list_did(shop: Shop, tmp_path: Path, list_: str, to: str) -> None:
    path = EXAMPLES / "leads.xlsx"
    if list_ == "text":
        path = tmp_path / "list.csv"
        path.write_text(TEXT, encoding="utf-8")
    first = open_list(path, LEADS)
    taken = {row.row for row in await launched(shop, path, tmp_path / to)}
    before = [lead for lead in first if lead.row in taken]
    assert len(before) > 2
    again = open_list(tmp_path / to, LEADS)
    assert again.info.sheet == (None if to.endswith("csv") else "Leads")
    mapped = [[replace(column, samples=()) for column in info.columns] for info in (again.info, first.info)]
    assert mapped[0] == mapped[1]
    after = list(again)
    assert [(lead.verdict, lead.phones, lead.zones, lead.state) for lead in after] == [
        (lead.verdict, lead.phones, lead.zones, lead.state) for lead in before
    ]
    kept = "'" if to.endswith(".csv") else ""  # a CSV cell that could be run as a formula has one before it
    assert [[cell.removeprefix(kept) for cell in lead.fields.values()] for lead in after] == [
        list(lead.fields.values()) for lead in before
    ]


async def launched(shop: Shop, path: Path, to: Path) -> list[Any]:
    await reported(shop, path, to)
    return shop.contacts()
