"""Reads and judges a long list in a process of its own, beside the one that writes it down, or places calls.

Python runs one thread at a time: within one process the list would take turns with the writer, and intents would wait
for both (measured: 100 ms instead of 20). A short list is read at once, for to start a process takes 0.3 s.

The other process is told what to read as JSON, and writes values to its standard output, each as ``marshal`` has it
behind its length in four bytes: ``("list", facts, rows)``, a ``("batch", …)`` after the other, ``("end",)``; or
``("refused", why)``, ``("failed", where)``.
"""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from campaigns.errors import DialerError, ListRefused
from campaigns.leads.collection import few_collections
from campaigns.leads.lead import Column, ListInfo
from campaigns.leads.lists import LeadList, open_list
from campaigns.leads.packed import Packed, pack
from campaigns.spec import Agents, Leads

LONG_BYTES = 2_000_000
TOGETHER = 250
"""How many rows travel together: while calls are placed, the ledger takes no more at a time."""
LENGTH_BYTES = 4
AHEAD_BYTES = 1 << 20
"""What the other process may be ahead by, and is read at once: as much as Linux lets a pipe hold."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A list whose rows come with their verdicts; ``rows`` is their number."""

    info: ListInfo
    rows: int
    batches: Iterator[Packed]


@contextmanager
def judged(path: Path, leads: Leads, agents: Agents) -> Iterator[Judged]:
    """Open the list at ``path`` as ``lists.open_list`` does, here or, a long one, in another process.

    Raises ListRefused, also while the batches are read.
    """
    if not path.is_file() or path.stat().st_size < LONG_BYTES:
        lead_list = open_list(path, leads, agents)
        yield Judged(lead_list.info, lead_list.rows, _packed(lead_list))
        return
    asked = json.dumps(
        {"path": str(path), "leads": leads.model_dump(mode="json"), "agents": agents.model_dump(mode="json")}
    )
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", __name__, asked],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=AHEAD_BYTES,
        pipesize=AHEAD_BYTES,
        start_new_session=True,  # a Ctrl-C is for this process to act on
    ) as process:
        try:
            facts, rows = _receive(process, path)
            columns = tuple(Column(**column) for column in facts.pop("columns"))
            yield Judged(ListInfo(columns=columns, **facts), rows, _batches(process, path))
        finally:
            process.kill()


def _packed(lead_list: LeadList) -> Iterator[Packed]:
    for leads in lead_list.batches():
        for first in range(0, len(leads), TOGETHER):
            yield pack(leads[first : first + TOGETHER])


def _batches(process: subprocess.Popen[bytes], path: Path) -> Iterator[Packed]:
    while batch := _receive(process, path):
        yield Packed(*batch)


def _receive(process: subprocess.Popen[bytes], path: Path) -> Any:
    """The next value but for its first word; nothing at the end."""
    assert process.stdout
    size = int.from_bytes(process.stdout.read(LENGTH_BYTES))
    content = process.stdout.read(size)
    if not size or len(content) < size:
        why = f"its process ended with {process.wait()}; is there enough memory?"
        raise DialerError(f"{path}: reading it failed: {why}")
    word, *said = marshal.loads(content)  # noqa: S302 - our own process wrote it
    if word == "refused":
        raise ListRefused(*said)
    if word == "failed":
        raise DialerError(f"{path}: reading it failed, which is a fault of the dialer; please report: {said[0]}")
    return said


def _send(out: IO[bytes], *values: Any) -> None:
    said = marshal.dumps(values)
    out.write(len(said).to_bytes(LENGTH_BYTES) + said)


def main(asked: str) -> None:
    """Read the list that is asked for; answer on standard output."""
    wish, out = json.loads(asked), sys.stdout.buffer
    try:
        with few_collections():
            lead_list = open_list(
                Path(wish["path"]), Leads.model_validate(wish["leads"]), Agents.model_validate(wish["agents"])
            )
            _send(out, "list", asdict(lead_list.info), lead_list.rows)
            for batch in _packed(lead_list):
                _send(out, "batch", *batch.values())
            _send(out, "end")
    except ListRefused as error:
        _send(out, "refused", str(error))
    except Exception as error:  # noqa: BLE001 - the outermost of this process; values are left out: they are people's
        places = traceback.extract_tb(error.__traceback__)
        _send(out, "failed", f"{type(error).__name__} at {places[-1].filename}:{places[-1].lineno}")
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1])
