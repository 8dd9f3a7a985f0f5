"""``dialer suppress``: the do-not-call list."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.ledger.ledger import Tx
from campaigns.ledger.optouts import heed
from campaigns.ledger.tables import attempts
from campaigns.suppression.optouts import Found
from dialer.embedded import make_folder, own_ledger
from tests.program import dialer, refused, told
from tests.situations import NOW, build


def listed(folder: Path) -> list[tuple[str, str, str]]:
    rows = told(folder, "suppress", "list")["suppressions"]
    return [(row["entry"], row["scope"], row["note"]) for row in rows]


def test_a_list_can_be_loaded_before_anything_is_launched(tmp_path: Path) -> None:
    ran = dialer(tmp_path, "suppress", "add", "+1 212 555 0101", "212-555-0102", "--country", "us", "--note", "letter")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.splitlines()[-1] == "2 added to the do-not-call list (global)."
    assert (tmp_path / ".dialer" / "ledger.sqlite").exists()
    again = dialer(tmp_path, "suppress", "add", "+12125550101", "--state", str(tmp_path / ".dialer"))
    assert again.stderr == "0 added to the do-not-call list (global), 1 were on it already.\n"
    dialer(tmp_path, "suppress", "add", "+12125550103", "--client", "acme")
    assert listed(tmp_path) == [
        ("+12125550101", "global", "letter"), ("+12125550102", "global", "letter"), ("+12125550103", "client:acme", ""),
    ]  # fmt: skip
    gone = dialer(tmp_path, "suppress", "remove", "+12125550101", "+12125550109")
    assert gone.stderr == "1 of 2 taken off the do-not-call list (global).\n"
    assert len(listed(tmp_path)) == 2
    assert dialer(tmp_path, "suppress", "list").stdout.startswith("+12125550102\tglobal\t")


def test_a_number_that_is_none_changes_nothing(tmp_path: Path) -> None:
    assert '"asleep"' in refused(tmp_path, 3, "suppress", "add", "+12125550101", "asleep")
    assert "--country" in refused(tmp_path, 3, "suppress", "add", "212 555 0101")
    assert '"XX"' in refused(tmp_path, 3, "suppress", "add", "212 555 0101", "--country", "XX")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("stop.txt", "+1 212 555 0101\n\nnot a number\n(212) 555-0102\n"),
        ("stop.csv", "Name,Phone,DNC\nAnn,212 555 0101,\nBob,none,\nCarl,212 555 0102,yes\nCarl,212 555 0102,yes\n"),
    ],
)
def test_a_file_of_numbers(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    ran = dialer(tmp_path, "suppress", "import", name, "--country", "US")
    assert ran.stderr.splitlines()[-1] == (
        "2 added to the do-not-call list (global). 1 rows hold no number that can be read."
    )
    assert listed(tmp_path) == [("+12125550101", "global", name), ("+12125550102", "global", name)]


def test_a_file_without_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("nobody\n")
    assert "stop.txt" in refused(tmp_path, 3, "suppress", "import", "stop.txt")
    assert "missing.txt" in refused(tmp_path, 3, "suppress", "import", "missing.txt")
    assert "missing.csv" in refused(tmp_path, 3, "suppress", "import", "missing.csv")


def test_a_suppressed_lead_is_excluded_at_once_in_its_campaign_only(tmp_path: Path) -> None:
    make_folder(tmp_path / ".dialer")
    clock = [NOW]

    async def fill() -> None:
        async with own_ledger(tmp_path / ".dialer", lambda: clock[0]) as ledger:
            await build(ledger, clock, tmp_path)

    asyncio.run(fill())
    assert '"spring"' in refused(tmp_path, 2, "suppress", "add", "+12135550103", "--campaign", "sprong")
    assert "not both" in refused(tmp_path, 2, "suppress", "add", "+12135550103", "--campaign", "x", "--client", "y")
    dialer(tmp_path, "suppress", "add", "+12135550103", "--campaign", "spring")
    lead = told(tmp_path, "why", "spring", "3")
    assert (lead["state"], lead["reason"]) == ("excluded", "dnc_campaign")
    assert ("+12135550103", "campaign:spring", "") in listed(tmp_path)


def test_prefixes_patterns_hashes_and_an_end(tmp_path: Path) -> None:
    ran = dialer(
        tmp_path, "suppress", "add", "+1900*", "+1???5550100", "a" * 64, "--expires", "2030-01-31", "--note", "spring",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    dialer(tmp_path, "suppress", "add", "+12125550109", "--litigators")
    rows = told(tmp_path, "suppress", "list")["suppressions"]
    assert {(row["entry"], row["kind"], row["reason"]) for row in rows} == {
        ("+1900*", "prefix", "dnc_global"), ("+1???5550100", "pattern", "dnc_global"),
        (f"sha256:{'a' * 64}", "sha256", "dnc_global"), ("+12125550109", "number", "litigator"),
    }  # fmt: skip
    line = dialer(tmp_path, "suppress", "list").stdout.splitlines()[0]
    assert line.startswith("+1900*\tglobal\t")
    assert line.endswith("\tuntil 2030-01-31 00:00 UTC")
    gone = dialer(tmp_path, "suppress", "remove", "+1900*", "A" * 64)
    assert gone.stderr == "2 of 2 taken off the do-not-call list (global).\n"


def test_the_same_file_again_adds_nothing(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("".join(f"+1212555{n:04}\n" for n in range(5000)))
    first, again = (dialer(tmp_path, "suppress", "import", "stop.txt").stderr.splitlines()[-1] for _ in range(2))
    assert first == "5,000 added to the do-not-call list (global)."
    assert again == "0 added to the do-not-call list (global), the others were on it already."


LEADS = "Name,Phone,Since\nAnn,+12125550101,2026-01-31\nBob,+12125550102,\nCarl,+12125550103,2026-02-28\n"


def registry(folder: Path, *options: str, text: str = "212,5550101\n", today: str | None = None) -> str:
    (folder / "dnc.txt").write_text(text)
    day = today or f"{datetime.now(UTC):%Y-%m-%d}"
    words = ("suppress", "registry", "dnc.txt", "--name", "us-national", "--as-of", day, *options)
    ran = dialer(folder, *words)
    assert ran.returncode == 0, ran.stderr
    return ran.stderr


def test_a_registry_holds_in_a_rehearsal_and_its_file_must_be_there(tmp_path: Path) -> None:
    said = registry(tmp_path)
    assert '"us-national"' in said
    assert "1 numbers." in said
    (copy,) = told(tmp_path, "suppress", "registries")["registries"]
    file = tmp_path / ".dialer" / "registries" / f"{copy['sha256']}.registry"
    assert said.splitlines()[-1] == f"Every machine that dials needs {file}"
    assert dialer(tmp_path, "suppress", "registries").stdout.startswith("us-national\tUS\t1 numbers\tas of ")
    (tmp_path / "leads.csv").write_text(LEADS)
    ran = dialer(tmp_path, "launch", "leads.csv", "--rehearse", "--speed", "300", "--limit", "1", "--report", "r.json")
    assert ran.returncode == 0, ran.stderr
    report = json.loads((tmp_path / "r.json").read_text())["summary"]
    assert [reason["reason"] for reason in report["row_reasons"]] == ["dnc_registry"]
    assert report["registries"][0]["sha256"] == copy["sha256"]
    assert '✓ registry  "us-national" as of' in dialer(tmp_path, "doctor", "--offline").stdout
    file.unlink()
    assert f'✗ registry  registry "us-national": {file} is not here' in dialer(tmp_path, "doctor", "--offline").stdout
    line = refused(tmp_path, 5, "worker", CALLFLUENT_API_KEY="none")
    assert line.startswith(f'dialer: registry "us-national": {file} is not here, so nobody may be called; copy it')
    dialer(tmp_path, "suppress", "retire", "us-national")
    assert told(tmp_path, "suppress", "registries") == {"registries": []}


def test_an_old_copy_needs_a_reason_and_changes_need_a_copy(tmp_path: Path) -> None:
    (tmp_path / "dnc.txt").write_text("2125550101\n")
    words = ("suppress", "registry", "dnc.txt", "--name", "us", "--as-of", "2020-01-01")
    (tmp_path / ".dialer").mkdir()
    assert "31 are allowed" in refused(tmp_path, 3, *words)
    assert dialer(tmp_path, *words, "--override", "a test of old numbers").returncode == 0
    assert "used although old: a test of old numbers" in dialer(tmp_path, "suppress", "registries").stdout
    said = registry(tmp_path, "--name", "us", "--changes", text="2125550101,D\n2125550102,A\n")
    assert "1 numbers. 1 were taken out." in said
    assert len(list((tmp_path / ".dialer" / "registries").iterdir())) == 1
    today = ("--as-of", f"{datetime.now(UTC):%Y-%m-%d}")
    again = ("suppress", "registry", "dnc.txt", "--name", "uk")
    assert "import the full list first" in refused(tmp_path, 3, *again, *today, "--changes")
    assert '"XX"' in refused(tmp_path, 3, *again, *today, "--jurisdiction", "XX")
    assert "still to come" in refused(tmp_path, 3, *again, "--as-of", "2090-01-01")


def test_reassigned_numbers_are_asked_about_and_answered(tmp_path: Path) -> None:
    filled(tmp_path)
    ran = dialer(tmp_path, "suppress", "query", "spring", "ask.csv")
    assert ran.stderr.startswith("0 numbers to ask about are in ask.csv. "), ran.stderr
    assert ran.stderr.endswith(" are left out: no day is known for them (--since, --column).\n")
    dialer(tmp_path, "suppress", "query", "spring", "ask.csv", "--since", "2026-01-31")
    assert "2125550102,2026-01-31" in (tmp_path / "ask.csv").read_text().split()
    (tmp_path / "said.csv").write_text("TN,Date,Answer\n2125550102,2026-01-31,YES\n2135550103,2026-02-28,No data\n")
    said = dialer(tmp_path, "suppress", "answers", "said.csv")
    assert said.stderr == "2 answers: 1 numbers were reassigned and will not be called.\n"
    assert told(tmp_path, "why", "spring", "2")["reason"] == "reassigned"
    (tmp_path / "said.csv").write_text("nothing\n")
    assert "said.csv" in refused(tmp_path, 3, "suppress", "answers", "said.csv")


def filled(folder: Path, then: Callable[[Tx, Sequence[sa.Row[Any]]], list[None]] | None = None) -> None:
    """The campaign of ``tests.situations``; ``then`` is done with its first attempt."""
    make_folder(folder / ".dialer")
    clock = [NOW]

    async def fill() -> None:
        async with own_ledger(folder / ".dialer", lambda: clock[0]) as ledger:
            await build(ledger, clock, folder)
            attempt = await ledger.read(lambda conn: conn.execute(sa.select(attempts)).first())
            if then and attempt:
                await ledger.write(then, attempt)

    asyncio.run(fill())


def test_what_was_said_is_reviewed_and_a_person_is_forgotten(tmp_path: Path) -> None:
    def hear(tx: Tx, items: Sequence[sa.Row[Any]]) -> list[None]:
        return [heed(tx, item, Found("not interested", None)) for item in items]

    filled(tmp_path, hear)
    (row,) = told(tmp_path, "suppress", "review")["reviews"]
    assert dialer(tmp_path, "suppress", "review").stdout.split("\t")[-1] == "not interested\n"
    assert dialer(tmp_path, "suppress", "review", "1").returncode == 2
    assert "no review 7" in refused(tmp_path, 2, "suppress", "review", "7", "--dismiss")
    ran = dialer(tmp_path, "suppress", "review", str(row["id"]), "--suppress")
    assert ran.stderr == "1 settled: never called again.\n"
    assert told(tmp_path, "suppress", "review") == {"reviews": []}
    assert (row["number"], "global") in {each[:2] for each in listed(tmp_path)}

    assert "on the phone" in refused(tmp_path, 2, "forget", "+1 212 555 0106")
    gone = dialer(tmp_path, "forget", "(212) 555-0107", "--country", "US")
    assert gone.stderr.startswith("Erased: 1 leads, 1 rows, 1 attempts."), gone.stderr
    assert "0107" not in dialer(tmp_path, "report", "spring", "out.csv").stderr
    assert "Dana" not in (tmp_path / "out.csv").read_text()
    lead = told(tmp_path, "why", "spring", "7")
    assert (lead["state"], lead["phone"]) == ("done", "")
