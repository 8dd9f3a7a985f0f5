"""The named points at which a process may die and nothing may be lost: after each, dying is tested.

A process that was started with ``DIALER_CRASH_AT=NAME`` or ``NAME:N`` ends there without a word the N-th time it comes
by, as ``kill -9`` would end it. Otherwise a point costs one comparison. The tests are made from this list, and one of
them fails for a point that is never passed.
"""

from __future__ import annotations

import os

from campaigns.vocabulary import Word

EXIT_CODE = 9


class Point(Word):
    """A moment between two things that cannot be done as one."""

    TABLES_MADE = "tables_made", "a migration's tables are made, its transaction is not committed"
    LIST_OPENED = "list_opened", "a list's row is committed, none of its own rows is"
    CHUNK_LOADED = "chunk_loaded", "some of a list's rows are committed, others are not, or the list is not closed"
    CONTROLLING = "controlling", "a campaign's state is changed, its event not written, nothing committed"
    EDITED = "edited", "a campaign goes by its new version, not all who wait by the old one are decided anew"
    COMMANDED = "commanded", "a person's command is committed, nobody was answered"
    TO_COMMIT = "to_commit", "a group's statements have run, its transaction is not committed"
    COMMITTED = "committed", "a group is committed, nobody who waits for it was told"
    RESERVED = "reserved", "attempts are reserved, this ring is not in Redis"
    RUNG = "rung", "this ring is in Redis, others may be missing"
    RING_TAKEN = "ring_taken", "a ring was taken out of Redis, nothing was done for it"
    SLOT_BOOKED = "slot_booked", "a slot is booked, no intent is committed"
    INTENT_COMMITTED = "intent_committed", "the intent is committed, nothing was sent"
    HALF_SENT = "half_sent", "half of the request's body was handed to the network"
    ANSWER_READ = "answer_read", "the platform's answer is read, its outcome not committed"
    OUTCOME_COMMITTED = "outcome_committed", "the outcome is committed, nothing followed from it"
    DOUBTED = "doubted", "requests without an outcome became unknown, history was not asked"
    RING_LOST = "ring_lost", "a lost ring counts as rung again, but is not in Redis"
    PAGE_READ = "page_read", "a page of history is read, nothing of it applied"
    RECORDS_APPLIED = "records_applied", "what history says is committed, what its silence means is not"
    DRAFT_WRITTEN = "draft_written", "a report is written beside its place, it does not have its name"


class _Order:
    """At which point this process is to die, and how many times it passes it before that."""

    point: Point | None = None
    left = 0


def arm(words: str) -> None:
    """Let this process die at ``NAME:N``, or at ``NAME`` for the first time."""
    name, _, nth = words.partition(":")
    _Order.point, _Order.left = Point(name), int(nth or 1)


def is_armed(point: Point) -> bool:
    """Whether this process is to die at this point, sooner or later."""
    return _Order.point is point


def reach(point: Point) -> None:
    """Say that the process is at this point; it may be its end."""
    if _Order.point is point:
        _Order.left -= 1
        if _Order.left == 0:
            os._exit(EXIT_CODE)
