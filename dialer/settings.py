"""Where things are and who pays: the state folder, the servers, the accounts.

Everything comes from the environment or from files; a key is never an argument, and is a ``SecretStr`` from the first
moment. A variable ``NAME_FILE`` names a file that holds the value of ``NAME`` (container secrets).

    DIALER_STATE                                    the state folder
    DIALER_REDIS_URL, DIALER_DATABASE_URL           the shared size; one without the other is refused
    DIALER_ACCOUNTS                                 the accounts file, else STATE/accounts.toml, mode 600
    DIALER_REGISTRIES                               registries' files in the shared size, else STATE/registries
    DIALER_KEY_<ACCOUNT>, CALLFLUENT_API_KEY        an account's key; a platform's own serves the account "default"
    DIALER_TWILIO_SID, DIALER_TWILIO_TOKEN          who looks phone types up, where a campaign file wishes it
    DIALER_LOG                                      debug: the log tells more
    DIALER_NOTIFY_…                                 who is notified, and how (docs/control.md)
"""

from __future__ import annotations

import ipaddress
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from dialer.errors import SettingsRefused
from dialer.providers.registry import Account, account_class

STATE = ".dialer"
REGISTRIES = "registries"
PLATFORM = "callfluent"
"""Where an account is that does not say."""
Described = TypeVar("Described", bound=BaseModel)
TWILIO = "https://lookups.twilio.com"


