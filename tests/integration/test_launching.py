"""What a launch finds out from an earlier one of the same campaign, and what it says of people without consent."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.ledger.campaigns import NewCampaign, create
from campaigns.spec import Spec, parse_spec
from dialer.cli.dialing import tell_loaded
from dialer.cli.launching import answered_before
from dialer.commands import answer_of, execute
from dialer.embedded import own_ledger
from dialer.settings import Settings
from dialer.site import Site
from tests.agreed import CONSENT_TABLE
from tests.integration.shop import NOON, Clock

ATTESTED = parse_spec(CONSENT_TABLE, "c.toml")


async def test_what_was_answered_at_the_first_launch_is_not_asked_at_the_next(state: Path) -> None:
    async with own_ledger(state, lambda: NOON) as ledger:
        await ledger.write(create, NewCampaign("spring", ATTESTED, "world", "7", None))
    site = Site(Settings(state), state, Clock())
    assert answered_before(site, "spring", Spec()).consent == ATTESTED.consent
    assert answered_before(site, "autumn", Spec()) == Spec()
    other = parse_spec(CONSENT_TABLE.replace("they all", "all of them"), "c.toml")
    assert answered_before(site, "spring", other) == other  # the file goes first
    grounds = parse_spec('[consent.grounds]\nES = "customers"', "c.toml")
    assert answered_before(site, "spring", grounds).consent.grounds == {"ES": "customers"}


async def test_who_did_not_consent_is_counted_and_said(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = "Ann,+1 614 555 0101,yes\nBob,+1 614 555 0102,no\nCid,+1 614 555 0103,\nDan,+1 614 555 0104,yes\n"
    people += "Dan again,+1 614 555 0104,No\n"  # one no of a person counts for all their rows
    (tmp_path / "leads.csv").write_text("Name,Phone,Consent\n" + people)
    async with own_ledger(state, lambda: NOON) as ledger:
        said = answer_of(await execute(ledger, "launch", {
            "file": str(tmp_path / "leads.csv"), "name": "spring", "spec": Spec().model_dump(mode="json"),
            "world": "test", "agent": "7", "agent_fields": None, "skip_recent": False, "limit": None, "who": "test",
        }))  # fmt: skip
    assert (said["added"], said["no_consent"]) == (1, 3)
    tell_loaded("spring", said)
    assert "3 people are left out: the law wants their consent" in capsys.readouterr().err
