"""``dialer check`` and ``dialer init``, as a process."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pydantic import BaseModel

from campaigns.spec import Platform, Spec, load_spec, parse_spec
from tests.program import dialer, refused, told

EXAMPLES = Path(__file__).parents[2] / "examples"
LEADS, CAMPAIGN = str(EXAMPLES / "leads.xlsx"), str(EXAMPLES / "campaign.toml")
KEYS = {
    "file", "sheet", "header_row", "encoding", "delimiter", "columns", "rows", "accepted", "rejected", "duplicates",
    "excluded", "reasons",
}  # fmt: skip
SMALL = "Full Name;Téléphone;Plan\nZoë;+33 1 42 68 53 00;Plus\n\nNoël;+33 1 42 68 53 00;Basic\nBob;none;Basic\n"


def test_every_row_is_accounted_for_on_stdout_and_in_the_file(tmp_path: Path) -> None:
    seen = told(tmp_path, "check", LEADS, "--country", "us", "--leads", "out.jsonl")
    assert set(seen) >= KEYS
    assert [seen[name] for name in ("rows", "accepted", "rejected", "duplicates", "excluded")] == [300, 286, 5, 6, 3]
    assert (seen["file"], seen["sheet"], seen["header_row"]) == ("leads.xlsx", "Leads", 1)
    assert seen["screened"] == {}
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["row"] for line in lines] == list(range(2, 302))
    assert sum(line["verdict"] == "accepted" for line in lines) == 286
    assert lines[0]["phones"] == ["+12155550146"]
    assert lines[0]["fields"]["First Name"] == "Omar"
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_the_campaign_file_says_whom_it_leaves_out_and_judges_no_row(tmp_path: Path) -> None:
    seen = told(tmp_path, "check", LEADS, "--campaign", CAMPAIGN)
    assert (seen["accepted"], seen["screened"]) == (286, {"blocked_type": 2, "no_time_zone": 1})
    assert seen["consent"] is None
    assert seen["countries"] == {"US": 286}


def test_the_page_says_what_was_read_and_what_to_type_next(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text(SMALL)
    ran = dialer(tmp_path, "check", "clients.csv")
    assert ran.returncode == 0, ran.stderr
    for words in (
        "clients.csv, utf-8, semicolon between cells, header in row 1",
        "3 rows: 1 accepted, 1 rejected, 1 duplicate, 0 excluded",
        "Téléphone  phone (header)                +33 1 42 68 53 00",
        "Plan       custom field",
        "row 4: row 2 has the same number",
        "country     FR 1",
    ):
        assert words in ran.stdout, ran.stdout
    assert ran.stderr == "Next: python -m dialer init clients.csv\n"


def test_the_page_counts_each_reason_and_shows_its_first_three_rows(tmp_path: Path) -> None:
    lines = ["Name,Phone", "Ann,202-555-0101", *["Bob,202-555-01"] * 4, *["Cy,202-555-0101"] * 5, "Di,none"]
    (tmp_path / "leads.csv").write_text("\n".join(lines))
    page = dialer(tmp_path, "check", "leads.csv", "--country", "US").stdout
    below = page.partition("\nNot accepted\n")[2].partition("\n\n")[0]
    assert [line.split(":")[0].strip() for line in below.splitlines() if "→" not in line] == [
        "5  duplicate_in_file", "row 7", "row 8", "row 9", "4  bad_number", "row 3", "row 4", "row 5",
        "1  no_number", "row 12",
    ]  # fmt: skip
    assert below.count("row 2 has the same number") == 3
    seen = told(tmp_path, "check", "leads.csv", "--country", "US")
    assert seen["reasons"] == {"duplicate_in_file": 5, "bad_number": 4, "no_number": 1}
    assert [row["row"] for row in seen["examples"]["bad_number"]] == [3, 4, 5]


def test_a_list_in_which_nobody_can_be_called_exits_3(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("Name,Phone\nAnn,212 555 0101\nBob,212 555 0102\n")
    ran = dialer(tmp_path, "check", "leads.csv", "--json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout)["reasons"] == {"ambiguous_country": 2}
    assert ran.stderr == "dialer: leads.csv: no row can be called\n"
    page = dialer(tmp_path, "check", "leads.csv")
    assert page.stdout.count("--country US, or write them") == 1
    assert "Next: python -m dialer check leads.csv --country US" in page.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.csv", None),
        ("empty.csv", b""),
        ("empty.xlsx", b""),
        ("brochure.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"),
        ("people.csv", b"Name,Town\nAnn,Rome\nBob,Oslo\n"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert name in refused(tmp_path, 3, "check", name)
    assert name in refused(tmp_path, 3, "check", name, "--json", "--leads", "out.jsonl")
    assert name in refused(tmp_path, 3, "init", name)
    assert not list(tmp_path.glob("*.toml")) + list(tmp_path.glob("*.jsonl"))


def test_a_typo_in_the_campaign_file_names_the_nearest_key(tmp_path: Path) -> None:
    (tmp_path / "spring.toml").write_text("[pace]\nper_secnd = 2\n")
    said = refused(tmp_path, 3, "check", LEADS, "--campaign", "spring.toml")
    assert "spring.toml" in said
    assert '"per_second"' in said
    assert "no such campaign file" in refused(tmp_path, 3, "check", LEADS, "--campaign", "absent.toml")
    assert '"Sheet9"' in refused(tmp_path, 3, "check", LEADS, "--sheet", "Sheet9")
    assert '"Narnia"' in refused(tmp_path, 3, "check", LEADS, "--country", "Narnia")
    assert "nowhere" in refused(tmp_path, 5, "check", LEADS, "--country", "US", "--leads", "nowhere/out.jsonl")


def test_the_file_that_init_writes_is_taken_unedited(tmp_path: Path) -> None:
    ran = dialer(tmp_path, "init", LEADS, "--country", "us")
    assert ran.returncode == 0, ran.stderr
    spec = load_spec(tmp_path / "leads.toml")
    assert (spec.name, spec.leads.country, spec.agent) == ("leads", "US", None)
    assert spec.model_copy(update={"name": None, "leads": Spec().leads}) == Spec()
    written = (tmp_path / "leads.toml").read_text()
    assert '#"Renewal Date" = "custom"' in written
    assert '#"renewal_date" = {column = "Renewal Date"}' in written
    assert_what_is_shown_is_what_holds(tmp_path, LEADS)
    assert parse_spec(re.sub(r'^#(?=[\w"]+ = )', "", written, flags=re.MULTILINE), "every line live").consent.text
    seen = told(tmp_path, "check", LEADS, "--campaign", "leads.toml")
    assert (seen["accepted"], seen["consent"]) == (286, "ask")
    page = dialer(tmp_path, "check", LEADS, "--campaign", "leads.toml").stdout
    assert "speaks of these people's consent; a launch will ask" in page
    assert "is there already" in refused(tmp_path, 2, "init", LEADS, "--country", "us")
    assert dialer(tmp_path, "init", LEADS, "--country", "us", "--out", "b.toml").returncode == 0


def test_the_mapping_that_init_writes_keeps_the_order_of_calling(tmp_path: Path) -> None:
    (tmp_path / "ann.csv").write_text("Name,Home Phone,Mobile\nAnn,212 555 0101,212 555 0102\n")
    written = drafted(tmp_path, "ann.csv", "--country", "US")
    assert re.findall('^#"(.*)" = "phone"', written, flags=re.MULTILINE) == ["Mobile", "Home Phone"]
    assert_what_is_shown_is_what_holds(tmp_path, "ann.csv")
    (tmp_path / "one.toml").write_text(written.replace('#"Home Phone" = "phone"', '"Home Phone" = "phone"'))
    told(tmp_path, "check", "ann.csv", "--campaign", "one.toml", "--leads", "one.jsonl")
    assert json.loads((tmp_path / "one.jsonl").read_text())["phones"] == ["+12125550101"]
    assert 'As soon as one line says "phone", only the columns so named are read for numbers.' in written


def test_init_wants_the_country_only_where_numbers_need_one(tmp_path: Path) -> None:
    assert "252 numbers have no country code" in refused(tmp_path, 3, "init", LEADS)
    assert '"Narnia"' in refused(tmp_path, 3, "init", LEADS, "--country", "Narnia")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "Été 2026!.csv").write_text('Name,Phone,"a ""b""\n#x = 1"\nZoë,+33 1 42 68 53 00,1\n')
    ran = dialer(tmp_path, "init", "Été 2026!.csv")
    assert ran.returncode == 0, ran.stderr
    spec = load_spec(tmp_path / "Été 2026!.toml")
    assert (spec.name, spec.leads.country) == ("t-2026", None)


def test_what_check_was_told_of_the_list_goes_on_into_the_campaign_file(tmp_path: Path) -> None:
    (tmp_path / "guests.csv").write_bytes("Imię;Telefon\nEwa;+48 22 123 45 67\n".encode("cp1250"))
    ran = dialer(tmp_path, "check", "guests.csv", "--encoding", "cp1250")
    assert ran.stderr == "Next: python -m dialer init guests.csv --encoding cp1250\n"
    assert '#encoding = "cp1252"' in drafted(tmp_path, "guests.csv", "--out", "guessed.toml")
    assert '#"Imię" = "custom"' in drafted(tmp_path, "guests.csv", "--encoding", "cp1250", "--out", "told.toml")
    assert load_spec(tmp_path / "told.toml").leads.encoding == "cp1250"
    seen = told(tmp_path, "check", "guests.csv", "--campaign", "told.toml")
    assert [column["header"] for column in seen["columns"]] == ["Imię", "Telefon"]


def test_the_sheet_that_check_was_told_is_the_one_that_is_drafted_from(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet, plan in ((book.worksheets[0], "A"), (book.create_sheet("More"), "B")):
        sheet.append(["Plan", "Phone"])
        sheet.append([plan, "212 555 0101"])
    book.save(tmp_path / "two.xlsx")
    asked = dialer(tmp_path, "check", "two.xlsx", "--sheet", "More").stderr
    assert "Next: python -m dialer check two.xlsx --country US --sheet More\n" in asked
    ran = dialer(tmp_path, "check", "two.xlsx", "--sheet", "More", "--country", "US")
    assert ran.stderr == "Next: python -m dialer init two.xlsx --country US --sheet More\n"
    assert '#"Plan" = "custom"  # "B"' in drafted(tmp_path, "two.xlsx", "--country", "US", "--sheet", "More")
    assert load_spec(tmp_path / "two.toml").leads.sheet == "More"
    assert told(tmp_path, "check", "two.xlsx", "--campaign", "two.toml")["sheet"] == "More"
    assert '"Sheet9"' in refused(tmp_path, 3, "init", "two.xlsx", "--country", "US", "--sheet", "Sheet9")


def test_the_example_shows_every_key_with_its_default() -> None:
    text = Path(CAMPAIGN).read_text(encoding="utf-8")
    assert [key for key in keys(Spec) if not re.search(rf"\b{key}\b(\.\w+)? *[=\]]", text)] == []
    shown = parse_spec(re.sub(r'^#(?=[\w"])', "", text, flags=re.MULTILINE), "the example, all of it")
    examples = {"name", "agent", "start", "end", "holidays", "leads", "hours", "pace", "retries", "platform", "law",
                "outcomes", "caps", "purpose", "subject", "consent", "lookup", "cost",
                "agents", "budget", "ramp"}  # fmt: skip
    said, default = shown.model_dump(mode="json"), Spec().model_dump(mode="json")
    assert {key: said[key] for key in said.keys() - examples} == {key: default[key] for key in said.keys() - examples}
    assert all((shown.platform.words, shown.platform.errors, shown.leads.send, shown.leads.map))


def test_the_example_is_the_campaign_of_the_demo() -> None:
    spec = load_spec(Path(CAMPAIGN))
    assert (spec.name, spec.leads.country, spec.platform) == ("spring", "US", Platform())
    assert tomllib.loads(Path(CAMPAIGN).read_text())["hours"]["mon"] == "10:00-17:00"


def assert_what_is_shown_is_what_holds(folder: Path, file: str) -> None:
    """The campaign file that ``dialer init`` wrote reads the list the same with every column's line live."""
    written = (folder / Path(file).name).with_suffix(".toml").read_text(encoding="utf-8")
    (folder / "live.toml").write_text(re.sub(r'^#(?="[^"\n]+" = )', "", written, flags=re.MULTILINE), encoding="utf-8")
    live = told(folder, "check", file, "--campaign", "live.toml", "--leads", "live.jsonl")
    found = told(folder, "check", file, "--country", "US", "--leads", "found.jsonl")
    assert live["columns"] == [column | {"why": "campaign file"} for column in found["columns"]]
    assert (folder / "live.jsonl").read_text() == (folder / "found.jsonl").read_text()


def drafted(folder: Path, *words: str) -> str:
    """The campaign file that ``dialer init WORDS`` says it wrote."""
    ran = dialer(folder, "init", *words)
    assert ran.returncode == 0, ran.stderr
    return (folder / ran.stderr.split()[1].rstrip(":")).read_text(encoding="utf-8")


def keys(model: type[BaseModel]) -> list[str]:
    found: list[str] = []
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        inside = isinstance(kind, type) and issubclass(kind, BaseModel)
        found += [name, *(keys(kind) if inside else [])]
    return found
