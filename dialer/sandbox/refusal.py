"""What an endpoint raises."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that the platform turns down: its status, and the whole body of what it says."""

    def __init__(self, text: str, status: int, answer: Any) -> None:
        super().__init__(text)
        self.status, self.answer = status, answer
