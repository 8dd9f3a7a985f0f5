"""The real program, run as a process of its own in a folder of its own with an empty environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

BARE = {"PATH": os.environ["PATH"]}


def dialer(folder: Path, *words: str, said: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``dialer WORDS`` in ``folder``; ``said`` is its standard input, no terminal."""
    return subprocess.run(
        [sys.executable, "-m", "dialer", *words], cwd=folder, env=BARE | {"HOME": str(folder)} | variables,
        input=said, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def told(folder: Path, *words: str, **variables: str) -> Any:
    """The JSON document of a command that must succeed and say nothing else."""
    ran = dialer(folder, *words, "--json", **variables)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def refused(folder: Path, exit_code: int, *words: str, **variables: str) -> str:
    """The one line that a command which must fail says on stderr."""
    ran = dialer(folder, *words, **variables)
    assert (ran.returncode, ran.stdout) == (exit_code, ""), ran.stderr or ran.stdout
    lines = ran.stderr.splitlines()
    assert len(lines) == 1, ran.stderr
    assert lines[0].startswith("dialer: ")
    assert "fault" not in lines[0]
    return lines[0]
