"""A campaign that is over leaves the ledger: its report is made from where it went, and nothing of others is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.ledger import archiving, inquiry, queries
from campaigns.ledger.campaigns import find
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.suppressing import Suppression, suppress
from campaigns.ledger.tables import attempts, contacts, decisions, lists, rows
from campaigns.reports.report import write_report
from campaigns.vocabulary import AttemptState, CampaignState, Result
from dialer.commands import archive, launch, resume
from dialer.embedded import ledger_url
from tests.integration.shop import DAY, WORLD, Shop, lead, number, shop_at, spec

HOT = (attempts, contacts, decisions, lists, rows)


@pytest.fixture
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """With "spring" called and done, "autumn" called, too; rows leave two at a time."""
    monkeypatch.setattr(archiving, "CHUNK", 2)
    with shop_at(database_url) as shop:
        for name, people in (("spring", (1, 2, 3)), ("autumn", (7, 8))):
            id_ = shop.campaign(name, [lead(row) for row in people])
            for attempt_id in shop.sent(id_, AttemptState.ACCEPTED):
                shop.observe(attempt_id, Result.HUMAN)
        shop.do(suppress, [Suppression(number(2), "global", "asked", "test")][0])
        shop.to(1, CampaignState.DONE)
        yield shop


def counts(shop: Shop) -> list[int]:
    return [shop.beside(sa.select(sa.func.count()).select_from(table))[0][0] for table in HOT]


def report(ledger: Ledger, out: Path, shop: Shop) -> Any:
    campaign = ledger.read_now(find, "spring")
    ledger.read_now(lambda conn: write_report(conn, campaign.id, out, shop.clock.now(), rehearsal=False))
    return json.loads(out.read_text())


async def test_its_report_is_the_same_from_where_it_went_and_only_its_own_rows_leave(
    shop: Shop, tmp_path: Path
) -> None:
    shop.clock.move(40 * DAY)
    before = report(shop.ledger, tmp_path / "before.json", shop)
    folder = tmp_path / "old" / "spring"
    assert await archive(shop.ledger, "spring", str(folder), "test") == 10
    assert counts(shop) == [2, 2, 2, 1, 2]
    archived = Ledger(ledger_url(folder), shop.clock.now, read_only=True)
    try:
        after = report(archived, tmp_path / "after.json", shop)
        campaign = archived.read_now(find, "spring")
        assert archived.read_now(inquiry.inquire, campaign, "2", shop.clock.now()).attempts[0].result == Result.HUMAN
        assert archived.read_now(queries.standing, campaign, shop.clock.now()).results == {"human": 3}
    finally:
        archived.close()
    assert {**after, "summary": None} == {**before, "summary": None}
    assert before["leads"]


async def test_what_it_leaves_behind_says_where_it_is_and_goes_on_after_a_crash(shop: Shop, tmp_path: Path) -> None:
    shop.clock.move(40 * DAY)
    folder = str(tmp_path / "spring")
    standing = shop.do(archiving.check, 1)
    archiving.copy_out(shop.url, 1, Path(folder))
    shop.do(archiving.close, archiving.Archived(1, folder, standing, "test"))
    assert shop.do(archiving.clear, 1) == 2  # and then the machine lost its power
    assert await archive(shop.ledger, "spring", folder, "test") == 8
    seen = shop.ledger.read_now(queries.standing, shop.ledger.read_now(find, "spring"), shop.clock.now())
    assert (seen.state, seen.detail) == (CampaignState.ARCHIVED, folder)
    assert [event.what for event in shop.events() if event.campaign_id == 1] == ["running", "done", "archived"]
    with pytest.raises(NotAllowed, match=f"was archived: ask again with --state {folder}"):
        archiving.still_here(shop.campaign_row(1))
    with pytest.raises(NotAllowed, match=f"was archived already: it is in {folder}"):
        await archive(shop.ledger, "spring", str(tmp_path / "elsewhere"), "test")
    with shop_at(ledger_url(Path(folder))) as there, pytest.raises(NotAllowed, match="was archived already"):
        await archive(there.ledger, "spring", folder, "test")
    with pytest.raises(NotAllowed, match="it cannot become running"):
        await resume(shop.ledger, "spring", "test")
    (tmp_path / "leads.csv").write_text("name,phone\nAnn,+12125550001\n")
    with pytest.raises(NotAllowed, match="was archived"):
        await launch(
            shop.ledger, str(tmp_path / "leads.csv"), "spring", spec().model_dump(mode="json"), WORLD, "1", None,
            False, None, "test",
        )  # fmt: skip


async def test_it_stays_while_anything_of_it_still_counts(shop: Shop, tmp_path: Path) -> None:
    async def refused(name: str, why: str) -> None:
        with pytest.raises(NotAllowed, match=why):
            await archive(shop.ledger, name, str(tmp_path / name), "test")
        assert not (tmp_path / name).exists()

    before = counts(shop)
    await refused("autumn", "is running; only one that is over")
    await refused("spring", "still count for caps; it can be archived from 2026-12-23 on")
    late = shop.campaign("late", [lead(9)])
    id_ = shop.reserve(late, shop.contacts()[-1].id, number(9))
    assert id_ is not None
    shop.to(late, CampaignState.CANCELLED)
    await refused("late", "1 calls are open")
    assert counts(shop)[0] == before[0] + 1


async def test_a_campaign_that_changes_while_it_is_copied_is_not_archived(shop: Shop, tmp_path: Path) -> None:
    shop.clock.move(40 * DAY)
    standing = shop.do(archiving.check, 1)
    shop.load(1, [lead(20)], sha256="2")
    with pytest.raises(NotAllowed, match="changed while it was copied"):
        shop.do(archiving.close, archiving.Archived(1, str(tmp_path), standing, "test"))
    assert shop.campaign_row(1).state == CampaignState.DONE
