import csv
from importlib import resources

import pytest
from phonenumbers import SUPPORTED_REGIONS

from campaigns.leads.headings.countries import region_of

GERMANY = (
    "Germany",
    "Alemania",
    "Allemagne",
    "Deutschland",
    "Alemanha",
    "Germania",
    "Duitsland",
    "ドイツ",
    "DE",
    "DEU",
)


@pytest.mark.parametrize("name", [*GERMANY, "germany", " GERMANY ", "Deu", "Germany (DE)", "DE - Germany"])
def test_one_country_in_all_languages(name: str) -> None:
    assert region_of(name) == "DE"


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("Great Britain", "GB"), ("Regno Unito", "GB"), ("英国", "GB"),
        ("USA", "US"), ("U.S.A.", "US"), ("U.S.", "US"), ("États-Unis", "US"), ("EE. UU.", "US"),
        ("アメリカ合衆国", "US"),
        ("Vereinigte Staaten", "US"), ("CA", "CA"), ("IN", "IN"), ("Österreich", "AT"), ("Pays-Bas", "NL"),
        ("Côte d’Ivoire", "CI"), ("Korea, Republic of", "KR"), ("Korea, Democratic People's Republic of", "KP"),
        ("Viet Nam", "VN"), ("Türkiye", "TR"), ("Czechia", "CZ"), ("Guinea, Equatorial", None), ("Congo", None),
        ("N/A", None), ("n/a", None), ("none", None), ("TX", None), ("Texas", None), ("Europe", None), ("", None),
        ("44", None), ("America/Chicago", None), ("USA or Canada", None), ("US, CA", None), ("x" * 1_000_000, None),
    ],
)  # fmt: skip
def test_names_codes_and_what_is_neither(name: str, region: str | None) -> None:
    assert region_of(name) == region


def test_every_region_of_the_library_is_known_by_its_codes_and_name() -> None:
    text = (resources.files("campaigns.leads") / "data" / "countries.csv").read_text(encoding="utf-8")
    lines = list(csv.DictReader(text.splitlines()))
    assert {line["region"] for line in lines} == set(SUPPORTED_REGIONS)
    spelled = [
        (line["region"], name)
        for line in lines
        for name in (line["region"], line["region"].lower(), line["alpha3"], *line["names"].split(" | "))
    ]
    assert [(region, name) for region, name in spelled if region_of(name) != region] == []
    assert sum(len(line["names"].split(" | ")) >= 4 for line in lines) >= 60
