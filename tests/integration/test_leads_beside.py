"""A long list is read and judged in a process of its own; nobody can tell but by the clock."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from campaigns.errors import DialerError, ListRefused
from campaigns.leads import beside
from campaigns.leads.beside import judged
from campaigns.leads.lists import open_list
from campaigns.leads.packed import pack
from campaigns.spec import Agents, Leads

US = Leads(country="US")
ROWS = 6000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Rows of every verdict: good, twice, no number, foreign letters, two numbers, somebody who opted out."""
    path = tmp_path / "leads.csv"
    rows = (
        f'{n},"Zoë ""{n}""",{number},+44 20 7946 0{n % 900:03},{"yes" if n % 97 == 0 else ""},{n % 7}001\n'
        for n in range(ROWS)
        for number in [f"212 {200 + n % 5000 // 1000} {n % 1000:04}" if n % 11 else "none"]
    )
    path.write_text("Lead ID,Name,Phone,Phone 2,Do not call,Zip\n" + "".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every list counts as long; the processes that were started for them."""
    processes: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            processes.append(self)

    monkeypatch.setattr(beside, "LONG_BYTES", 0)
    monkeypatch.setattr(subprocess, "Popen", Noted)
    return processes


@pytest.mark.usefixtures("started")
def test_it_says_the_same_as_reading_it_here(file: Path) -> None:
    here = open_list(file, US)
    with judged(file, US, Agents()) as there:
        batches = list(there.batches)
    packed = [pack(leads) for leads in here.batches()]
    assert (there.info, there.rows, sum(map(len, batches))) == (here.info, here.rows, ROWS)
    columns = here.info.columns
    assert [lead for batch in batches for lead in batch.leads(columns)] == [
        lead for batch in packed for lead in batch.leads(columns)
    ]
    others = [other for batch in batches for other in batch.others]
    assert others == [other for batch in packed for other in batch.others]
    assert {other[3] for other in others} == {"duplicate", "excluded"}


@pytest.mark.usefixtures("started")
def test_a_list_that_breaks_off_is_refused_as_it_is_here(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + '1,"open\n', encoding="utf-8")
    with pytest.raises(ListRefused) as here:
        open_list(file, US)
    with pytest.raises(ListRefused) as there, judged(file, US, Agents()):
        pass
    assert str(there.value) == str(here.value)


def test_a_process_that_is_killed_is_one_clear_line(file: Path, started: list[subprocess.Popen[bytes]]) -> None:
    with judged(file, US, Agents()) as there:
        next(there.batches)
        os.kill(started[0].pid, signal.SIGKILL)
        with pytest.raises(DialerError, match="reading it failed: its process ended with -9"):
            list(there.batches)


def test_who_stops_in_the_middle_leaves_no_process_behind(file: Path, started: list[subprocess.Popen[bytes]]) -> None:
    with judged(file, US, Agents()) as there:
        next(there.batches)
        assert started[0].returncode is None
    assert started[0].returncode is not None


def test_packed_leads_unpack_to_what_they_were(file: Path) -> None:
    here = open_list(file, US)
    for leads in here.batches():
        again = pack(leads).leads(here.info.columns)
        accepted = [lead for lead in leads if lead.verdict == "accepted"]
        assert [lead._replace(phones=()) for lead in again] == [lead._replace(phones=()) for lead in accepted]
        assert [[phone[:3] for phone in lead.phones] for lead in again] == [
            [phone[:3] for phone in lead.phones] for lead in accepted
        ]
