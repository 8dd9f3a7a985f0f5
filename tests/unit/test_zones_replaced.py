"""The package of time zone data is replaced by another version while a process runs, or between two runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import tzdata

ROOT = Path(__file__).parents[2]
NEW_YORK = Path("zoneinfo/America/New_York")
LATER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from campaigns.errors import ZonesMissing
from campaigns.rules.versions import tzdata_version
from campaigns.rules.zones import all_known, zone
def hour(name):
    return datetime(2026, 1, 15, 17, tzinfo=UTC).astimezone(zone(name)).hour
here = Path(sys.argv[1])
"""


def another(folder: Path) -> Path:
    """Another version of the package, in which New York keeps the time of Los Angeles."""
    made = folder / "tzdata"
    shutil.copytree(Path(tzdata.__file__).parent, made)
    shutil.copy(made / "zoneinfo/America/Los_Angeles", made / NEW_YORK)
    text = (made / "__init__.py").read_text()
    (made / "__init__.py").write_text(text.replace(tzdata.IANA_VERSION, "2099z"))
    return made


def told(made: Path, program: str) -> list[str]:
    """What a process says that has this version of the package."""
    ran = subprocess.run([sys.executable, "-c", LATER + program, str(made)], cwd=ROOT, capture_output=True, text=True,
                         env={"PYTHONPATH": f"{made.parent}:{ROOT}"}, check=False)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def test_the_next_process_decides_by_the_new_version_and_says_so(tmp_path: Path) -> None:
    made = another(tmp_path)
    assert told(made, "print(hour('America/New_York'), tzdata_version())") == ["9", "2099z"]


def test_a_zone_whose_file_is_away_just_now_is_no_unknown_zone(tmp_path: Path) -> None:
    program = """
print(hour('Europe/London'))
(here / 'zoneinfo/America/New_York').rename(here / 'away')
try:
    all_known(('Europe/London', 'America/New_York'))
except ZonesMissing as error:
    print(error.exit_code)
(here / 'zoneinfo/America/New_York').write_bytes(b'TZif2 half')
try:
    zone('America/New_York')
except ZonesMissing as error:
    print(error.exit_code)
(here / 'away').rename(here / 'zoneinfo/America/New_York')
print(hour('America/New_York'), all_known(('Europe/London', 'America/New_York')))
"""
    assert told(another(tmp_path), program) == ["17", "5", "5", "9", "True"]


def test_without_any_names_nobody_is_in_an_unknown_zone(tmp_path: Path) -> None:
    program = """
(here / 'zones').rename(here / 'away')
try:
    all_known(('America/New_York',))
except ZonesMissing as error:
    print(error.exit_code)
(here / 'away').rename(here / 'zones')
print(all_known(('America/New_York',)))
"""
    assert told(another(tmp_path), program) == ["5", "True"]
