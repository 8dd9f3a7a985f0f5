"""The file of a time zone is away for a while, as where its package is just being replaced (DESIGN §5.5)."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata

from campaigns.errors import ZonesMissing
from campaigns.rules.openings import open_spans, zone_spans
from campaigns.rules.zones import zone
from campaigns.vocabulary import AttemptState
from tests.integration.shop import HOUR, Shop, lead, number, shop_at

PACKAGE = "tzdata.zoneinfo.America"


def forget() -> None:
    """As a new process begins, with nothing of any zone read yet."""
    ZoneInfo.clear_cache()
    for memory in (zone, open_spans, zone_spans):
        memory.cache_clear()


@pytest.fixture
def alaska(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Its zone's file, in a copy of the package that a test may harm."""
    folder = tmp_path / "America"
    shutil.copytree(Path(tzdata.__file__).parent / "zoneinfo" / "America", folder)
    found = spec_from_file_location(PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert found is not None
    monkeypatch.setitem(sys.modules, PACKAGE, module_from_spec(found))
    yield folder / "Anchorage"
    forget()


@contextmanager
def away(file: Path) -> Iterator[None]:
    """A new process, which does not find the file."""
    aside = file.rename(file.with_name("aside"))
    forget()
    yield
    aside.rename(file)


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        shop.clock.move(2 * HOUR)  # ten o'clock in Alaska
        yield shop


def test_while_a_zones_file_is_away_nobody_there_is_called_and_nobody_is_given_up(shop: Shop, alaska: Path) -> None:
    shop.campaign(people=[lead(1, zones=("America/Anchorage",), state="AK"), lead(2)])
    loaded = shop.contacts()
    with away(alaska):
        with pytest.raises(ZonesMissing):
            shop.feed()
        assert (shop.attempts(), shop.contacts()) == ([], loaded)
    there, here = shop.feed().reserved["default"]
    reserved = shop.contacts()
    with away(alaska):
        with pytest.raises(ZonesMissing):
            shop.submit(there)
        assert shop.submit(here)
        assert [shop.attempt(id_).state for id_ in (there, here)] == [AttemptState.RESERVED, AttemptState.SUBMITTED]
        assert shop.contacts() == reserved
    assert shop.attempt(there).number == number(1)
    assert shop.submit(there)
