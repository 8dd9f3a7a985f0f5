"""docs/states.md, made of the table of legal moves: ``python -m tests.states > docs/states.md``."""

from __future__ import annotations

from collections.abc import Iterator

from campaigns.ledger.legal import EVERY, final
from campaigns.vocabulary import OPEN_STATES, AttemptState, CampaignState, ContactState, Word

WORDS: dict[str, type[Word]] = {"attempt": AttemptState, "contact": ContactState, "campaign": CampaignState}
ABOUT = {
    "attempt": "An attempt is one try to call one number. It is open in "
    + ", ".join(f"`{state}`" for state in OPEN_STATES)
    + ": then it may be a live call, or become one, and neither its number nor its contact gets another.",
    "contact": "A contact is one person of one campaign. While an attempt is open they are `dialing`, and only then.",
    "campaign": "A campaign places calls only while it is `running`.",
}
HEAD = """# States, and every move between them

Where an attempt, a contact and a campaign can stand, and how each gets from one state to another. There are no other
moves: the program's own table (`campaigns/ledger/legal.py`) is this page, `make test` makes each move once, and every
change that the database sees in thousands of random stories, among crashes, is held against it.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for kind in EVERY for line in section(kind))])


def section(kind: str) -> Iterator[str]:
    """The states of one kind, and its moves."""
    yield from (f"## The {kind}", "", ABOUT[kind], "", "| state | it means |", "|---|---|")
    for state in WORDS[kind]:
        yield f"| `{state}` | {state.meaning}{'; nothing leaves it' if state in final(kind) else ''} |"
    yield from ("", "| from | to | when |", "|---|---|---|")
    for move in EVERY[kind]:
        yield f"| {name(move.was)} | {name(move.becomes)} | {move.why} |"
    yield ""


def name(state: Word | None) -> str:
    """A state as code; what is not there as a dash."""
    return f"`{state}`" if state else "–"


if __name__ == "__main__":
    print(page(), end="")
