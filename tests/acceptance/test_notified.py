"""People are notified beside the dialing: a program that never ends and an address that never answers hold no call."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from tests.acceptance.stage import british_list, campaign, wait_for
from tests.scene import scene

PEOPLE, PACE, MEANWHILE = 60, 8, 16


def test_calls_go_on_while_every_channel_hangs(tmp_path: Path) -> None:
    """A campaign whose only lead was withdrawn is done as soon as the other is dialed, and that is to be told."""
    begun = tmp_path / "begun"
    with socket.create_server(("127.0.0.1", 0)) as hook:
        hook.settimeout(60)
        told = {
            "DIALER_NOTIFY_COMMAND": f"sh -c 'echo $$ >> {begun}; exec sleep 60'",
            "DIALER_NOTIFY_WEBHOOK": f"http://127.0.0.1:{hook.getsockname()[1]}/",
        }
        with scene(tmp_path, PEOPLE, PACE, told) as at:
            at.load()
            gone, empty = british_list(tmp_path / "gone.csv", 1), campaign(tmp_path / "e.toml", "empty")
            for words in (("launch", gone, "--campaign", empty, "--yes", "--detach"), ("withdraw", "empty", gone)):
                done = at.on.run(*words)
                assert done.returncode == 0, done.stderr
            at.dial()
            with hook.accept()[0] as silent:
                assert silent.recv(4) == b"POST"
                program = int(wait_for(lambda: begun.exists() and begun.read_text()))
                before = at.called()
                at.until_called(before + MEANWHILE)
                assert at.called() >= before + MEANWHILE
                assert still_open(silent), "the webhook was given up before so many were called"
                os.kill(program, 0)  # raises where it has ended
            assert at.finish() == []


def still_open(connection: socket.socket) -> bool:
    """Whether the other side has not hung up, whatever it sent."""
    connection.setblocking(False)
    try:
        while connection.recv(4096):
            pass
    except BlockingIOError:
        return True
    return False
