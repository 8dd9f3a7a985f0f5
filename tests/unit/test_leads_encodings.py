"""Every byte of a text is understood or the text is refused; what is guessed is said, with samples to judge it by."""

from pathlib import Path

import pytest

from campaigns.errors import ListRefused
from campaigns.leads.reading.archives import Source
from campaigns.leads.reading.encodings import encoding_of
from campaigns.leads.reading.files import read_tables
from campaigns.leads.reading.table import Table
from campaigns.spec import Leads

FRENCH = "Prénom,Téléphone,Ville\nRenée,+33123456789,Orléans\nJürgen Müller,1,Köln\nFrançois,2,Besançon\n"
POLISH = "Imię,Telefon\nŁukasz Wałęsa,+48221234567\nGrażyna Dąbrowska,1\nPaweł,2\nŚwięty,3\n"
JAPANESE = "氏名,電話番号,会社\n山田太郎,03-1234-5678,株式会社サンプル\n鈴木花子,090-1234-5678,東京商事\n"
CHINESE = "姓名,电话\n张伟,+8613800138000\n王芳,1\n李娜,北京\n"
KOREAN = "이름,전화\n김철수,+82\n박영희,서울\n"
RUSSIAN = "Имя,Телефон\nИван Петров,+74951234567\nМария Сидорова,1\nАлексей,2\n"
GREEK = "Όνομα,Τηλέφωνο\nΓιώργος Παπαδόπουλος,+302101234567\nΜαρία,2\n"


def table(tmp_path: Path, content: bytes, encoding: str | None = None) -> Table:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    (only,) = read_tables(path, Leads(encoding=encoding))
    return only


def refused(tmp_path: Path, content: bytes, encoding: str | None = None) -> str:
    with pytest.raises(ListRefused) as caught:
        table(tmp_path, content, encoding)
    return str(caught.value)


def cells(read: Table) -> list[list[str]]:
    return [cells for _, cells in read.records()]


@pytest.mark.parametrize(
    ("text", "written", "reported"),
    [
        (FRENCH, "cp1252", "cp1252"),
        (FRENCH, "mac_roman", "mac_roman"),
        (FRENCH, "cp850", "cp850"),
        ("Name,Phone\nRené,1\n", "cp1252", "cp1252"),
        ("Name,Phone\nO’Brien,“1”\n", "cp1252", "cp1252"),
        (POLISH, "cp1250", "cp1250"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE + "髙橋①,1,㈱日本\n", "cp932", "cp932"),
        (JAPANESE + "ﾔﾏﾀﾞ,03-1234-5678\nｽｽﾞｷ,090\n", "shift_jis", "shift_jis"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (CHINESE, "gb18030", "gb18030"),
        ("姓名,電話\n陳大文,+886\n林小姐,臺北\n", "big5", "big5"),
        (KOREAN, "cp949", "cp949"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8_r", "koi8_r"),
        (GREEK, "cp1253", "cp1253"),
        (JAPANESE, "utf-16-le", "utf-16-le"),
        (JAPANESE, "utf-16-be", "utf-16-be"),
    ],
)
def test_a_guess_is_right_and_shown(tmp_path: Path, text: str, written: str, reported: str) -> None:
    read = table(tmp_path, text.encode(written))
    assert read.encoding == reported
    assert [",".join(row) for row in cells(read)] == text.splitlines()
    assert 1 <= len(read.guesses) <= 5
    assert all(not guess.isascii() and guess in text for guess in read.guesses)


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "iso2022_jp"])
def test_what_a_text_says_of_itself_is_no_guess(tmp_path: Path, written: str) -> None:
    read = table(tmp_path, JAPANESE.encode(written))
    assert (read.encoding, read.guesses) == (written, ())
    assert cells(read)[0] == ["氏名", "電話番号", "会社"]


def test_the_override_goes_first(tmp_path: Path) -> None:
    read = table(tmp_path, FRENCH.encode("cp1252"), "Windows-1250")
    assert (read.encoding, read.guesses) == ("cp1250", ())
    assert table(tmp_path, FRENCH.encode("utf-8-sig"), "UTF8").encoding == "utf-8-sig"
    assert cells(table(tmp_path, FRENCH.encode("utf-16"), "utf-16-le"))[0][0] == "Prénom"


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "a\0b", ""])
def test_an_override_that_is_no_encoding(tmp_path: Path, name: str) -> None:
    if name:
        assert "there is no encoding" in refused(tmp_path, FRENCH.encode(), name)
    else:
        assert table(tmp_path, FRENCH.encode(), name).encoding == "utf-8"


def test_an_override_that_does_not_fit_says_where(tmp_path: Path) -> None:
    said = refused(tmp_path, b"Name,Phone\n" * 200_000 + "René\n".encode("cp1252"), "utf-8")
    assert "not utf-8 (invalid continuation byte near byte 2,200,003)" in said
    assert 'check and init take --encoding cp1250, a campaign file encoding = "cp1250"' in said


def test_utf8_with_a_broken_place_is_not_taken_for_something_else(tmp_path: Path) -> None:
    said = refused(tmp_path, FRENCH.encode() + b"Ren\xe9,1\n")
    assert "UTF-8, but not all of it" in said
    assert "near byte" in said


def test_a_foreign_letter_far_down_is_found(tmp_path: Path) -> None:
    read = table(tmp_path, b"Name,Phone\n" * 300_000 + "Zoë,1\n".encode("cp1252"))
    assert (read.encoding, read.guesses) == ("cp1252", ("Zoë",))


@pytest.mark.parametrize("content", [b"Phone\n" + b"1" * 70_000 + b"\0\n", "Phone\n1\0\n".encode("utf-16")])
def test_nul_characters_are_no_text(tmp_path: Path, content: bytes) -> None:
    assert "NUL" in refused(tmp_path, content)


def test_half_a_character_at_the_end(tmp_path: Path) -> None:
    assert "truncated" in refused(tmp_path, JAPANESE.encode("utf-16")[:-1])


def test_the_longest_line_is_known_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "leads.json"
    path.write_bytes(b"a\n" + b"x" * 5_000_000 + b"\nb")
    assert 3_000_000 < encoding_of(Source("leads", path), None).longest_line < 5_100_000
