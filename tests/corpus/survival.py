"""Reads harmed lists in a process of its own: ``python -m tests.corpus.survival FOLDER SEED COUNT`` (or ``giants``).

Whatever is wrong with a file, it is read or refused. Anything else is a failure: another exception, ten seconds without
an answer or the next row, a process that dies or grows, rows that do not tie. The last line printed is a JSON summary;
the file being read stays in FOLDER when the process does not live to print it.
"""

from __future__ import annotations

import faulthandler
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import phonenumbers

from campaigns.errors import DialerError
from campaigns.leads.lead import Lead
from campaigns.leads.lists import open_list
from campaigns.spec import Leads
from tests.corpus.mutants import giants, mutants

PEAK_MB = 600
"""What a process may grow to, and those that read old workbooks for it, whatever it reads."""
SILENT_S = 10
"""A file that gives neither a row nor a refusal for so long hangs; in processor time, for machines are busy."""
DEAF_S = 120
"""A file that hangs for so long, even outside Python, ends the process with a traceback of where."""
COUNTRIES = ("US", None, "DE")
POLICIES = ("skip", "merge", "newest", "all")


def survives(path: Path, leads: Leads) -> tuple[str, float]:
    """``"read"`` or ``"refused"``, and the longest wait in seconds; raises AssertionError where rows do not tie."""
    last, judged, longest, heard = 0, 0, 0.0, time.process_time()
    try:
        opened = open_list(path, leads)
        width = len(opened.info.columns)
        for lead in opened:
            longest, heard = max(longest, time.process_time() - heard), time.process_time()
            ties(lead, last, width)
            last, judged = lead.row, judged + 1
        assert judged == opened.rows, f"{opened.rows} rows were found, {judged} got a verdict"
    except DialerError as refusal:
        told = str(refusal)
    else:
        return "read", max(longest, time.process_time() - heard)
    assert path.name in told, f"the refusal does not name the file: {told}"
    assert len(told) < 1000, f"the refusal is {len(told)} characters long"
    assert "\n" not in told, f"the refusal is more than a line: {told}"
    return "refused", max(longest, time.process_time() - heard)


@lru_cache(maxsize=10_000)
def is_valid(e164: str) -> bool:
    """Whether the library knows the number to exist."""
    return bool(phonenumbers.is_valid_number(phonenumbers.parse(e164)))


def ties(lead: Lead, last: int, width: int) -> None:
    """What holds for every row of every list."""
    assert lead.row > last, f"row {lead.row} follows row {last}"
    assert len(lead.cells) == width, f"row {lead.row} has {len(lead.cells)} cells for {width} columns"
    assert (lead.verdict == "accepted") == (lead.reason is None), f"row {lead.row}: {lead.verdict} for {lead.reason}"
    assert lead.verdict == "accepted" or lead.detail, f"row {lead.row} is {lead.verdict} without a sentence"
    assert lead.verdict != "accepted" or lead.phones, f"row {lead.row} is accepted without a number"
    for phone in lead.phones:
        assert is_valid(phone.e164), f"row {lead.row}: no number: {phone.e164}"


def peak_kb() -> int:
    """The most memory this program held, or one that it started; on Linux without what its parent held before."""
    status = Path("/proc/self/status")
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if status.exists():
        return max(int(status.read_text().split("VmHWM:")[1].split()[0]), started)
    return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, started) // 1024


def trial(folder: Path, inputs: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    """What became of the inputs; those that failed stay in ``folder``."""
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    slowest = (0.0, "")
    for at, (name, content) in enumerate(inputs):
        path = folder / f"{at:05}" / name
        path.parent.mkdir()
        path.write_bytes(content)
        leads = Leads.model_validate({"country": COUNTRIES[at % 3], "duplicates": POLICIES[at % 4]})
        faulthandler.dump_traceback_later(DEAF_S, exit=True)
        failure = None
        try:
            outcome, took = survives(path, leads)
            slowest = max(slowest, (round(took, 2), name))
            if took > SILENT_S:
                failure = f"{path}: silent for {took:.1f} s"
        except KeyboardInterrupt:
            raise
        except BaseException as fault:  # noqa: BLE001 - a library's panic is no Exception, and is what is looked for
            outcome, failure = "failed", f"{path}: {type(fault).__name__}: {str(fault)[:300]}"
        outcomes[outcome] += 1
        if failure:
            failures.append(failure)
        else:
            path.unlink()
            path.parent.rmdir()
    faulthandler.cancel_dump_traceback_later()
    peak_mb = peak_kb() // 1024
    return {"outcomes": outcomes, "failures": failures, "slowest": slowest, "peak_mb": peak_mb}


def apart(folder: Path, *arguments: str, timeout_s: float) -> dict[str, Any]:
    """Run a trial in a process of its own; answers its summary, and raises AssertionError when the process dies."""
    command = [sys.executable, "-m", "tests.corpus.survival", str(folder), *arguments]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=timeout_s, check=False)
    left = ", ".join(map(str, folder.glob("*/*")))
    assert done.returncode == 0, f"it died of {done.returncode} reading the last of {left}\n{done.stderr[-3000:]}"
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return summary


if __name__ == "__main__":
    target, what, *number = sys.argv[1:]
    chosen = giants() if what == "giants" else mutants(int(what), int(number[0]))
    print(json.dumps(trial(Path(target), chosen)))
