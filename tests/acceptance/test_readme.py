"""The README's commands, run from top to bottom as printed, in a folder that holds nothing but the examples."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^(?P<need><!-- needs [^\n]+ -->\n)?```sh\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
DEMO = re.compile(r"```text\n\.venv/bin/dialer launch (?P<rest>[^\n]+)\n(?P<said>.*?)^```$", re.DOTALL | re.MULTILINE)
PROGRESS = re.compile(r"\w{3} \d{2} \w{3} [\d:]+ UTC  .*\n|…\n")
NEEDS = {"<!-- needs the whole checkout -->\n", "<!-- needs a real key -->\n"}


def environment(folder: Path) -> dict[str, str]:
    """What a new user has: the program on the PATH, and nothing set."""
    path = f"{Path(sys.executable).parent}:{os.defpath}"
    return {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"}


def commands() -> list[str]:
    """Every command that needs neither a checkout nor a key, in order."""
    lines = [line for block in BLOCK.finditer(README) if not block["need"] for line in block["text"].splitlines()]
    return [line for line in lines if line.strip()]


def shapes(said: str) -> list[str]:
    """What was said, without the progress in between, and every number the same."""
    return re.sub(r"\d+", "0", PROGRESS.sub("", said)).splitlines()


def test_only_what_a_test_cannot_have_is_marked() -> None:
    needs = {block["need"] for block in BLOCK.finditer(README) if block["need"]}
    assert needs <= NEEDS
    for block in BLOCK.finditer(README):
        excused = re.search(r"^make |\.venv/bin/activate|CALLFLUENT_API_KEY|--detach", block["text"], re.MULTILINE)
        assert bool(block["need"]) == bool(excused), block["text"]


def test_every_command_works_as_printed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    assert len(commands()) >= 8
    for command in commands():
        ran = subprocess.run(
            ["/bin/sh", "-c", command], cwd=tmp_path, env=environment(tmp_path), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
        assert "Traceback" not in ran.stderr
    assert (tmp_path / "results.xlsx").stat().st_size > 5000
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".dialer", "examples", "fix.xlsx", "leads.toml", "plot.svg", "results.xlsx",
    ]  # fmt: skip


def test_the_demo_says_what_is_printed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    printed = DEMO.search(README)
    assert printed
    ran = subprocess.run(
        ["dialer", "launch", *printed["rest"].split(), "--limit", "30", "--speed", "300"],
        cwd=tmp_path, env=environment(tmp_path), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    said, expected = shapes(ran.stderr), shapes(printed["said"].replace(".venv/bin/", ""))
    assert [line.split(":")[0] for line in said] == [line.split(":")[0] for line in expected]
    assert said[-2:] == expected[-2:]
