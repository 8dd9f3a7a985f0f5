"""What the documents say of the program is so: its commands, options, variables, keys and exit codes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from campaigns.errors import DialerError
from campaigns.spec import Retries, write_duration
from campaigns.vocabulary import Result
from dialer.cli import COMMANDS, program
from dialer.cli.dialing import HELD, STOPPED
from dialer.providers.callfluent.account import CallFluentAccount as Account

ROOT = Path(__file__).parents[2]
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))}
README = PAGES["README.md"]
SPANS = re.compile(r"^```(?:sh|cron)\n(.*?)^```|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
CALL = re.compile(
    r"(?:(?<!-U )\bdialer|\bcompose run --rm(?: -T)?(?: --volume \S+)? worker)((?: +[a-z][a-z-]*)+)([^#`\n]*)"
)
OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*)")
NAMES = [name for group in COMMANDS.values() for name in group]


def command(words: list[str]) -> click.Command | None:
    """The command that these words begin with; None: they name none."""
    found = program.get_command(click.Context(program), words[0])  # type: ignore[attr-defined]
    if isinstance(found, click.Group) and len(words) > 1:
        return found.get_command(click.Context(found), words[1])
    return found


def options(of: click.Command) -> set[str]:
    """Every spelling of a command's options."""
    return {"--help", "-h"} | {spelled for param in of.params for spelled in (*param.opts, *param.secondary_opts)}


def with_subcommands(of: click.Command) -> list[click.Command]:
    """A command, and those of its group."""
    return [of, *(of.commands.values() if isinstance(of, click.Group) else ())]


def calls() -> Iterator[tuple[str, list[str], str]]:
    """Every call of the program that a page shows: where, its words, and what follows them."""
    for page, text in PAGES.items():
        for span in SPANS.finditer(text):
            for call in CALL.finditer(span[1] or span[2]):
                yield f"{page}: {call[0].strip()}", call[1].split(), call[2]


def code(folder: str) -> str:
    """All Python text of a folder."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py"))


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 300


@pytest.mark.parametrize("name", NAMES)
def test_each_command_is_documented(name: str) -> None:
    assert re.search(rf"`dialer {name}\b", README)


def test_every_command_shown_exists_with_its_options() -> None:
    wrong = []
    for where, words, rest in calls():
        found = command(words)
        if found is None:
            wrong.append(f"{where}: no such command")
        else:
            wrong += [f"{where}: {option}" for option in OPTION.findall(rest) if option not in options(found)]
    assert wrong == []
    assert len(list(calls())) > 30


def test_every_option_named_alone_exists() -> None:
    found = [each for name in NAMES if (top := command([name])) for each in with_subcommands(top)]
    known = {spelled for each in found for spelled in options(each)}
    alone = {match for text in PAGES.values() for match in re.findall(r"`(--[a-z-]+)[^`]*`", text)}
    assert alone <= known


def test_every_default_after_a_call_is_the_one_that_the_table_says() -> None:
    lines = [line.split("|")[1:6] for line in PAGES["retries.md"].splitlines() if line.startswith("| `")]
    told = {Result(name): cells for names, *cells in lines for name in re.findall(r"`(\w+)`", names)}
    assert told.keys() == set(Result)
    for result, cells in told.items():
        wait, part, number, why = (cell.strip() for cell in cells)
        assert why, result
        row = Retries().after(result)
        assert wait == (row.wait if isinstance(row.wait, str) else write_duration(row.wait)), result
        assert (part, number) in ((row.part, row.number), ("", "")), result


def test_each_environment_variable_is_documented_and_no_other() -> None:
    asked = set(re.findall(r"\b(?:DIALER|CALLFLUENT|XDG)_[A-Z_]*[A-Z]\b", code("dialer")))
    asked |= set(re.findall(r"\bDIALER_TEST_[A-Z_]+\b", code("tests")))
    text = "\n".join(PAGES.values())
    told = set(re.findall(r"`((?:DIALER|CALLFLUENT|XDG)_[A-Z_]*[A-Z])\b", text))

    def without_accounts(names: set[str]) -> set[str]:
        return {name.removesuffix("_FILE") for name in names if not name.startswith("DIALER_KEY")}

    assert without_accounts(asked) == without_accounts(told)
    assert "`DIALER_KEY_<ACCOUNT>`" in text


def test_the_accounts_file_shown_is_one_and_has_every_key() -> None:
    shown = re.search(r"```toml\n(\[accounts\.default\].*?)```", README, re.DOTALL)
    assert shown
    table = tomllib.loads(shown[1])["accounts"]["default"]
    assert Account.model_validate(table) == Account()
    assert {*table, "key"} == set(Account.model_fields)


def test_every_exit_code_is_explained() -> None:
    def codes(kind: type[DialerError]) -> set[int]:
        return {kind.exit_code}.union(*(codes(child) for child in kind.__subclasses__()))

    explained = {
        int(code) for cell in re.findall(r"^\| ([\d, ]+) \|", README, re.MULTILINE) for code in cell.split(",")
    }
    assert explained == codes(DialerError) | {0, HELD, STOPPED, 130, 143}


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_are_there(page: str) -> None:
    folder = ROOT if page == "README.md" else ROOT / "docs"
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", PAGES[page]):
        if "://" not in target:
            assert (folder / target).is_file(), target
    for anchor in re.findall(r"\]\(#([^)]+)\)", PAGES[page]):
        headings = {
            re.sub(r"[^\w -]", "", line).strip().lower() for line in PAGES[page].splitlines() if line[:1] == "#"
        }
        assert anchor in {heading.replace(" ", "-") for heading in headings}


def test_pictures_are_small() -> None:
    pictures = [path for path in (ROOT / "docs" / "pictures").iterdir() if path.suffix in (".png", ".svg")]
    assert {path.name for path in pictures} == {"board.svg", "forecast.svg", "summary.png", "leads.png"}
    assert all(path.stat().st_size < 300_000 for path in pictures)
