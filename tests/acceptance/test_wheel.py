"""The built wheel in a fresh environment, run from / with no environment variables at all."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEADS = ROOT / "examples" / "leads.xlsx"
CAMPAIGN = ROOT / "examples" / "campaign.toml"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the locked hatchling: no network needed."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``dialer`` as pip installs it from the wheel.

    The dependencies are borrowed from the environment the tests run in: a path file names its packages. Its own
    path files do not count there, so an editable install of this project cannot stand in for the wheel.
    """
    home = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = home / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run([str(python), *install], capture_output=True, check=True)
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip())
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "dialer"


def run(program: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(program), *words]
    return subprocess.run(command, cwd="/", env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def test_the_wheel_holds_every_file_that_is_no_python(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    rooms = [path for room in ("campaigns", "dialer") for path in (ROOT / room).rglob("*") if path.is_file()]
    wanted = {str(path.relative_to(ROOT)) for path in rooms if "__pycache__" not in path.parts}
    assert wanted <= inside
    for kind in (".lua", ".csv"):
        assert any(name.endswith(kind) for name in inside), kind
    assert any(name.startswith("campaigns/ledger/migrations/versions/") for name in inside)
    assert not any(name.startswith(("tests/", "benchmarks/", "examples/")) for name in inside)


def test_help(program: Path) -> None:
    ran = run(program, "--help")
    assert ran.returncode == 0, ran.stderr
    assert "launch" in ran.stdout


def test_it_is_the_wheel_that_runs(program: Path) -> None:
    command = [str(program.with_name("python")), "-c", "import campaigns, dialer; print(dialer.__path__[0])"]
    ran = subprocess.run(command, cwd="/", env={}, capture_output=True, text=True, check=True)
    assert Path(ran.stdout.strip()).is_relative_to(program.parents[1])


def test_check(program: Path, tmp_path: Path) -> None:
    out = tmp_path / "leads.jsonl"
    ran = run(program, "check", str(LEADS), "--country", "US", "--json", "--leads", str(out))
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["rows"] == told["accepted"] + told["rejected"] + told["duplicates"] + told["excluded"]
    assert len(out.read_text().splitlines()) == told["rows"]


@pytest.mark.slow
def test_a_rehearsal(program: Path, tmp_path: Path) -> None:
    report = tmp_path / "results.xlsx"
    words = ["--campaign", str(CAMPAIGN), "--rehearse", "--limit", "20", "--report", str(report)]
    ran = run(program, "launch", str(LEADS), *words, "--state", str(tmp_path / "state"))
    assert ran.returncode == 0, ran.stderr
    assert zipfile.is_zipfile(report)
