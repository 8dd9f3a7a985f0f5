"""Clients, then campaigns, share an account's room fairly."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dialer.turns import Claim, Turns

A1, A2, A3 = (Claim("default", "a", n) for n in (1, 2, 3))
B4 = Claim("default", "b", 4)


def serve(turns: Turns, claims: list[Claim], rounds: int, quantum: int = 1) -> Counter[int]:
    served: Counter[int] = Counter()
    for _ in range(rounds):
        claim = turns.next(claims)
        turns.took(claim, quantum)
        served[claim.campaign_id] += quantum
    return served


def test_a_client_with_one_campaign_gets_as_much_as_one_with_three() -> None:
    assert serve(Turns(), [A1, A2, A3, B4], 60) == {1: 10, 2: 10, 3: 10, 4: 30}


def test_a_campaign_of_twice_the_weight_gets_twice_as_much() -> None:
    heavy = Claim("default", "a", 1, weight=2.0)
    assert serve(Turns(), [heavy, A2, A3], 40) == {1: 20, 2: 10, 3: 10}


def test_who_was_away_saves_up_no_turns() -> None:
    turns = Turns()
    serve(turns, [A1, A2], 100)
    assert serve(turns, [A1, A2, A3, B4], 12) == {1: 2, 2: 2, 3: 2, 4: 6}


def test_accounts_do_not_wait_for_each_other() -> None:
    turns = Turns()
    serve(turns, [A1], 100)
    other = Claim("other", "a", 1)
    assert serve(turns, [other, Claim("other", "a", 9)], 10) == {1: 5, 9: 5}


@given(
    clients=st.lists(st.lists(st.sampled_from([0.5, 1.0, 2.0, 5.0]), min_size=1, max_size=4), min_size=1, max_size=4),
    quantum=st.integers(1, 4),
)  # fmt: skip
def test_nobody_starves_and_nobody_gets_more_than_their_share(clients: list[list[float]], quantum: int) -> None:
    """Always hungry: between two turns of a campaign nobody else has more than their share of turns, and one more."""
    claims = [
        Claim("default", str(client), 10 * client + n, weight)
        for client, weights in enumerate(clients)
        for n, weight in enumerate(weights)
    ]
    turns, served = Turns(), list[Claim]()
    for _ in range(600):
        claim = turns.next(claims)
        turns.took(claim, quantum)
        served.append(claim)
    for claim in claims:
        weights = clients[int(claim.client)]
        share = claim.weight / sum(weights) / len(clients)
        turns_of = [at for at, each in enumerate(served) if each is claim]
        longest = max(later - earlier for earlier, later in pairwise([-1, *turns_of]))
        assert longest <= len(clients) * (sum(weights) / claim.weight + len(weights)) + len(clients)
        assert abs(len(turns_of) - 600 * share) <= len(claims) + 2
