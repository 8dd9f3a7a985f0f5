"""Each test of the contract runs once for every platform, and for the one that the documents show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract import fourth
from tests.contract.subject import Subject
from tests.contract.subjects import SUBJECTS


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the documents' platform is installed."""
    folder = tmp_path_factory.mktemp("package")
    fourth.install(folder)
    return folder


@pytest.fixture(params=(*SUBJECTS, fourth.SUBJECT), ids=lambda subject: subject.name)
def subject(request: pytest.FixtureRequest, package: Path, monkeypatch: pytest.MonkeyPatch) -> Subject:
    """A platform."""
    found: Subject = request.param
    if found is fourth.SUBJECT:
        monkeypatch.syspath_prepend(str(package))
    return found
