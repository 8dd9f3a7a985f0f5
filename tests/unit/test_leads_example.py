"""The demo's list, as the README tells of it."""

import runpy
import sys
from pathlib import Path

import pytest

from campaigns.leads.account import summarise
from campaigns.leads.lead import Lead
from campaigns.leads.lists import open_list
from campaigns.spec import Leads
from campaigns.vocabulary import PhoneType, Verdict

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_every_row_of_the_demo_list() -> None:
    leads: list[Lead] = []
    total = summarise(open_list(EXAMPLES / "leads.xlsx", Leads(country="US")), leads.extend)
    assert [total[name] for name in ("rows", "accepted", "rejected", "duplicates", "excluded")] == [300, 286, 5, 6, 3]
    assert total["reasons"] == {
        "duplicate_in_file": 6, "bad_number": 3, "opted_out": 3, "shortened_number": 1, "no_number": 1,
    }  # fmt: skip
    assert len({(lead.fields["First Name"], lead.fields["Last Name"]) for lead in leads}) == 300
    assert all("55501" in phone.e164 for lead in leads for phone in lead.phones)
    accepted = [lead for lead in leads if lead.verdict is Verdict.ACCEPTED]
    assert sum(lead.phones[0].types == (PhoneType.TOLL_FREE,) for lead in accepted) == 2
    assert [lead.phones[0].types for lead in accepted if not lead.zones] == [(PhoneType.PERSONAL,)]
    zones = {zone for lead in accepted for zone in lead.zones}
    assert {"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"} <= zones
    assert any(lead.fields["Zip"] == "02134" for lead in accepted)
    assert {note[:1] for lead in leads if (note := lead.fields["Notes"])} >= {"=", "+", "@", "-"}


def test_the_demo_list_is_what_its_script_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["make_leads.py", str(tmp_path / "leads.xlsx")])
    runpy.run_path(str(EXAMPLES / "make_leads.py"), run_name="__main__")
    assert (tmp_path / "leads.xlsx").read_bytes() == (EXAMPLES / "leads.xlsx").read_bytes()
