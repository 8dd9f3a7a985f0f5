"""Each test of the contract runs once for every platform."""

from __future__ import annotations

import pytest

from tests.contract.subject import Subject
from tests.contract.subjects import SUBJECTS


@pytest.fixture(params=SUBJECTS, ids=lambda subject: subject.name)
def subject(request: pytest.FixtureRequest) -> Subject:
    """A platform."""
    found: Subject = request.param
    return found
