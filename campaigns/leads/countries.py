"""Which country a cell or an option names."""

from __future__ import annotations

from functools import lru_cache

from phonenumbers import SUPPORTED_REGIONS

from campaigns.leads.headers import key

NAMES = {
    "AE": "uae, united arab emirates",
    "AT": "austria, österreich",
    "AU": "australia",
    "BE": "belgium",
    "BR": "brazil, brasil",
    "CA": "canada, can",
    "CH": "switzerland, schweiz, suisse",
    "DE": "germany, deutschland, deu",
    "DK": "denmark",
    "ES": "spain, españa, esp",
    "FI": "finland",
    "FR": "france, fra",
    "GB": "uk, united kingdom, great britain, england, scotland, wales, gbr",
    "IE": "ireland",
    "IN": "india, ind",
    "IT": "italy, italia",
    "JP": "japan, 日本",
    "MX": "mexico, méxico, mex",
    "NL": "netherlands, the netherlands, nederland",
    "NO": "norway",
    "NZ": "new zealand",
    "PH": "philippines",
    "PL": "poland, polska",
    "PT": "portugal",
    "SE": "sweden",
    "SG": "singapore",
    "US": "usa, united states, united states of america, america, estados unidos",
    "ZA": "south africa",
}
_REGIONS = {key(name): region for region, names in NAMES.items() for name in names.split(",")}


@lru_cache(maxsize=1024)
def region_of(text: str) -> str | None:
    """The ISO 3166 code of the country named: ``"us"``, ``"USA"``, ``"United Kingdom"``; None if it is not known."""
    code = text.strip().upper()
    return code if code in SUPPORTED_REGIONS else _REGIONS.get(key(text))
