"""The platforms that the contract is held against."""

from __future__ import annotations

from tests.contract import callfluent
from tests.contract.subject import Subject

SUBJECTS: tuple[Subject, ...] = (callfluent.SUBJECT,)
