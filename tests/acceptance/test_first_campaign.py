"""The new user's path without an account: the commands of ``docs/first-campaign.md``, run as printed."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from tests.acceptance.stage import wait_for
from tests.acceptance.test_readme import environment

PAGE = (Path(__file__).parents[2] / "docs" / "first-campaign.md").read_text(encoding="utf-8")
SANDBOX, *REST = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
[SAID] = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@contextlib.contextmanager
def shell(folder: Path, script: str, said: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A terminal in which these commands are typed, until one of them fails."""
    with said.open("wb") as output:
        process = subprocess.Popen(
            ["/bin/sh", "-ec", script], cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def test_the_path_works_as_printed(tmp_path: Path) -> None:
    assert len(PAGE.splitlines()) <= 101
    with socket.create_server(("127.0.0.1", 0)) as free:  # the page's port may be somebody else's here
        port = str(free.getsockname()[1])
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    said, typed = tmp_path / "said", "".join(REST).replace("8480", port)
    with shell(one, f"exec {SANDBOX.strip()} --port {port}", tmp_path / "served"):
        wait_for(lambda: b"ready" in (tmp_path / "served").read_bytes())
        with shell(other, typed, said) as terminal:
            code = terminal.wait(100)
    told = said.read_text()
    assert code == 0, told
    assert "Traceback" not in told
    assert [line for line in told.splitlines() if line[:2] in ("✓ ", "! ", "✗ ")][-8:] == SAID.splitlines(), told
    head, *rows = openpyxl.load_workbook(other / "results.xlsx")["Leads"].iter_rows(values_only=True)
    leads = [dict(zip(head, row, strict=True)) for row in rows]
    assert {lead["First name"]: (lead["state"], lead["result"]) for lead in leads} == {
        "Ann": ("done", "human"), "Ben": ("exhausted", "busy"), "Cleo": ("exhausted", "voicemail_no_message"),
        "Dan": ("done", "human"),
    }  # fmt: skip
    assert max(lead["talk_seconds"] for lead in leads) < 40, "Ann was not hung up"
