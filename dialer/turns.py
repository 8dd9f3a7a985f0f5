"""Whose turn it is: an account's room is shared fairly among clients, and a client's share among its campaigns.

Start-time fair queueing: each time somebody is served, their own clock goes on by what they took, divided by their
weight, and the clock furthest behind is next. Who had nothing to call for a while starts at the clock of those who
did, so nobody saves up turns and nobody waits for more than one round.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Member = TypeVar("Member", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Claim:
    """A campaign that may have somebody to call; ``weight`` is its share beside the client's other campaigns."""

    account: str
    client: str
    campaign_id: int
    weight: float = 1.0


class Turns:
    """Remembers who was served; one for all accounts of a process."""

    def __init__(self) -> None:
        self._clients, self._campaigns = _Clocks(), _Clocks()

    def next(self, claims: Sequence[Claim]) -> Claim:
        """The claim, of one account, whose turn it is: first the client, then one of its campaigns."""
        client = self._clients.next(claims[0].account, {claim.client: None for claim in claims})
        mine = {claim.campaign_id: claim for claim in claims if claim.client == client}
        return mine[self._campaigns.next((claims[0].account, client), mine)]

    def took(self, claim: Claim, count: int) -> None:
        """This claim was served so many calls."""
        self._clients.advance(claim.account, claim.client, count)
        self._campaigns.advance((claim.account, claim.client), claim.campaign_id, count / claim.weight)


class _Clocks:
    """The clocks of several groups, and of each group as a whole."""

    def __init__(self) -> None:
        self._own: dict[tuple[Hashable, Hashable], float] = {}
        self._group: dict[Hashable, float] = {}

    def next(self, group: Hashable, members: Iterable[Member]) -> Member:
        return min(members, key=lambda member: self._start(group, member))

    def advance(self, group: Hashable, member: Hashable, by: float) -> None:
        start = self._start(group, member)
        self._own[group, member] = start + by
        self._group[group] = max(start, self._group.get(group, 0.0))

    def _start(self, group: Hashable, member: Hashable) -> float:
        return max(self._own.get((group, member), 0.0), self._group.get(group, 0.0))
