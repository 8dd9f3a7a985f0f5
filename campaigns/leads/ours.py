"""The columns that this program itself adds to a list, and how they are known when the list comes back."""

from __future__ import annotations

from collections.abc import Sequence

OF_REPORT = (
    "phone_e164", "phone_type", "country", "zone", "other_zones", "zone_source", "state", "result", "reason",
    "in_plain_words", "attempts", "first_attempt_local", "last_attempt_local", "next_attempt_local", "talk_seconds",
    "disposition", "source_file", "source_row",
)  # fmt: skip
"""What the sheet Leads of a report adds."""

OF_CHECK_BEFORE = ("verdict", "reason", "in_plain_words", "phone_e164", "country", "phone_type", "zones", "suggestion")
"""What ``dialer check`` added up to 0.3.0."""

OF_CHECK = (*OF_CHECK_BEFORE, "source_row")
"""What ``dialer check --annotate`` adds."""

TOLD = "x_"
"""What the columns begin with that a report has behind its own, where webhooks told something of its calls."""

PREFIX = "dialer_"
"""Before a name that the user's list has, too."""


def own_names(names: Sequence[str], headers: Sequence[str]) -> tuple[str, ...]:
    """``names`` so that the list, whose ``headers`` these are, has none of them, in whatever case."""
    taken = {header.strip().casefold() for header in headers}

    def free(name: str) -> str:
        return name if name not in taken else free(PREFIX + name)

    return tuple(free(name) for name in names)


def added_from(headers: Sequence[str]) -> int:
    """Where the columns that we added begin; ``len(headers)`` where there are none.

    They are known as a whole, at the end and in order: a column of a user's own that is called ``state`` is no match.
    """
    bare = [_bare(header) for header in headers]
    told = len(bare)
    while told and bare[told - 1].startswith(TOLD):
        told -= 1
    for names, end in ((OF_REPORT, told), (OF_CHECK, len(bare)), (OF_CHECK_BEFORE, len(bare))):
        start = end - len(names)
        if start >= 0 and bare[start:end] == list(names):
            return added_from(headers[:start])
    return len(headers)


def _bare(header: str) -> str:
    name = header.strip().casefold()
    while name.startswith(PREFIX):
        name = name.removeprefix(PREFIX)
    return name
