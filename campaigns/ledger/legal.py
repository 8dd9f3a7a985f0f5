"""Every legal move of an attempt, a contact and a campaign, in one table; docs/states.md is made of it.

``moves`` and ``controls`` make these moves and no others. An attempt that is *open* may be a live call, or become one;
``None`` is nothing: a row that is made, or taken away again.
"""

from __future__ import annotations

from typing import NamedTuple

from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Word


class Move(NamedTuple):
    """One legal move: from a state (None: nothing was there) to a state (None: nothing is left), and why."""

    was: Word | None
    becomes: Word | None
    why: str


A, P, C = AttemptState, ContactState, CampaignState

ATTEMPT = (
    Move(None, A.RESERVED, "the feeder chose the contact; neither number nor contact has another open attempt"),
    Move(A.RESERVED, None, "sent back before its intent (pace, a rule, a pause): it never was an attempt"),
    Move(None, A.UNKNOWN, "the ledger was restored: history has a call that it knew nothing of"),
    Move(A.RESERVED, A.UNKNOWN, "the ledger was restored: what was about to be sent may have been sent since"),
    Move(A.RESERVED, A.SUBMITTED, "the intent: every rule still allows the call, which may exist from here on"),
    Move(A.SUBMITTED, A.ACCEPTED, "the platform took the call, by its answer or its history"),
    Move(A.SUBMITTED, A.REJECTED, "the platform refused this number for good"),
    Move(A.SUBMITTED, A.NOT_PLACED, "surely nothing was sent, or the platform surely did not take it"),
    Move(A.SUBMITTED, A.UNKNOWN, "the answer was unclear, or none came: a worker died, a connection broke"),
    Move(A.SUBMITTED, A.ENDED, "history had the call's end before the answer was written down"),
    Move(A.UNKNOWN, A.ACCEPTED, "history has the call, or a late answer says that it was taken"),
    Move(A.UNKNOWN, A.ENDED, "history has the call's end"),
    Move(A.UNKNOWN, A.UNRESOLVED, "no record past the horizon, or history refused to be read for long"),
    Move(A.UNKNOWN, A.NOT_PLACED, "no record past the horizon where `on_unknown` allows to take that for an answer"),
    Move(A.ACCEPTED, A.ENDED, "history has the call's end"),
    Move(A.ACCEPTED, A.LOST, "no final record long after the longest call, and none that says it is live"),
    Move(A.UNRESOLVED, A.ENDED, "a late record, or a person says how it ended"),
    Move(A.UNRESOLVED, A.NOT_PLACED, "a person says that nobody was called"),
    Move(A.LOST, A.ENDED, "a late record, or a person says how it ended"),
    Move(A.LOST, A.NOT_PLACED, "a person says that nobody was called"),
)

CONTACT = (
    Move(None, P.READY, "a row of a lead list was accepted"),
    Move(P.READY, P.DIALING, "an attempt was reserved"),
    Move(P.READY, P.EXCLUDED, "a rule or a do-not-call list bars the person, or they are to be forgotten"),
    Move(P.READY, P.EXPIRED, "the campaign or the lead ended first"),
    Move(P.READY, P.DONE, "an edit: what came of the last call ends it by the new file"),
    Move(P.READY, P.EXHAUSTED, "an edit: the new file allows no more attempts than were made"),
    Move(P.READY, P.CANCELLED, "the campaign was cancelled, or the person withdrawn"),
    Move(P.DIALING, P.READY, "the attempt was sent back or not placed, or another try follows it"),
    Move(P.DIALING, P.DONE, "a person was reached, or what was said ends it"),
    Move(P.DIALING, P.EXHAUSTED, "that was the last attempt allowed, or the last number"),
    Move(P.DIALING, P.EXCLUDED, "in the call, the person asked not to be called again"),
    Move(P.DIALING, P.EXPIRED, "the lead ends before its next try"),
    Move(P.DIALING, P.HELD, "what became of the attempt could not be learned"),
    Move(P.HELD, P.READY, "nobody was called, or another try follows what became of it"),
    Move(P.HELD, P.DONE, "a late record, or a person, says that it is done"),
    Move(P.HELD, P.EXHAUSTED, "what became of it was known late, and that was the last attempt allowed"),
    Move(P.HELD, P.EXCLUDED, "a late record says that the person asked to stop, or they are to be forgotten"),
    Move(P.HELD, P.EXPIRED, "what became of it was known late, and the lead ends before its next try"),
    Move(P.DONE, P.READY, "one of your people says when to call back"),
    Move(P.EXHAUSTED, P.READY, "the same, or an edit decides anew what follows the last call"),
    Move(P.EXCLUDED, P.READY, "an edit: the rule that left the person out is asked again"),
    Move(P.EXPIRED, P.READY, "an edit: the campaign's end is another"),
)

CAMPAIGN = (
    Move(None, C.WAITING, "launched; its list is being loaded"),
    Move(C.WAITING, C.RUNNING, "the list is loaded, or a run of a campaign for cron begins"),
    Move(C.WAITING, C.PAUSED, "a person paused it"),
    Move(C.WAITING, C.CANCELLED, "a person cancelled it"),
    Move(C.RUNNING, C.WAITING, "a campaign for cron: its run is over, or was killed"),
    Move(C.RUNNING, C.PAUSED, "a person paused it, or the dialer did: the reason says why"),
    Move(C.RUNNING, C.DONE, "nobody waits or is being called"),
    Move(C.RUNNING, C.CANCELLED, "a person cancelled it"),
    Move(C.PAUSED, C.RUNNING, "a person resumed it"),
    Move(C.PAUSED, C.WAITING, "a person resumed it; a campaign for cron waits for its next run"),
    Move(C.PAUSED, C.CANCELLED, "a person cancelled it"),
    Move(C.DONE, C.RUNNING, "leads were added, a callback was promised, or somebody waits again by an edit"),
    Move(C.DONE, C.WAITING, "the same for cron: it waits for its next run"),
    Move(C.DONE, C.ARCHIVED, "a person moved it out of the ledger"),
    Move(C.CANCELLED, C.ARCHIVED, "a person moved it out of the ledger"),
)

EVERY: dict[str, tuple[Move, ...]] = {"attempt": ATTEMPT, "contact": CONTACT, "campaign": CAMPAIGN}
LEGAL = frozenset((kind, move.was, move.becomes) for kind, moves in EVERY.items() for move in moves)


def may_become(kind: str, was: str | None, becomes: str | None) -> bool:
    """Whether an ``attempt``, ``contact`` or ``campaign`` may go from the one state to the other."""
    return (kind, was, becomes) in LEGAL


def final(kind: str) -> frozenset[Word]:
    """The states that nothing leaves."""
    entered = {move.becomes for move in EVERY[kind] if move.becomes is not None}
    return frozenset(entered - {move.was for move in EVERY[kind]})
