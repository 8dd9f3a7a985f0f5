"""Time that must lie between two calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.rules.facts import Decision
from campaigns.vocabulary import Reason


@dataclass(frozen=True, slots=True)
class Spacing:
    """No call sooner than ``gap`` after the ``last`` one (None: there was none), and why."""

    last: datetime | None
    gap: timedelta
    reason: Reason

    def kept(self, decision: Decision, now: datetime) -> Decision:
        """What was decided for ``now``, with this much time between the calls."""
        if not decision.allowed or self.last is None or now >= self.last + self.gap:
            return decision
        return Decision(False, self.reason, next_at=self.last + self.gap)
