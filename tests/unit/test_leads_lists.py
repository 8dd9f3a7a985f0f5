import json
from pathlib import Path
from typing import Any

import pytest

from campaigns.errors import ListRefused, RowsLost
from campaigns.leads.account import lead_line, summarise
from campaigns.leads.lead import Lead
from campaigns.leads.lists import LeadList, open_list
from campaigns.spec import Leads
from campaigns.vocabulary import Reason, Verdict


def opened(tmp_path: Path, text: str, **leads: Any) -> LeadList:
    path = tmp_path / "leads.csv"
    path.write_text(text, encoding="utf-8")
    return open_list(path, Leads.model_validate({"country": "US", **leads}))


def numbers(lead: Lead) -> list[str]:
    return [phone.e164[-4:] for phone in lead.phones]


def test_duplicates_are_of_accepted_rows_by_their_first_number(tmp_path: Path) -> None:
    text = (
        "Phone,Other Phone,Plan\n202-555-0101,,\n(202) 555-0101,202-555-0102,gold\n+12025550101,,gold\n"
        "202-555-0102,,gold\ntel:1-202-555-0102,,gold\n"
    )
    leads = list(opened(tmp_path, text, send={"plan": {"required": True}}))
    assert [lead.verdict.value for lead in leads] == ["rejected", "accepted", "duplicate", "accepted", "duplicate"]
    assert leads[2].detail == "row 3 has the same number"
    assert leads[4].detail == "row 5 has the same number"


def test_a_header_is_no_footer_whatever_it_says(tmp_path: Path) -> None:
    lead_list = opened(tmp_path, "\u00a9,Phone\n")
    assert (lead_list.rows, list(lead_list), lead_list.info.notes) == (0, [], ())


def test_who_opts_out_in_one_row_does_so_in_all(tmp_path: Path) -> None:
    text = (
        "Phone,Office Phone,DNC\n202-555-0101,,no\n202-555-0101,,\n202-555-0102,202-555-0100,yes\n202-555-0101,,x\n"
        "202-555-0103,202-555-0100,\n202-555-0100,,\n"
    )
    leads = list(opened(tmp_path, text))
    assert [lead.verdict.value for lead in leads] == [*["excluded"] * 4, "accepted", "excluded"]
    assert leads[0].detail == "Row 5 has the same number and asks not to be called."
    assert [phone.e164 for phone in leads[4].phones] == ["+12025550103"], "a shared number stays unused"


@pytest.mark.parametrize("said", ["yes", "Y", "TRUE", "1", "x", "2026-01-31", "opted out", "Stop"])
def test_an_opt_out_column_excludes(tmp_path: Path, said: str) -> None:
    (lead,) = opened(tmp_path, f"Phone,Do Not Call\n202-555-0101,{said}\n")
    assert (lead.verdict, lead.reason) == (Verdict.EXCLUDED, Reason.OPTED_OUT)
    assert said in lead.detail


@pytest.mark.parametrize("said", ["no", "No", "false", "FALSE", "0", "N", "", " ", "n/a"])
def test_what_does_not_mean_yes(tmp_path: Path, said: str) -> None:
    (lead,) = opened(tmp_path, f"Phone,Opted Out\n202-555-0101,{said}\n")
    assert lead.verdict is Verdict.ACCEPTED


def test_phone_columns_are_called_in_the_order_of_their_kind(tmp_path: Path) -> None:
    text = (
        "Company Phone,Home Phone,Phone,Work Direct Phone,Mobile Phone,Fax,Phone Type,Account Number\n"
        "202-555-0107,202-555-0105,202-555-0103,202-555-0102,202-555-0101,202-555-0109,mobile,2025550110\n"
        ",bad,202-555-0113,,,,,\n"
    )
    first, second = opened(tmp_path, text)
    assert numbers(first) == ["0101", "0102", "0103", "0105", "0107"]
    assert list(first.fields) == ["Fax", "Phone Type", "Account Number"]
    assert numbers(second) == ["0113"]


def test_columns_known_only_by_what_stands_in_them(tmp_path: Path) -> None:
    by_content = opened(tmp_path, "Who,Reach\nAnn,202-555-0101\nBob,202-555-0102\n")
    assert [(column.header, column.field, column.why) for column in by_content.info.columns][1] == (
        "Reach", "phone", "content",
    )  # fmt: skip
    by_both = opened(tmp_path, "Best phone to reach you,Number\n202-555-0101,12\n")
    assert [column.field for column in by_both.info.columns] == ["phone", None]
    with pytest.raises(ListRefused, match="no column holds phone numbers"):
        opened(tmp_path, "Who,Emergency phone note\nAnn,ask\n")


def test_the_campaign_file_goes_before_headers(tmp_path: Path) -> None:
    text = "Phone,Kontakt,Stop\n202-555-0101,202-555-0102,\n202-555-0103,202-555-0104,yes\n"
    first, second = opened(tmp_path, text, map={"kontakt": "phone", "Stop": "do_not_call"})
    assert numbers(first) == ["0102"]
    assert first.fields["Phone"] == "202-555-0101"
    assert second.verdict is Verdict.EXCLUDED


