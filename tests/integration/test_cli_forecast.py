"""``dialer forecast``, as a process."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.integration.test_cli_why import make
from tests.program import dialer, refused, told

EXAMPLES = Path(__file__).parents[2] / "examples"
LIST, START = str(EXAMPLES / "leads.xlsx"), "2026-11-23T14:00Z"
CAMPAIGN = '[leads]\ncountry = "US"\n[pace]\nper_second = 5\nat_once = 60\n[cost]\nper_minute = 0.5\ncurrency = "EUR"\n'


@pytest.fixture
def campaign(tmp_path: Path) -> str:
    (tmp_path / "c.toml").write_text(CAMPAIGN)
    return "c.toml"


def test_a_list_as_json(tmp_path: Path, campaign: str) -> None:
    seen = told(tmp_path, "forecast", LIST, "--campaign", campaign, "--start", START)
    assert (seen["people"] + sum(seen["left_out"].values()), seen["begin"]) == (300, "2026-11-23T14:00:00+00:00")
    assert seen["left_out"]["duplicate_in_file"] == 6
    assert seen["never"] == {"blocked_type": 2, "no_time_zone": 1}
    for what in ("calls", "answers", "minutes", "cost"):
        assert seen[what]["p10"] < seen[what]["p50"] < seen[what]["p90"]
    assert seen["finish"]["p10"] <= seen["finish"]["p50"] <= seen["finish"]["p90"]
    assert seen["cost"]["currency"] == "EUR"
    assert seen["rates"]["source"] == "assumed"
    assert sum(quarter["calls"] for quarter in seen["quarters"]) == pytest.approx(seen["calls"]["p50"], rel=0.001)
    assert seen["pace"] == {"per_second": 1.0, "at_once": 5}  # the account's limits are narrower
    assert seen["narrowed_by_account"]
    assert told(tmp_path, "forecast", LIST, "--campaign", campaign, "--rehearsal")["pace"]["at_once"] == 60


def test_the_page_says_what_limits_it_and_what_a_change_would_do(tmp_path: Path, campaign: str) -> None:
    done = dialer(
        tmp_path, "forecast", LIST, "--campaign", campaign, "--start", START, "--pace", "3", "--hours", "9-18:30"
    )
    assert done.returncode == 0, done.stderr
    for words in (
        "calls at once: 5 (the account's", "--pace 3 ", "--hours 09:00-18:30", "--pace 3 --hours 09:00-18:30",
        "duplicate_in_file: an earlier row", "Assumed, as the practice platform", "Mon 23 Nov··", "EUR",
    ):  # fmt: skip
        assert words in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 110


def test_a_campaign_under_way(tmp_path: Path) -> None:
    make(tmp_path)
    seen = told(tmp_path, "forecast", "spring", "--rehearsal")
    left = told(tmp_path, "status", "spring", "--rehearsal")["leads"]
    assert seen["people"] == left["ready"] + left["dialing"]
    assert seen["calls"]["p50"] > 0


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_the_plot_as_a_picture(tmp_path: Path, campaign: str, suffix: str) -> None:
    out = tmp_path / f"plot.{suffix}"
    for _ in range(2):
        done = dialer(tmp_path, "forecast", LIST, "--campaign", campaign, "--start", START, "--plot", str(out))
        assert done.returncode == 0, done.stderr
    assert (tmp_path / f"plot (2).{suffix}").exists()
    if suffix == "svg":
        texts = [text.text for text in ElementTree.parse(out).iter("{http://www.w3.org/2000/svg}text")]
        assert {"Mon 23 Nov", "09:00", "answered"} <= set(texts)
    else:
        with Image.open(out) as image:
            assert image.size[0] > 1000
            assert len(image.convert("RGB").getcolors(100_000) or ()) > 10


def test_what_cannot_be_forecast_is_refused_in_a_line(tmp_path: Path, campaign: str) -> None:
    assert "plot.pdf" in refused(tmp_path, 3, "forecast", LIST, "--plot", "plot.pdf")
    assert "--hours 20-9" in refused(tmp_path, 3, "forecast", LIST, "--hours", "20-9")
    assert "no ledger here" in refused(tmp_path, 2, "forecast", "autumn")
    assert "leads.csv: no such file" in refused(tmp_path, 2, "forecast", "leads.csv")
