"""What a fresh clone is set up from: the locks, the Makefile, the version."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.txt", "requirements-dev.txt")


def locked(name: str) -> dict[str, set[str]]:
    """The lock's packages with their versions."""
    versions: dict[str, set[str]] = {}
    for found in re.finditer(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / name).read_text(), re.MULTILINE):
        versions.setdefault(found[1], set()).add(found[2])
    return versions


def names(requirements: list[str]) -> set[str]:
    """The bare names of some requirements."""
    return {re.split(r"[\[<>=; ]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)
    entries = [entry for entry in re.split(r"\n(?=[a-z0-9])", text) if "==" in entry]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_locks_hold_all_that_the_project_asks_for() -> None:
    groups = PROJECT["dependency-groups"]
    runtime = names(PROJECT["project"]["dependencies"] + groups["build"])
    assert runtime <= set(locked("requirements.txt"))
    assert names(groups["dev"]) <= set(locked("requirements-dev.txt"))


def test_both_locks_agree() -> None:
    runtime, dev = (locked(name) for name in LOCKS)
    assert runtime == {name: dev[name] for name in runtime}


def test_each_dependency_is_explained() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    groups = PROJECT["dependency-groups"]
    wanted = names(PROJECT["project"]["dependencies"] + groups["build"] + groups["dev"])
    assert wanted == set(re.findall(r"^\| \*\*([a-z0-9-]+)\*\*", text, re.MULTILINE))


def test_the_changelog_and_the_image_tell_this_version() -> None:
    version = PROJECT["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
    assert f"image: dialer:{version}" in (ROOT / "docker-compose.yml").read_text()


def test_the_makefile_is_short_and_has_its_targets() -> None:
    text = (ROOT / "Makefile").read_text()
    assert len(text.splitlines()) <= 40
    for target in ("install", "demo", "check", "test", "chaos", "bench"):
        assert re.search(rf"^{target}:", text, re.MULTILINE)


def test_ci_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