@pytest.mark.parametrize(
    ("mapping", "said"), [({"Fon": "phone"}, 'no column "Fon"'), ({"Phone": "fone"}, '"fone" is no field')]
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path: Path, mapping: dict[str, str], said: str) -> None:
    with pytest.raises(ListRefused, match=said):
        opened(tmp_path, "Phone\n202-555-0101\n", map=mapping)


def test_a_row_names_its_own_country(tmp_path: Path) -> None:
    text = "Phone,Country\n020 7946 0958,UK\n202-555-0101,United States\n202-555-0102,\n"
    assert [lead.phones[0].e164 for lead in opened(tmp_path, text)] == ["+442079460958", "+12025550101", "+12025550102"]


def test_zones_and_state(tmp_path: Path) -> None:
    text = (
        "Phone,State,Time Zone,Country\n212-555-0101,California,,\n212-555-0102,NY,,\n800-555-0103,,,\n"
        "800-555-0104,,Central,\n+61412345678,WA,,Australia\n+61412345679,WA,Australia/Perth,\n"
    )
    leads = list(opened(tmp_path, text))
    assert [(lead.state, set(lead.zones)) for lead in leads[:4]] == [
        ("CA", {"America/Los_Angeles", "America/New_York"}),
        ("NY", {"America/New_York"}),
        (None, set()),
        (None, {"America/Chicago"}),
    ]
    assert leads[4].state is None
    assert len(leads[4].zones) == 8
    assert leads[5].zones == ("Australia/Perth",)


def test_all_numbers_of_a_person_count_for_the_zones(tmp_path: Path) -> None:
    (lead,) = opened(tmp_path, "Mobile,Home Phone\n212-555-0101,415-555-0102\n")
    assert set(lead.zones) == {"America/New_York", "America/Los_Angeles"}


def test_a_number_that_another_row_bars_is_not_filled_in(tmp_path: Path) -> None:
    text = (
        "Phone,Home Phone,DNC\n202-555-0101,,\n202-555-0101,202-555-0102 / 202-555-0103,\n202-555-0102,,yes\n"
        "202-555-0101,202-555-0104,\n"
    )
    kept = next(iter(opened(tmp_path, text, duplicates="merge")))
    assert numbers(kept) == ["0101", "0103"]
    assert kept.fields == {"DNC": ""}, "a phone number is no field"


def test_required_fields(tmp_path: Path) -> None:
    text = "Phone,Name,Plan\n202-555-0101,Ann,Gold\n202-555-0102, ,Gold\n202-555-0103,Cy,\n"
    send = {"customer": {"column": "name", "required": True}, "plan": {"required": True, "default": "Basic"}}
    leads = list(opened(tmp_path, text, send=send))
    assert [lead.reason for lead in leads] == [None, Reason.MISSING_FIELD, None]
    assert "customer" in leads[1].detail
    with pytest.raises(ListRefused, match='"Nick", which the list lacks'):
        opened(tmp_path, text, send={"name": {"column": "Nick"}})


def test_the_account_is_plain_json_and_ties(tmp_path: Path) -> None:
    text = "Phone,Name,DNC\n202-555-0101,Ann,\n202-555-0101,Bob,\n12,Cy,\n,Di,\n202-555-0102,Ed,yes\n"
    lines: list[str] = []
    lead_list = opened(tmp_path, text)
    survey = summarise(lead_list, lambda leads: lines.extend(json.dumps(lead_line(lead)) for lead in leads))
    total = json.loads(json.dumps(survey))
    assert [total[name] for name in ("rows", "accepted", "rejected", "duplicates", "excluded")] == [5, 1, 2, 1, 1]
    assert total["reasons"] == {"duplicate_in_file": 1, "bad_number": 1, "no_number": 1, "opted_out": 1}
    assert total["columns"][0] == {
        "header": "Phone",
        "field": "phone",
        "why": "header",
        "samples": ["202-555-0101", "12", "202-555-0102"],
    }
    first = json.loads(lines[0])
    assert first["phones"] == ["+12025550101"]
    assert first["fields"] == {"Name": "Ann", "DNC": ""}
    assert (first["row"], first["verdict"], first["reason"]) == (2, "accepted", None)
    assert first["zones"] == ["America/New_York"]


def test_rows_without_a_verdict_are_an_error(tmp_path: Path) -> None:
    lead_list = opened(tmp_path, "Phone\n202-555-0101\n202-555-0102\n")
    (tmp_path / "leads.csv").write_text("Phone\n202-555-0101\n")  # somebody saves it anew meanwhile
    with pytest.raises(RowsLost, match=r"leads\.csv: 2 rows were found, 1 got a verdict"):
        summarise(lead_list)
