"""``[agents]`` of the campaign file: what is taken, and what is refused."""

from __future__ import annotations

import pytest

from campaigns.errors import SpecRefused
from campaigns.spec import parse_spec


def test_the_main_agent_is_the_one_named_or_the_first_of_those_who_call() -> None:
    text = '[agents]\ncolumn = "language"\npool = ["5"]\n[agents.values]\nen = "7"\nes = ["8", "7"]\n'
    text += '[retries]\ntable = [{result = "busy", agent = "9"}]\n'
    spec = parse_spec(text, "c.toml")
    assert (spec.main_agent, spec.callers) == ("5", ("5", "7", "8", "9"))
    assert parse_spec('agent = "3"', "c.toml").callers == ("3",)
    assert parse_spec("", "c.toml").callers == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('agent = "3"\n[agents]\npool = ["5"]', "agent: it is not in agents.pool"),
        ('[agents]\ncolumn = "language"', "agents: column and values go together"),
        ('[agents]\npool = ["5,6"]', "agents.pool.0"),
        ("[budget]\nmoney = 5", "budget.money: write what calls cost"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(SpecRefused, match=said):
        parse_spec(text, "c.toml")
