"""Where things are and who pays: from the environment and from files, and never a key shown."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from dialer.channels import channels
from dialer.clock import SystemClock
from dialer.errors import SettingsRefused
from dialer.feeder import AccountLimit
from dialer.session import real_world
from dialer.settings import TWILIO, check_base_url, find_state, load_settings, value, variable
from dialer.site import Site

SECRET = "sk-very-secret"


def write_accounts(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "accounts.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_nothing_set_is_the_embedded_size_with_one_account_without_a_key() -> None:
    settings = load_settings({}, None)
    assert (settings.shared, settings.redis_url, settings.database_url) == (False, None, None)
    account = settings.account("default")
    assert (account.platform, account.base_url, account.key) == ("callfluent", "https://api.callfluent.ai/api", None)
    assert (account.per_second, account.at_once, account.pages_per_second) == (1.0, 5, 1.0)


def test_what_an_account_may_do_reaches_who_dials(tmp_path: Path) -> None:
    write_accounts(tmp_path, '[accounts.default]\nkey = "k"\nper_second = 2\nat_once = 9\npages_per_second = 5\n')
    settings = load_settings({}, tmp_path)
    limits = real_world(Site(settings, tmp_path, SystemClock())).limits
    assert limits == {"default": AccountLimit(2.0, 9, 5.0)}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"DIALER_REDIS_URL": "redis://localhost"}, "DIALER_DATABASE_URL"),
        ({"DIALER_DATABASE_URL": "postgresql://localhost/x"}, "DIALER_REDIS_URL"),
    ],
)
def test_the_shared_size_needs_both_servers(given: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{missing} is missing"):
        load_settings(given, None)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_a_shared_database_is_postgresql_by_our_driver(scheme: str) -> None:
    given = {"DIALER_REDIS_URL": "redis://r", "DIALER_DATABASE_URL": f"{scheme}://u:p@h/d"}
    assert load_settings(given, None).database_url == "postgresql+psycopg://u:p@h/d"
    with pytest.raises(SettingsRefused, match="only postgresql"):
        load_settings(given | {"DIALER_DATABASE_URL": "sqlite:///x"}, None)


def test_the_state_folder_is_given_named_or_found_above(tmp_path: Path) -> None:
    (tmp_path / ".dialer").mkdir()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_state({}, None, below) == tmp_path / ".dialer"
    assert find_state({"DIALER_STATE": "/elsewhere"}, None, below) == Path("/elsewhere")
    assert find_state({"DIALER_STATE": "/elsewhere"}, Path("/given"), below) == Path("/given")
    (below / ".dialer").write_text("a file is no folder")
    assert find_state({}, None, below) == tmp_path / ".dialer"


def test_keys_come_from_the_environment_a_file_or_the_accounts_file(tmp_path: Path) -> None:
    write_accounts(tmp_path, f'[accounts.acme]\nkey = "{SECRET}"\nper_second = 5\n[accounts.other-one]\n')
    (tmp_path / "key").write_text("from-a-file\n", encoding="utf-8")
    environ = {"CALLFLUENT_API_KEY": "general", "DIALER_KEY_OTHER_ONE_FILE": str(tmp_path / "key")}
    accounts = load_settings(environ, tmp_path).accounts
    keys = {name: account.key and account.key.get_secret_value() for name, account in accounts.items()}
    assert keys == {"acme": SECRET, "other-one": "from-a-file", "default": "general"}
    assert accounts["acme"].per_second == 5
    own = load_settings(environ | {"DIALER_KEY_DEFAULT": "own", "DIALER_KEY_ACME": "newer"}, tmp_path).accounts
    assert [own[name].key.get_secret_value() for name in ("default", "acme")] == ["own", "newer"]  # type: ignore[union-attr]


def test_twilio_is_known_from_the_environment_a_file_or_the_accounts_file(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path).twilio is None
    (tmp_path / "token").write_text("from-a-file\n", encoding="utf-8")
    environ = {"DIALER_TWILIO_SID": "AC1", "DIALER_TWILIO_TOKEN_FILE": str(tmp_path / "token")}
    twilio = load_settings(environ, tmp_path).twilio
    assert twilio is not None
    assert (twilio.sid, twilio.token.get_secret_value(), twilio.base_url) == ("AC1", "from-a-file", TWILIO)
    write_accounts(tmp_path, f'[accounts.acme]\n[twilio]\nsid = "AC2"\ntoken = "{SECRET}"\n')
    settings = load_settings({}, tmp_path)
    assert settings.twilio is not None
    assert (settings.twilio.sid, settings.twilio.token.get_secret_value()) == ("AC2", SECRET)
    assert SECRET not in repr(settings)
    assert load_settings(environ, tmp_path).twilio == twilio  # the environment goes before the file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[twilio]\nsid = "AC2"\n', "Twilio needs"),
        ('[twilio]\nsid = "AC2"\ntoken = ""\n', "twilio.token"),
        (f'[twilio]\nsid = "{SECRET}?"\ntoken = "{SECRET}"\n', "twilio.sid"),
        ('[twilio]\nsid = "AC2"\ntoken = "x"\nbase_url = "http://example.com"\n', "https://"),
        ("twilio = 3\n", "Twilio needs"),
        ("[lookup]\nx = 1\n", "and nothing else"),
    ],
)
def test_a_twilio_that_cannot_be_used_is_refused_without_its_token(tmp_path: Path, text: str, words: str) -> None:
    write_accounts(tmp_path, text)
    with pytest.raises(SettingsRefused, match=words) as fault:
        load_settings({}, tmp_path)
    assert SECRET not in str(fault.value)


def test_who_is_notified_comes_from_the_environment_a_file_or_the_accounts_file(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path).notify is None
    write_accounts(tmp_path, f'[notify]\nwebhook = "https://hooks.test/{SECRET}"\ncommand = "tell ann"\n')
    (tmp_path / "smtp").write_text(f"smtps://ann:{SECRET}@mail.test\n")
    mail = {"DIALER_NOTIFY_MAIL_FROM": "dialer@here.test", "DIALER_NOTIFY_MAIL_TO": "ann@here.test"}
    given = {"DIALER_NOTIFY_SMTP_FILE": str(tmp_path / "smtp"), "DIALER_NOTIFY_COMMAND": "tell bob", **mail}
    settings = load_settings(given, tmp_path)
    assert settings.notify
    assert [channel.name for channel in channels(settings.notify)] == ["command", "email", "webhook"]
    assert settings.notify.command == "tell bob"
    assert settings.notify.smtp
    assert settings.notify.smtp.get_secret_value() == f"smtps://ann:{SECRET}@mail.test"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"webhook": f"http://hooks.test/{SECRET}"}, "webhook: write https://"),
        ({"webhook": f"ftp://{SECRET}"}, "webhook: write https://"),
        ({"smtp": f"mail.test/{SECRET}"}, "smtp: write smtps://"),
        ({"smtp": f"smtps://ann:{SECRET}@mail.test"}, "needs smtp, mail_from and mail_to"),
        ({"mail_to": "ann@here.test", "mail_from": "a@b.test"}, "needs smtp, mail_from and mail_to"),
        ({"pager": SECRET}, "notify.pager"),
    ],
)
def test_a_notification_that_cannot_be_sent_safely_is_refused(
    tmp_path: Path, given: dict[str, str], words: str
) -> None:
    write_accounts(tmp_path, "[notify]\n" + "".join(f'{key} = "{value}"\n' for key, value in given.items()))
    with pytest.raises(SettingsRefused, match=words) as refused:
        load_settings({}, tmp_path)
    assert SECRET not in str(refused.value)


def test_no_key_is_ever_shown(tmp_path: Path) -> None:
    write_accounts(tmp_path, f'[accounts.acme]\nkey = "{SECRET}"\n')
    settings = load_settings({}, tmp_path)
    assert SECRET not in repr(settings) + str(settings.account("acme"))
    assert SECRET in str(pickle.dumps(settings.account("acme")))  # it is there, only never shown
    write_accounts(tmp_path, f'[accounts.acme]\nkey = "{SECRET}"\nper_second = "{SECRET}"\nkeys = "{SECRET}"\n')
    with pytest.raises(SettingsRefused) as fault:
        load_settings({}, tmp_path)
    assert SECRET not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[accounts.acme\n", "cannot be read"),
        ("[accounts.acme]\nspeed = 3\n", "accounts.acme.speed"),
        ("[accounts.acme]\nat_once = 0\n", "accounts.acme.at_once"),
        ('[accounts.acme]\nplatform = "nobody"\n', "accounts.acme.platform"),
        ('[accounts.acme]\nbase_url = "http://example.com"\n', "account acme: base_url: write https"),
        ("accounts = 3\n", r"\[accounts.NAME\]"),
        ('[accounts]\nkey = "x"\n', r"\[accounts.NAME\]"),
        ('[acounts.acme]\nkey = "x"\n', r"\[accounts.NAME\]"),
    ],
)
def test_a_bad_accounts_file_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    write_accounts(tmp_path, text)
    with pytest.raises(SettingsRefused, match=words) as fault:
        load_settings({}, tmp_path)
    assert "\n" not in str(fault.value).strip()


def test_an_accounts_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = write_accounts(tmp_path, "", 0o640)
    with pytest.raises(SettingsRefused, match=f"chmod 600 {path}"):
        load_settings({}, tmp_path)


def test_an_accounts_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="no such accounts file"):
        load_settings({"DIALER_ACCOUNTS": str(tmp_path / "none.toml")}, None)


def test_an_account_nobody_described_says_what_to_do() -> None:
    with pytest.raises(
        SettingsRefused, match=r'no account "big-co": set DIALER_KEY_BIG_CO, or add \[accounts.big-co\]'
    ):
        load_settings({}, None).account("big-co")
    assert variable("big-co") == "BIG_CO"


def test_a_file_of_a_value_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "none", tmp_path, tmp_path / "binary"):
        with pytest.raises(SettingsRefused, match=r"NAME_FILE: .* cannot be read"):
            value({"NAME_FILE": str(path)}, "NAME")
    assert value({"NAME": "x", "NAME_FILE": "/none"}, "NAME") == "x"
    assert value({"NAME": ""}, "NAME") is None


@pytest.mark.parametrize(
    "url", ["https://api.example.com/x", "http://127.0.0.1:80/api", "http://localhost", "http://[::1]:8"]
)
def test_these_addresses_may_be_called(url: str) -> None:
    check_base_url(url, "account a")


@pytest.mark.parametrize(
    "url", ["http://example.com", "http://127.0.0.1.example.com", "ftp://x", "https://", "", "api.example.com"]
)
def test_these_may_not(url: str) -> None:
    with pytest.raises(SettingsRefused, match="account a: base_url: write https"):
        check_base_url(url, "account a")
