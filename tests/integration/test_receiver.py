"""What platforms send us, over real sockets and into a real ledger: what is kept, what is not, and who is not heard."""

from __future__ import annotations

import asyncio
import gzip
import hmac
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from campaigns.hint import Hint
from campaigns.ledger.tables import optouts, suppressions
from campaigns.spec import Platform
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result
from dialer.errors import NotGenuine
from dialer.providers.registry import GROUP, account_class
from dialer.providers.webhooks import Hearing, Names, document, read_hint
from dialer.receiver import AT_ONCE, LARGEST, Listen, Receiver, listening, path_of
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, Shop, lead, number, shop_at, switchboard

KEY = SecretStr("sandbox")
PATH = path_of("default", KEY)
S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


@pytest.fixture
def stall(tmp_path: Path) -> Iterator[Shop]:
    """A shop for what is decided before the ledger is asked."""
    with shop_at(f"sqlite:///{tmp_path / 'stall.sqlite'}") as shop:
        yield shop


class Hooks:
    """A receiver on a socket, and what it asked for."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address, self._session = address, session
        self.hurried: list[tuple[str, str]] = []

    async def post(self, body: Any, path: str = PATH, **headers: str) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self._session.post(self.address + path, data=content, headers=headers) as answer:
            assert (await answer.text()) in ("", "404: Not Found") or answer.status == 413
            return answer.status


@asynccontextmanager
async def hooks(shop: Shop, platform: object = None) -> AsyncIterator[Hooks]:
    """``platform`` is what every account is on; CallFluent where there is none."""
    platforms = switchboard("http://127.0.0.1:1/api")
    if platform is not None:
        platforms.platform = lambda *_: platform  # type: ignore
    said: list[tuple[str, str]] = []
    receiver = Receiver(shop.ledger, platforms, {"default": KEY, "other": KEY}, lambda *who: said.append(who))
    async with listening(receiver, Listen("127.0.0.1", 0)) as address, aiohttp.ClientSession() as session:
        made = Hooks(address, session)
        made.hurried = said
        yield made
    await platforms.close()


def told(shop: Shop, attempt_id: int, **also: Any) -> dict[str, Any]:
    return {"dialer_ref": shop.attempt(attempt_id).ref, **also}


async def test_what_was_said_lands_on_the_attempt_ends_nothing_and_hurries_the_poll(shop: Shop) -> None:
    id_ = shop.in_state(S.ACCEPTED)
    before, contact = shop.attempt(id_), shop.contact_of(id_)
    body = told(
        shop, id_, transcription="User: Tuesday suits me.", recording_url="https://cdn.example/1.mp3",
        call_status="completed", data={"custom_fields": [{"name": "Pets", "value": 2}], "name": "Ann"},
    )  # fmt: skip
    async with hooks(shop) as at:
        assert await at.post(body) == 204
        assert at.hurried == [("default", "1")]
    row = shop.attempt(id_)
    heard = row.heard
    assert (heard["transcript"], heard["recording"]) == ("User: Tuesday suits me.", "https://cdn.example/1.mp3")
    assert heard["fields"] == {"call_status": "completed", "pets": "2"}  # the name went out with the call
    assert {**row._mapping, "heard": None} == before._mapping
    assert shop.contact_of(id_) == contact


async def test_the_same_body_again_changes_nothing(shop: Shop) -> None:
    id_ = shop.in_state(S.ACCEPTED)
    async with hooks(shop) as at:
        for body in (told(shop, id_, pets="2"), told(shop, id_, pets="3"), told(shop, id_, pets="2")):
            assert await at.post(body) == 204
        assert len(at.hurried) == 2
    assert shop.attempt(id_).heard["fields"] == {"pets": "3"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"dialer_ref=%s&pets=2", "application/x-www-form-urlencoded"),
        (b"dialer_ref=%s&pets=2", "application/json"),
        (b'{"dialer_ref":"%s","pets":2}', "text/plain"),
        (b'{"dialer_ref":"%s","pets":2}', "application/x-www-form-urlencoded"),
        (b'[{"payload":"{\\"dialer_ref\\":\\"%s\\",\\"pets\\":2}"}]', "nonsense"),
    ],
)
async def test_any_content_type(stall: Shop, body: bytes, kind: str) -> None:
    id_ = stall.in_state(S.ACCEPTED)
    async with hooks(stall) as at:
        assert await at.post(body % stall.attempt(id_).ref.encode(), **{"Content-Type": kind}) == 204
    assert stall.attempt(id_).heard["fields"] == {"pets": "2"}


async def test_who_does_not_know_the_secret_is_not_heard(stall: Shop) -> None:
    id_ = stall.in_state(S.ACCEPTED)
    body = told(stall, id_, pets="2")
    wrong = [
        PATH[:-1], PATH[:-1] + "!", PATH + "/", PATH + "x", "/hooks/default/", "/hooks/nobody/" + PATH[-43:],
        path_of("keyless", KEY), path_of("default", SecretStr("other")), "/hooks/default/%ff%00", "/", "/hooks",
    ]  # fmt: skip
    async with hooks(stall) as at:
        assert {await at.post(body, path) for path in wrong} == {404}
        async with aiohttp.ClientSession() as session, session.get(at.address + PATH) as answer:
            assert answer.status == 405
        assert at.hurried == []
    assert stall.attempt(id_).heard is None
    assert len({path_of(name, KEY) for name in ("default", "other")}) == 2


async def test_a_secret_is_compared_in_full_whether_or_not_there_is_such_an_account(
    stall: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest
    monkeypatch.setattr("dialer.receiver.hmac.compare_digest", lambda a, b: compared.append((a, b)) or compare(a, b))
    async with hooks(stall) as at:
        await at.post({}, "/hooks/default/wrong")
        await at.post({}, "/hooks/nobody/wrong")
    assert [len(expected) for _, expected in compared] == [43, 43]


async def test_what_cannot_be_read_is_refused_and_the_next_one_is_heard(stall: Shop) -> None:
    id_ = stall.in_state(S.ACCEPTED)
    bodies = [
        b"", b"hello", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 5_000, b"null", b"7", b'"text"', b"[1]", b"%%%",
        b'{"dialer_ref": NaN', b"1" * 10_000, b"&".join([b"a=1"] * 500),
    ]  # fmt: skip
    async with hooks(stall) as at:
        assert [await at.post(body) for body in bodies] == [400] * len(bodies)
        assert await at.post(told(stall, id_, pets="2")) == 204
    assert stall.attempt(id_).heard["fields"] == {"pets": "2"}


async def test_what_is_hostile_but_readable_does_no_harm(shop: Shop) -> None:
    id_ = shop.in_state(S.ACCEPTED)
    deep: Any = "end"
    for _ in range(200):
        deep = {"a": deep}
    bodies: list[dict[str, Any]] = [
        {"dialer_ref": {"a": 1}}, {"dialer_ref": True, "phone_number": ["x"]}, {"phone_number": 1e308},
        {"dialer_ref": "a\0b\ud800"}, {"call_id": "a\0b\ud800"}, {"values": [[n] * 9 for n in range(10_000)]},
        told(shop, id_, **{f"f{n}": "x" * 9_000 for n in range(90)}, deep=deep), told(shop, id_, pets=float("nan")),
        told(shop, id_, transcription="a\0b\ud800c", **{"\0\ud800": "\0", "-- drop": "x'; drop table attempts;--"}),
        told(shop, id_, recording="javascript:alert(1)"), told(shop, id_, recording="https://x y"),
    ]  # fmt: skip
    async with hooks(shop) as at:
        for body in bodies:
            assert await at.post(body) == 204
        for n in range(40):
            assert await at.post(told(shop, id_, more=n)) == 204
    heard = shop.attempt(id_).heard
    assert len(heard["digests"]) == 20
    assert len(heard["fields"]) <= 100
    assert max(len(value) for value in heard["fields"].values()) == 2_000
    assert (heard["transcript"], heard["recording"]) == ("a\N{REPLACEMENT CHARACTER}b?c", "")


async def test_a_body_too_large_or_too_slow_is_not_taken(stall: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = stall.in_state(S.ACCEPTED)
    large = json.dumps(told(stall, id_, pets="2" * LARGEST)).encode()
    async with hooks(stall) as at:
        assert await at.post(large) == 413
        assert await at.post(gzip.compress(large), **{"Content-Encoding": "gzip"}) == 413
        assert await at.post(large, "/hooks/default/wrong") == 404
        monkeypatch.setattr("dialer.receiver.BODY_S", 0.2)
        host, port = urlsplit(at.address).netloc.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf".encode())
        assert b" 408 " in await reader.readline()
        writer.close()
    assert stall.attempt(id_).heard is None


class Signed:
    """A platform that signs what it sends."""

    def hints(self, headers: Mapping[str, str], body: bytes) -> Sequence[Hint]:
        if headers.get("x-signature") != hmac.new(b"whsec", body, "sha256").hexdigest():
            raise NotGenuine
        return [read_hint(document(body), Names(ref=("metadata_ref",)), lambda _: None)]


async def test_a_platform_that_signs_is_believed_only_what_it_signed(stall: Shop) -> None:
    id_ = stall.in_state(S.ACCEPTED)
    body = json.dumps({"data": {"Metadata-Ref": stall.attempt(id_).ref, "pets": 2}}).encode()
    async with hooks(stall, Signed()) as at:
        assert await at.post(body) == 403
        assert await at.post(body, **{"X-Signature": "00"}) == 403
        assert stall.attempt(id_).heard is None
        assert await at.post(body, **{"X-Signature": hmac.new(b"whsec", body, "sha256").hexdigest()}) == 204
    assert stall.attempt(id_).heard["fields"] == {"pets": "2"}


async def test_a_platform_that_tells_nothing_has_no_address(stall: Shop) -> None:
    async with hooks(stall, object()) as at:
        assert await at.post({}) == 404


async def test_only_so_many_bodies_are_held_at_once(stall: Shop) -> None:
    async with hooks(stall) as at:
        host, port = urlsplit(at.address).netloc.split(":")
        slow = [await asyncio.open_connection(host, int(port)) for _ in range(AT_ONCE)]
        for _, writer in slow:
            writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf".encode())
        while await at.post({"pets": 1}) != 503:
            await asyncio.sleep(0.01)
        for _, writer in slow:
            writer.close()
        while await at.post({"pets": 1}) != 204:
            await asyncio.sleep(0.01)


async def test_a_hint_with_nothing_but_the_number_is_believed_where_one_call_can_be_meant(shop: Shop) -> None:
    first = shop.in_state(S.ENDED)
    async with hooks(shop) as at:
        said = {"phone_number": "+1 212 555 0001", "transcription": "hello"}
        assert await at.post(said, path_of("other", KEY)) == 204
        assert shop.attempt(first).heard is None  # another account's
        for stranger in ({"phone_number": number(99)}, {"phone_number": "555 0001"}, {"name": "Ann"}):
            assert await at.post({**said, **stranger, "n": 1} if "name" not in stranger else stranger) == 204
        assert shop.attempt(first).heard is None
        assert await at.post({**said, "dialer_ref": "somebody else's"}) == 204
        assert shop.attempt(first).heard is None
        assert await at.post(said) == 204
        assert shop.attempt(first).heard["transcript"] == "hello"
        assert at.hurried == []  # it has ended
        second = shop.in_state(S.ACCEPTED, "autumn")
        assert await at.post(said) == 204  # came before
        assert await at.post({**said, "n": 2}) == 204  # whose is it?
        assert shop.attempt(second).heard is None
        shop.observe(second, Result.BUSY)
        shop.clock.move(DAY + MINUTE)
        assert await at.post({**said, "n": 3}) == 204  # the first is too long ago, in the second nothing was said
        assert len(shop.attempt(first).heard["digests"]) == 1
        assert shop.attempt(second).heard is None


async def test_a_call_that_rang_in_vain_has_no_transcript(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], retries={"attempts": 2, "busy": "15m"})
    (first,) = shop.sent(1, S.ACCEPTED)
    shop.observe(first, Result.BUSY)
    shop.clock.move(HOUR)
    (second,) = shop.sent(1, S.ACCEPTED)
    async with hooks(shop) as at:
        assert await at.post({"phone_number": number(1), "transcription": "hello"}) == 204
    assert (shop.attempt(first).heard, shop.attempt(second).heard["transcript"]) == (None, "hello")


async def test_the_calls_id_tells_once_history_has_told_it(shop: Shop) -> None:
    id_ = shop.in_state(S.ENDED)  # call c1
    async with hooks(shop) as at:
        assert await at.post({"call_id": "c9", "phone_number": number(1), "transcription": "other"}) == 204
        assert await at.post({"call_id": f"c{id_}", "transcription": "mine"}) == 204
    assert shop.attempt(id_).heard["transcript"] == "mine"


@pytest.mark.parametrize("late", [False, True], ids=["before the record", "after the record"])
async def test_what_was_collected_counts_whichever_comes_first(shop: Shop, late: bool) -> None:
    shop.campaign(people=[lead(1)])
    (id_,) = shop.sent(1, S.ACCEPTED)
    body = told(shop, id_, disposition="call later", callback_at="tomorrow 10:00")
    async with hooks(shop) as at:
        if late:
            shop.observe(id_, Result.HUMAN)
            assert shop.contact_of(id_).state == ContactState.DONE
        assert await at.post(body) == 204
        if not late:
            assert shop.attempt(id_).state == S.ACCEPTED
            shop.observe(id_, Result.HUMAN)
        contact = shop.contact_of(id_)
        assert (contact.state, contact.reason) == (ContactState.READY, Reason.CALLBACK)
        assert contact.next_at == NOON.replace(day=24, hour=15)  # ten o'clock in New York
        assert shop.attempt(id_).disposition == "call later"
        shop.clock.move(DAY)
        assert shop.sent(1, S.ACCEPTED) != [id_]
        assert await at.post({**body, "callback_at": "fri 11:00"}) == 204  # of a call before the last one
    assert shop.contact_of(id_).state == ContactState.DIALING


@pytest.mark.parametrize("state", [S.ACCEPTED, S.ENDED, S.LOST])
async def test_a_wish_not_to_be_called_is_heeded_whatever_the_attempt_stands_at(shop: Shop, state: S) -> None:
    id_ = shop.in_state(state)
    async with hooks(shop) as at:
        assert await at.post(told(shop, id_, transcript=[{"role": "user", "content": "Never call me again."}])) == 204
        assert await at.post(told(shop, id_, transcript="User: please stop... Agent: fine")) == 204
    assert [row.entry for row in shop.beside(sa.select(suppressions))] == [number(1)]
    assert shop.attempt(id_).state == state


async def test_doubtful_words_are_put_to_a_person_once(stall: Shop) -> None:
    id_ = stall.in_state(S.ACCEPTED)
    async with hooks(stall) as at:
        for n in range(2):
            assert await at.post(told(stall, id_, transcript=f"User: I did not say never call again. {n}")) == 204
    assert len(stall.beside(sa.select(optouts))) == 1


@pytest.mark.parametrize("name", [point.name for point in entry_points(group=GROUP)])
def test_a_platform_that_declares_webhooks_can_read_them(name: str) -> None:
    kind = account_class(name)
    client = kind(platform=name, base_url="http://127.0.0.1:1").connect(KEY, Platform(name=name))
    assert isinstance(client, Hearing) == kind.abilities.webhooks


async def test_nothing_of_it_is_logged(stall: Shop, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level("DEBUG")
    id_ = stall.in_state(S.ACCEPTED)
    async with hooks(stall) as at:
        await at.post(told(stall, id_, transcription="Zebra", phone_number=number(1)))
        await at.post(b"Zebra " + number(1).encode())
    assert "hints" in caplog.text
    for secret in ("Zebra", number(1), number(1)[2:], PATH[-20:]):
        assert secret not in caplog.text