class Twilio(BaseModel):
    """Access to Twilio Lookup: an account's SID and token, or an API key's SID and secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = TWILIO
    sid: str = Field(pattern=r"^[A-Za-z0-9]+$")
    token: SecretStr = Field(min_length=1)


class Notify(BaseModel):
    """How people are notified: a command, an e-mail, a webhook, or several of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str = ""
    webhook: SecretStr | None = None
    smtp: SecretStr | None = None
    mail_from: str = ""
    mail_to: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process needs to know of its surroundings."""

    state: Path | None
    redis_url: str | None = field(default=None, repr=False)
    database_url: str | None = field(default=None, repr=False)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    registries: Path | None = None
    twilio: Twilio | None = None
    notify: Notify | None = None
    debug: bool = False

    @property
    def shared(self) -> bool:
        """Whether the servers are given from outside: Redis and PostgreSQL, any number of workers."""
        return self.redis_url is not None

    def account(self, name: str) -> Account:
        """The account of this name; raises SettingsRefused for one that nobody described."""
        if name not in self.accounts:
            raise SettingsRefused(
                f'no account "{name}": set DIALER_KEY_{variable(name)}, or add [accounts.{name}] to accounts.toml'
            )
        return self.accounts[name]


def find_state(environ: Mapping[str, str], given: Path | None, start: Path) -> Path | None:
    """The state folder: given, DIALER_STATE, or ``.dialer`` in ``start`` or the nearest folder above; or None."""
    if given or environ.get("DIALER_STATE"):
        return (given or Path(environ["DIALER_STATE"])).absolute()
    folder = start.absolute()
    return next((here / STATE for here in (folder, *folder.parents) if (here / STATE).is_dir()), None)


def load_settings(environ: Mapping[str, str], state: Path | None) -> Settings:
    """Read the environment and the accounts file; raises SettingsRefused with what is wrong and where."""
    redis_url, database_url = value(environ, "DIALER_REDIS_URL"), value(environ, "DIALER_DATABASE_URL")
    if (redis_url is None) != (database_url is None):
        missing = "DIALER_DATABASE_URL" if database_url is None else "DIALER_REDIS_URL"
        raise SettingsRefused(f"{missing} is missing: the shared size needs both, the embedded one neither")
    if database_url and not database_url.startswith("postgresql"):
        raise SettingsRefused("DIALER_DATABASE_URL: only postgresql://… can be shared")
    if database_url:
        database_url = re.sub(r"^postgresql(\+\w+)?:", "postgresql+psycopg:", database_url)
    given = value(environ, "DIALER_REGISTRIES")
    registries = Path(given) if given else state / REGISTRIES if state else None
    path, described = _find_accounts(environ, state)
    accounts = _accounts(environ, path, described.pop("accounts", {}))
    twilio = _twilio(environ, path, described.pop("twilio", {}))
    notify = _notify(environ, path, described.pop("notify", {}))
    if described:
        raise SettingsRefused(f"{path}: write tables [accounts.NAME], [twilio] and [notify], and nothing else")
    return Settings(state, redis_url, database_url, accounts, registries, twilio, notify, _debug(environ))


def _debug(environ: Mapping[str, str]) -> bool:
    wished = environ.get("DIALER_LOG", "")
    if wished not in ("", "debug"):
        raise SettingsRefused(f'DIALER_LOG: "{wished}" is no level; write debug, or leave it out')
    return wished == "debug"


def _find_accounts(environ: Mapping[str, str], state: Path | None) -> tuple[Path | None, dict[str, object]]:
    given = environ.get("DIALER_ACCOUNTS")
    path = Path(given) if given else state / "accounts.toml" if state else None
    return path, _read_accounts(path) if path and (given or path.exists()) else {}


def _accounts(environ: Mapping[str, str], path: Path | None, described: object) -> dict[str, Account]:
    """The accounts of the accounts file, with keys from the environment; "default" is always there."""
    if not isinstance(described, dict) or not all(isinstance(table, dict) for table in described.values()):
        raise SettingsRefused(f"{path}: write one table [accounts.NAME] for each account")
    accounts = {}
    for name in {"default", *described}:
        table = dict(described.get(name, {}))
        kind = _kind(table.get("platform", PLATFORM), path, name)
        key = value(environ, f"DIALER_KEY_{variable(name)}")
        if key is None and name == "default" and kind.key_variable:
            key = value(environ, kind.key_variable)
        if key is not None:
            table["key"] = key
        accounts[name] = _validated(kind, table, path, f"accounts.{name}")
        check_base_url(accounts[name].base_url, f"account {name}")
    return accounts


def _kind(platform: object, path: Path | None, name: str) -> type[Account]:
    try:
        return account_class(str(platform))
    except SettingsRefused as refused:
        raise SettingsRefused(f"{path}: accounts.{name}.platform: {refused}") from None


def _twilio(environ: Mapping[str, str], path: Path | None, described: object) -> Twilio | None:
    table = dict(described) if isinstance(described, dict) else {"": described}
    given = {"sid": "DIALER_TWILIO_SID", "token": "DIALER_TWILIO_TOKEN", "base_url": "DIALER_TWILIO_URL"}
    table |= {key: found for key, name in given.items() if (found := value(environ, name)) is not None}
    if not table:
        return None
    if not {"sid", "token"} <= {*table}:
        raise SettingsRefused(
            "Twilio needs both DIALER_TWILIO_SID and DIALER_TWILIO_TOKEN, or a table [twilio] with both"
        )
    twilio = _validated(Twilio, table, path, "twilio")
    check_base_url(twilio.base_url, "twilio")
    return twilio


def _notify(environ: Mapping[str, str], path: Path | None, described: object) -> Notify | None:
    table = dict(described) if isinstance(described, dict) else {"": described}
    given = {"command": "DIALER_NOTIFY_COMMAND", "webhook": "DIALER_NOTIFY_WEBHOOK", "smtp": "DIALER_NOTIFY_SMTP",
             "mail_from": "DIALER_NOTIFY_MAIL_FROM", "mail_to": "DIALER_NOTIFY_MAIL_TO"}  # fmt: skip
    table |= {key: found for key, name in given.items() if (found := value(environ, name)) is not None}
    if not table:
        return None
    notify = _validated(Notify, table, path, "notify")
    if notify.webhook and not _is_private(notify.webhook.get_secret_value(), "https"):
        raise SettingsRefused("notify: webhook: write https://…; http:// is for this machine's own address")
    if notify.smtp and not _is_private(notify.smtp.get_secret_value(), "smtps", "smtp"):
        raise SettingsRefused("notify: smtp: write smtps://USER:PASSWORD@HOST, or smtp://… for STARTTLS")
    if bool(notify.smtp) != bool(notify.mail_from and notify.mail_to):
        raise SettingsRefused("notify: an e-mail needs smtp, mail_from and mail_to")
    return notify


def _is_private(url: str, *safe: str) -> bool:
    """Whether nobody reads along: one of the schemes that are safe, or HTTP that does not leave this machine."""
    try:
        parts = urlsplit(url)
        at_home = "https" in safe and parts.scheme == "http" and is_loopback(parts.hostname or "")
        return (parts.scheme in safe or at_home) and parts.hostname is not None and parts.port != 0
    except ValueError:
        return False


def _validated(model: type[Described], table: dict[str, object], path: Path | None, name: str) -> Described:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in (name, *fault["loc"]))
        raise SettingsRefused(f"{path or 'environment'}: {where}: {fault['msg']}") from None


def check_base_url(url: str, whose: str) -> str:
    """The address without a trailing slash; raises SettingsRefused unless it is https, or http to this machine."""
    parts = urlsplit(url) if _is_private(url, "https") else None
    if parts is None or parts.username or parts.query or parts.fragment:
        raise SettingsRefused(f"{whose}: base_url: write https://HOST/PATH; http:// is for this machine's own address")
    return url.rstrip("/")


def value(environ: Mapping[str, str], name: str) -> str | None:
    """A variable's value, or the content of the file that ``NAME_FILE`` names; None when neither is set."""
    if environ.get(name):
        return environ[name]
    path = environ.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(f"{name}_FILE: {path} cannot be read: {_why(error)}") from None


def variable(name: str) -> str:
    """An account's name as part of a variable: ``my-account`` → ``MY_ACCOUNT``."""
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _read_accounts(path: Path) -> dict[str, object]:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsRefused(f"{path} can be read by others and holds keys: chmod 600 {path}")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsRefused(f"{path}: no such accounts file") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsRefused(f"{path} cannot be read: {_why(error)}") from None


def _why(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
