"""From when, and until when, one lead may be called; its list's own word beside the campaign's dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.rules.facts import Check, Decision
from campaigns.rules.zones import first_zone
from campaigns.spec import describe_moment
from campaigns.vocabulary import Reason


@dataclass(frozen=True, slots=True)
class Lifetime:
    """No call before, and none from, these instants; None: no such bound."""

    not_before: datetime | None = None
    expires_at: datetime | None = None

    def bound(self, decision: Decision, now: datetime) -> Decision:
        """What ``decide`` said of this person at ``now``, within these bounds."""
        if self.expires_at is not None and now >= self.expires_at:
            return Decision(False, Reason.LEAD_EXPIRED)
        if self.not_before is not None and now < self.not_before:
            never = not decision.allowed and decision.next_at is None
            decision = decision if never else Decision(False, Reason.NOT_YET, next_at=self.not_before)
        if self.expires_at is None:
            return decision
        if decision.next_at is not None and decision.next_at >= self.expires_at:
            return Decision(False, Reason.LEAD_EXPIRED)
        return replace(decision, until=min(decision.until, self.expires_at)) if decision.until else decision

    def check(self, now: datetime, zones: tuple[str, ...]) -> Iterator[Check]:
        """The same in words, where the lead has such bounds, on the first clock the person could have."""
        here = first_zone(zones)
        if self.not_before is not None:
            begins = describe_moment(self.not_before.astimezone(here))
            yield Check("not before", now >= self.not_before, f"not called before {begins}")
        if self.expires_at is not None:
            ends = describe_moment(self.expires_at.astimezone(here))
            yield Check("expiry", now < self.expires_at, f"not called from {ends} on")
