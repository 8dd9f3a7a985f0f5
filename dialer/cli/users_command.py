"""``dialer users``: the platform's user whose key it is."""

from __future__ import annotations

from pathlib import Path

from dialer.cli.asking import Asking, Verb, ask, asking_options, group
from dialer.cli.showing import show

VERBS = (
    Verb("show", "users.profile", "Show the user and the settings of their site."),
    Verb("update", "users.update", "Change name, email, phone_number, address.", fields="users.UserDetail"),
    Verb("settings", "users.update_settings", "Change branding; userId is needed.", fields="users.UserSettings"),
    Verb("smtp", "users.update_smtp", "Change the mail server; every field is needed.", fields="users.SmtpSettings"),
)
command = group("users", "Show and change the user whose key it is.", VERBS)


@command.command(cls=Asking, endpoints=("users.reset_password",))
@asking_options
def password(account: str, state: Path | None, as_json: bool) -> None:
    """Change the password: DIALER_SECRET_OLDPASS and DIALER_SECRET_NEWPASS, their files, or asked for."""
    from pydantic import SecretStr

    from dialer.cli.filling import secret

    old, new = SecretStr(secret("oldPass")), SecretStr(secret("newPass"))
    show(ask(account, state, lambda api: api.users.reset_password(old, new)), as_json=as_json)
