"""The shape of the tree: short files, plain names, a light command line, no address of a package index."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
ROOMS = ("campaigns", "dialer", "tests", "benchmarks")
VAGUE = {"utils", "util", "helpers", "helper", "managers", "manager", "services", "service", "common", "misc"}
HEAVY = {"pandas", "numpy", "sqlalchemy", "arq", "redis", "httpx"}
INDEXES = ("py" + "pi.", "python" + "hosted", "npm" + "js.", "deb." + "debian", "registry." + "npm")
BINARY = {".xlsx", ".png", ".gif", ".sqlite", ".whl", ".pyc"}
MADE = {".git", ".venv", ".dialer", ".hypothesis", "build", "dist", "__pycache__"}


def python_files(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in (ROOT / room).rglob("*.py")]


def test_no_file_is_over_400_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): lines(path) for path in python_files(*ROOMS)}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_the_median_file_fits_on_a_page() -> None:
    assert median(lines(path) for path in python_files("campaigns", "dialer") if lines(path)) <= 120


def test_every_module_has_a_noun_for_a_name() -> None:
    words = {path: {path.stem, *path.relative_to(ROOT).parts} for path in python_files(*ROOMS)}
    assert [str(path) for path, parts in words.items() if parts & VAGUE] == []


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from dialer.cli import main\n"
        "sys.argv = ['dialer', '--help']\n"
        "try:\n    main()\n"
        "except SystemExit as left:\n    assert not left.code, left.code\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Usage" in ran.stdout
    assert set(ran.stderr.split()) & HEAVY == set()


def test_python_m_dialer_is_the_same_program() -> None:
    ran = subprocess.run([sys.executable, "-m", "dialer", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "launch" in ran.stdout


def test_no_file_names_a_package_index() -> None:
    named = [str(path) for path in files() if any(index in text(path) for index in INDEXES)]
    assert named == []


def lines(path: Path) -> int:
    return len(text(path).splitlines())


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def files() -> Iterator[Path]:
    """Every text file of the project, whatever was made beside them left out."""
    folders = [ROOT]
    while folders:
        for path in folders.pop().iterdir():
            if path.is_dir() and path.name not in MADE and not path.name.endswith("_cache"):
                folders.append(path)
            elif path.is_file() and path.suffix not in BINARY:
                yield path
