"""The ways to notify somebody: a command, an e-mail, a webhook. No message holds a person's name or number.

Each takes the same document: ``{"event", "campaign", "why", "leads", "at", "id", "text"}``; ``id`` is new for every
event, and comes again where a message is told twice. Secrets are in no message of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from campaigns.errors import DialerError
from campaigns.ledger.telling import Notice
from dialer.providers.transport import trusted
from dialer.settings import Notify, is_loopback

PATIENCE_S = 10.0
COMMAND_S = 30.0
OURS = ("DIALER_", "CALLFLUENT_")
"""Variables that a command is not given: they hold keys."""


class NotTold(DialerError):
    """A message was not taken."""


class Channel(Protocol):
    """One way to notify somebody; ``name`` is its place in the ledger."""

    name: str

    async def send(self, notice: Notice) -> None:
        """Tell it; raises NotTold in bounded time."""
        ...


def document(notice: Notice) -> dict[str, Any]:
    """The message as JSON has it."""
    return {
        "event": notice.what, "campaign": notice.campaign, "why": notice.why, "leads": notice.leads,
        "at": notice.at.isoformat(), "id": notice.event_id, "text": notice.text,
    }  # fmt: skip


class Command:
    """Runs a program with the message on its standard input; it must end with exit code 0."""

    name = "command"

    def __init__(self, line: str) -> None:
        """``line`` is split as a shell would, and run without one."""
        self._words = shlex.split(line)

    async def send(self, notice: Notice) -> None:
        """Run it once; one that does not end is killed."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            program = await asyncio.create_subprocess_exec(
                *self._words, stdin=pipe, stdout=nothing, stderr=nothing, env=env
            )
        except OSError as error:
            raise NotTold(f"it cannot be run: {error.strerror}") from None
        try:
            async with asyncio.timeout(COMMAND_S):
                await program.communicate(json.dumps(document(notice)).encode())
        except TimeoutError:
            raise NotTold(f"it did not end in {COMMAND_S:g} s") from None
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()
        if program.returncode:
            raise NotTold(f"it ended with {program.returncode}")


class Email:
    """Sends the message by SMTP, encrypted where it goes to another machine."""

    name = "email"

    def __init__(self, server: SecretStr, sender: str, to: str) -> None:
        """``server`` is ``smtps://USER:PASSWORD@HOST`` or ``smtp://…``, which is encrypted by STARTTLS."""
        self._server, self._sender, self._to = server, sender, to

    async def send(self, notice: Notice) -> None:
        """Hand it to the server, in a thread of its own."""
        try:
            await asyncio.to_thread(self._send, notice)
        except (smtplib.SMTPException, OSError) as error:
            code = getattr(error, "smtp_code", "")
            raise NotTold(f"the mail server did not take it: {type(error).__name__} {code}".strip()) from None

    def _send(self, notice: Notice) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, self._to
        message["Subject"] = f"dialer: {notice.campaign}: {notice.what}"
        message.set_content(f"{notice.text}\n\n{json.dumps(document(notice), indent=2, ensure_ascii=False)}\n")
        with self._open() as server:
            server.send_message(message)

    @contextlib.contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self._server.get_secret_value())
        host, safe = parts.hostname or "", ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE_S, context=safe)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE_S)
        with server:
            if parts.scheme == "smtp" and not is_loopback(host):
                server.starttls(context=safe)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server


class Webhook:
    """Posts the message as JSON; any answer below 300 has taken it."""

    name = "webhook"

    def __init__(self, url: SecretStr) -> None:
        """``url`` may hold a token."""
        import httpx  # a tenth of a second, in which no call may be waiting for its slot

        self._url, self._trusted, self._library = url, trusted(), httpx

    async def send(self, notice: Notice) -> None:
        """Post it once, past any proxy; what is answered is not read, and a redirect not followed."""
        httpx = self._library
        client = httpx.AsyncClient(trust_env=False, verify=self._trusted, timeout=PATIENCE_S)
        try:
            async with (
                asyncio.timeout(PATIENCE_S), client,
                client.stream("POST", self._url.get_secret_value(), json=document(notice)) as response,
            ):  # fmt: skip
                if response.status_code >= 300:
                    raise NotTold(f"it answered {response.status_code}")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise NotTold(f"it cannot be reached: {type(error).__name__}") from None


def channels(notify: Notify | None) -> list[Channel]:
    """Every channel that the settings describe."""
    if notify is None:
        return []
    found: list[Channel] = []
    if notify.command:
        found.append(Command(notify.command))
    if notify.smtp:
        found.append(Email(notify.smtp, notify.mail_from, notify.mail_to))
    if notify.webhook:
        found.append(Webhook(notify.webhook))
    return found
