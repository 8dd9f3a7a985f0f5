"""The campaign file: what may stand in it, and what is said of what may not."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from campaigns.errors import SpecRefused
from campaigns.spec import Spec, describe_moment, dump_spec, load_spec, parse_spec, write_duration, write_windows
from campaigns.vocabulary import PhoneType, Result

EXAMPLE = Path(__file__).parents[2] / "examples" / "campaign.toml"


def test_an_empty_file_is_a_campaign_with_the_defaults() -> None:
    spec = parse_spec("", "c.toml")
    assert (spec.pace.per_second, spec.pace.at_once, spec.pace.per_day) == (1.0, 5, 0)
    assert spec.hours.week == (((540, 1200),),) * 5 + (((600, 1020),), ())
    assert (spec.retries.attempts, spec.retries.busy, spec.on_unknown) == (3, timedelta(minutes=15), "hold")
    assert (spec.engine.poll_min, spec.engine.poll_max) == (timedelta(seconds=2), timedelta(seconds=30))
    assert spec.engine.horizon == timedelta(minutes=15)


def test_what_is_written_is_read() -> None:
    spec = parse_spec(
        """
        name = "spring"
        start = 2026-11-23T09:00:00-05:00
        holidays = [2026-11-26]
        [hours]
        mon = ["09:00-12:00", "13:30-24:00"]
        tue = "closed"
        [retries]
        busy = "90s"
        no_answer = "never"
        [engine]
        match_window = "1m"
        [phones]
        blocked = ["tollFree"]
        [leads.send]
        code = { column = "Code", required = true }
        email = false
        [platform.words]
        Huh = "no_answer"
        ringin = "live"
        """,
        "c.toml",
    )
    assert spec.hours.mon == ((540, 720), (810, 1440))
    assert spec.hours.tue == ()
    assert spec.retries.wait_after(Result.BUSY) == timedelta(seconds=90)
    assert spec.retries.wait_after(Result.NO_ANSWER) is None
    assert spec.retries.wait_after(Result.HUMAN) is None
    assert spec.phones.blocked == {PhoneType.TOLL_FREE}
    assert spec.platform.words == {"Huh": Result.NO_ANSWER, "ringin": "live"}
    assert spec.leads.send["email"] is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('nmae = "x"', 'c.toml: nmae: there is no such key; did you mean "name"?'),
        ("[pace]\nper_secnd = 1", 'c.toml: pace.per_secnd: there is no such key; did you mean "per_second"?'),
        ("[retires]\nbusy = 1", 'c.toml: retires: there is no such key; did you mean "retries"?'),
        ("zzzzzzzz = 1", "c.toml: zzzzzzzz: there is no such key; examples/campaign.toml shows every key"),
        ("[pace]\nper_second = 0", "c.toml: pace.per_second: "),
        ('[hours]\nmon = "9-5"', 'c.toml: hours.mon: write hours such as "09:00-20:00"'),
        ('[hours]\nmon = "20:00-09:00"', 'c.toml: hours.mon: "20:00-09:00" is no span of one day'),
        ("[hours]\nmon = 9", "c.toml: hours.mon: write hours"),
        ('[retries]\nbusy = "soon"', 'c.toml: retries.busy'),
        ('[engine]\nhorizon = "15"', 'c.toml: engine.horizon: write a duration such as "90s"'),
        ('[retries]\nbusy = "30s"', "c.toml: retries: a wait is shorter than engine.match_window"),
        ('[[retries.table]]\nresult = "busy"\nwait = "30s"', "c.toml: retries: a wait is shorter"),
        ('[[retries.table]]\nresult = "bored"', "c.toml: retries.table.0.result: "),
        ('[[retries.table]]\nresult = "busy"\npart = "night"', "c.toml: retries.table.0.part: "),
        ('[outcomes]\nvalues = {sold = "win"}', "c.toml: outcomes.values.sold: "),
        ("[order]\npriority = 0", "c.toml: order.priority: "),
        ("start = 2026-11-23T09:00:00", "c.toml: start: "),
        ("start = 2026-11-23T09:00:00Z\nend = 2026-11-23T09:00:00Z", "c.toml: end: the campaign ends before it starts"),
        ("[leads]\ncountry = 'usa'", "c.toml: leads.country: "),
        ('mode = "later"', "c.toml: mode: "),
        ("name = 'a/b'", "c.toml: name: "),
        ('[platform.fields]\nzone = "Mars/Olympus"', 'c.toml: platform.fields.zone: "Mars/Olympus" is no time zone'),
        ("name = ", "c.toml: not valid TOML: "),
        ("[hours]\n" + "\n".join(f"{day} = 'closed'" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
         "c.toml: hours: every day is closed"),
    ],
)  # fmt: skip
def test_a_fault_says_where_and_what(text: str, words: str) -> None:
    with pytest.raises(SpecRefused) as fault:
        parse_spec(text, "c.toml")
    assert words in str(fault.value)
    assert "pydantic" not in str(fault.value)


def test_every_fault_has_its_line() -> None:
    with pytest.raises(SpecRefused) as fault:
        parse_spec('nmae = "x"\n[pace]\nat_once = 0\n', "c.toml")
    assert len(str(fault.value).splitlines()) == 2


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for name, words in (
        ("none.toml", "no such campaign file"),
        ("binary.toml", "cannot be read"),
        ("", "cannot be read"),
    ):
        with pytest.raises(SpecRefused, match=words) as fault:
            load_spec(tmp_path / name)
        assert "\n" not in str(fault.value)
    (tmp_path / "bom.toml").write_text('name = "spring"', encoding="utf-8-sig")
    assert load_spec(tmp_path / "bom.toml").name == "spring"


def test_the_ledger_gives_back_the_spec_it_was_given() -> None:
    for spec in (Spec(), load_spec(EXAMPLE), parse_spec("[hours]\nmon = ['09:00-12:00', '13:00-15:00']", "c.toml")):
        assert Spec.model_validate_json(dump_spec(spec)) == spec


def test_the_example_shows_every_key_with_its_default() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for key in _keys(Spec):
        assert re.search(rf"^\s*#?\s*\[?[\w.]*\b{key}\b", text, re.MULTILINE), key
    commented = "\n".join(re.sub(r"^#(?=[a-z_]+ *=|\[)", "", line) for line in text.splitlines())
    parse_spec(commented, "examples/campaign.toml")


def _keys(model: type[BaseModel]) -> set[str]:
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        keys.add(name)
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            keys |= _keys(inner)
    return keys


@pytest.mark.parametrize(
    ("duration", "text"), [("90s", "90s"), ("15m", "15m"), ("120m", "2h"), ("24h", "1d"), ("1.5h", "90m")]
)
def test_durations_are_written_as_people_write_them(duration: str, text: str) -> None:
    spec = parse_spec(f"[engine]\nhorizon = '{duration}'", "c.toml")
    assert write_duration(spec.engine.horizon) == text
    assert write_windows(((540, 1440),)) == ["09:00-24:00"]


def test_an_instant_is_written_with_its_offset() -> None:
    spec = parse_spec("start = 2026-11-23T09:00:00-05:00", "c.toml")
    assert spec.start is not None
    assert describe_moment(spec.start) == "2026-11-23 09:00 -05:00"


def test_its_json_is_the_same_in_every_process() -> None:
    """By it a rehearsal that was killed is known again; the order of a set differs from process to process."""
    program = 'from campaigns.spec import Spec; print(Spec(holidays=["2026-12-24", "2026-12-31"]).model_dump_json())'
    told = [
        subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2")
    ]
    assert told[0].stdout == told[1].stdout
