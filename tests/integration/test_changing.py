"""Groups of held leads are settled, campaigns cloned, and everything that is done to one stands in its history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Ran

from campaigns.errors import NotAllowed
from campaigns.ledger import campaigns, cloning
from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.tables import campaigns as campaigns_table
from campaigns.ledger.tables import contacts
from campaigns.reports.summary import summarise
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result
from dialer.cli import program
from dialer.commands import answer_of, execute
from dialer.embedded import ledger_url
from tests.integration.shop import NOON, Shop, lead, number, shop_at

S, C = AttemptState, ContactState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


async def say(shop: Shop, command: str, **arguments: Any) -> Any:
    return answer_of(await execute(shop.ledger, command, {"name": "spring", "who": "ann", **arguments}))


def held(shop: Shop) -> list[int]:
    """Four people whose calls nobody can account for, each for a reason of its own; their attempts."""
    shop.campaign(people=[lead(row) for row in range(1, 5)], engine={"breaker": {"in_a_row": 9, "share": 1}})
    ids = shop.sent(1)
    for id_, text in zip(ids[:3], ("Invalid number 100%", "No minutes left", "no minutes left today"), strict=True):
        assert shop.record(id_, S.UNKNOWN, text=text, http_status=500)
        assert shop.do(conclude, Silence(id_, S.UNRESOLVED))
    assert shop.record(ids[3], S.ACCEPTED)
    assert shop.do(observe, Observation(ids[3], "default", "c4", None, raw_status="in-progress"))
    assert shop.do(conclude, Silence(ids[3], S.LOST))
    return ids


@pytest.mark.parametrize(
    ("group", "rows"),
    [
        ({"error": "no minutes LEFT"}, [2, 3]),
        ({"error": "100%"}, [1]),
        ({"error": "%"}, [1]),
        ({"error": "%", "state": "lost"}, []),
        ({"state": "lost"}, [4]),
        ({"state": "unresolved"}, [1, 2, 3]),
        ({"status": "in-progress"}, [4]),
        ({}, [1, 2, 3, 4]),
    ],
)
async def test_one_group_of_held_leads_is_settled_and_no_other(
    shop: Shop, group: dict[str, str], rows: list[int]
) -> None:
    held(shop)
    assert await say(shop, "settle", number=None, result="invalid_number", why="asked them", **group) == len(rows)
    assert [row.row for row in shop.contacts() if row.state != C.HELD] == rows
    assert {row.result for row in shop.attempts() if row.state == S.ENDED} <= {Result.INVALID_NUMBER}
    told = [(each.what, each.detail, each.why) for each in shop.events() if each.what == "settled"]
    assert told == ([("settled", f"{len(rows)} held: invalid_number", "asked them")] if rows else [])


async def test_every_control_is_kept_with_who_when_and_why(shop: Shop, tmp_path: Path) -> None:
    shop.campaign(people=[lead(1)])
    (tmp_path / "more.csv").write_text(f"name,phone\nBo,{number(2)}\n")
    more = str(tmp_path / "more.csv")
    await say(shop, "pause", detail="lunch")
    await say(shop, "resume", detail="back")
    await say(shop, "append", file=more, why="two more")
    await say(shop, "append", file=more, why="nothing new")
    await say(shop, "withdraw", file=more, why="wrong ones")
    await say(shop, "cancel", detail="budget")
    kept = [(each.at, each.who, each.what, each.detail, each.why) for each in shop.events()[1:]]
    assert kept == [
        (NOON, "ann", "paused", "", "lunch"),
        (NOON, "ann", "running", "", "back"),
        (NOON, "ann", "appended", "1 leads added, 0 changed", "two more"),
        (NOON, "ann", "withdrawn", "1 people, 0 of them in a call or held", "wrong ones"),
        (NOON, "ann", "cancelled", "", "budget"),
    ]


async def test_a_clone_has_the_file_and_no_leads(shop: Shop) -> None:
    ramp = {"calls": 10, "answered": 0.2}
    shop.campaign(people=[lead(1)], pace={"per_second": 7, "at_once": 3, "per_day": 9}, agent="5", ramp=ramp)
    shop.sql(campaigns_table.update().values(ramp_left=0))
    assert await say(shop, "clone", new="summer", with_leads=False, why="next season") == 0
    spring, summer = shop.campaign_row(1), shop.campaign_row(2)
    for column in ("spec", "agent", "account", "world", "mode", "client", "per_day", "subject"):
        assert summer._mapping[column] == spring._mapping[column]
    assert (summer.state, summer.version, summer.reason) == (CampaignState.WAITING, 1, None)
    assert summer.ramp_left == 10, "its own first calls are looked at, too"
    assert len(shop.contacts()) == 1
    assert [(each.campaign_id, each.what, each.detail, each.why) for each in shop.events()][-1] == (
        2, "cloned", 'from "spring", version 1', "next season",
    )  # fmt: skip
    with pytest.raises(Exception, match="choose another name") as taken:
        await say(shop, "clone", new="summer", with_leads=False)
    assert getattr(taken.value, "exit_code", None) == NotAllowed.exit_code


async def test_leads_that_are_not_done_go_along_and_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloning, "CHUNK", 2)
    shop.campaign(people=[lead(row, fields={"name": f"N{row}"}) for row in range(1, 9)])
    with pytest.raises(Exception, match="cancel it first"):
        await say(shop, "clone", new="summer", with_leads=True)
    stay = {1: (C.DONE, Reason.ANSWERED), 2: (C.EXCLUDED, Reason.DNC_GLOBAL), 3: (C.HELD, Reason.LOST)}
    go = {4: (C.EXHAUSTED, Reason.ATTEMPTS_USED), 5: (C.EXPIRED, Reason.CAMPAIGN_ENDED)}
    for row, (state, reason) in {**stay, **go}.items():
        shop.sql(contacts.update().where(contacts.c.row == row).values(state=state, reason=reason, next_at=None))
    shop.sql(contacts.update().where(contacts.c.row == 6).values(withdrawn=True, state=C.CANCELLED))
    shop.to(1, CampaignState.CANCELLED)
    assert await say(shop, "clone", new="summer", with_leads=True) == 4
    assert len(shop.contacts()) == 12
    mine = [row for row in shop.contacts() if row.campaign_id == 2]
    assert [(row.row, row.state, row.reason, row.next_at) for row in mine] == [
        (row, C.READY, Reason.NEW, NOON) for row in (4, 5, 7, 8)
    ]
    summary = shop.ledger.read_now(summarise, 2, NOON)
    assert (summary.rows, [source.rows for source in summary.sources]) == (4, [4])
    assert len(shop.feed().reserved.get("default", [])) == 0, "it waits until it is run"
    await say(shop, "open", name="summer")
    assert len(shop.feed().reserved["default"]) == 4


def test_on_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / ".dialer"
    folder.mkdir()
    with shop_at(ledger_url(folder)) as shop:
        held(shop)
        before = campaigns.parse_stored(shop.campaign_row(1).spec)
    file = tmp_path / "spring.toml"
    file.write_text(
        '[pace]\nper_second = 5\nat_once = 1000\n[leads]\nrunning = "call"\n[engine.breaker]\nin_a_row = 9\nshare = 1\n'
        "[hours]\n" + "".join(f'{day} = "08:00-21:00"\n' for day in before.hours.model_dump())
    )

    def run(*words: str, exit_code: int = 0) -> Ran:
        ran = CliRunner().invoke(program, [*words, "--state", str(folder)])
        assert getattr(ran.exception, "exit_code", ran.exit_code) == exit_code, ran.output
        return ran

    refused = run("edit", "spring", "--campaign", str(file), exit_code=NotAllowed.exit_code)
    assert refused.stderr == "  pace.per_second: 100.0 → 5.0\n"
    assert "add --yes" in str(refused.exception)
    said = run("edit", "spring", "--campaign", str(file), "--yes", "--why", "too many at once").stderr
    assert said.endswith('"spring" goes by version 2 now; calls in progress go on.\n')
    assert "goes by this file already" in run("edit", "spring", "--campaign", str(file), "--yes").stderr
    settled = run("settle", "spring", "--error", "no minutes", "--not-called", "--why", "refilled").stderr
    assert settled == '2 held leads of "spring" will be called again.\n'
    nobody = run("settle", "spring", "--of", "lost", "--status", "busy", "--result", "busy").stderr
    assert nobody == 'No such lead of "spring" is held.\n'
    assert "no leads" in run("clone", "spring", "summer").stderr
    assert "is paused" in run("pause", "spring", "--why", "lunch").stderr
    told = run("history", "spring").stdout.splitlines()
    assert [line.split("  ")[2:] for line in told[-3:]] == [
        ["edited: version 2: pace.per_second: 100.0 → 5.0", "(too many at once)"],
        ["settled: 2 held: not called", "(refilled)"],
        ["paused", "(lunch)"],
    ]
    seen = run("status", "spring").stdout
    assert 'its history says "in-progress"' in seen
