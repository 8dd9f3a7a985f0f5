"""``dialer serve``: a read-only page on this machine."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.embedded import make_folder, own_ledger
from tests.program import BARE, refused
from tests.situations import NOW, Hand, build, launch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with campaigns in its ledger, one of them with a dangerous name in its file's and a number in a text."""
    folder = tmp_path_factory.mktemp("serve")
    make_folder(folder / ".dialer")
    clock = [NOW]

    async def fill() -> None:
        async with own_ledger(folder / ".dialer", lambda: clock[0]) as ledger:
            await build(ledger, clock, folder)
            (folder / "more.csv").write_text("Name,Phone\nNora Number,212 555 0140\n")
            more = Hand(ledger, clock, await launch(ledger, folder / "more.csv", "a & b <i>"))
            await more.lose(2, "cannot call +1 (212) 555-0140 now")

    asyncio.run(fill())
    return folder


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "dialer", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=BARE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert found, line + server.stderr.read()
        yield int(found[1])
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0


def get(port: int, path: str, method: str = "GET", host: str | None = None) -> tuple[http.client.HTTPResponse, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request(method, path, headers={"Host": host} if host else {})
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer, text


def test_the_page_shows_the_campaigns_and_no_person(port: int) -> None:
    answer, page = get(port, "/")
    assert answer.status == 200
    assert "<td>spring</td><td>running</td><td>12</td>" in page
    assert "a &amp; b &lt;i&gt;" in page
    assert "555" not in page
    assert "Nina" not in page
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in page


def test_the_same_as_json(port: int) -> None:
    answer, text = get(port, "/api/campaigns")
    assert answer.headers.get_content_type() == "application/json"
    assert [line["campaign"] for line in json.loads(text)["campaigns"]] == ["a & b <i>", "other", "spring"]
    _, text = get(port, "/api/campaigns/spring")
    assert json.loads(text)["leads"]["held"] == 1
    assert "5550" not in text
    _, text = get(port, "/api/campaigns/a%20%26%20b%20%3Ci%3E")
    assert json.loads(text)["said"][0]["text"] == "cannot call … now"
    assert "555" not in text


def test_what_is_not_served(port: int) -> None:
    assert get(port, "/api/campaigns/autumn")[0].status == 404
    assert '"spring"' in json.loads(get(port, "/api/campaigns/autumn")[1])["error"]
    assert get(port, "/etc/passwd")[0].status == 404
    assert get(port, "/", method="POST")[0].status == 405
    assert get(port, "/", host="rebound.example.com")[0].status == 403
    assert get(port, "/", host="localhost")[0].status == 200
    for path in ("/", "/nothing"):
        assert "Content-Security-Policy" in get(port, path)[0].headers


def test_a_port_in_use_is_one_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port}" in refused(folder, 5, "serve", "--port", str(port))
