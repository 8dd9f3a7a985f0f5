"""The parts of an .xlsx archive: which sheet is where, and which number formats its styles have.

Source: ECMA-376 part 1, §18.2 (workbook), §18.8 (styles), part 2 §6.5 (relationships).
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator

from campaigns.errors import ListRefused
from campaigns.leads.reading.formats import AMERICAN, BUILT_IN, Show, shown_by

MAX_PART = 64 << 20
"""Bytes of a part that is read whole; sheets and shared strings are not."""

ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

Tag = dict[str, str]


class Parts:
    """An .xlsx archive; ``name`` is the list's in messages. Raises ListRefused where a part cannot be read."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self.name = name
        self.archive = archive
        self._members = {_normal(entry): entry for entry in archive.namelist()}

    def sheets(self) -> dict[str, str]:
        """The archive's member for each sheet's name."""
        relations = self.read("xl/_rels/workbook.xml.rels")
        targets = {tag.get("Id"): tag.get("Target", "") for tag in tags("Relationship", relations)}
        found: dict[str, str] = {}
        for tag in tags("sheet", self.read("xl/workbook.xml")):
            identity = next((value for key, value in tag.items() if key.endswith(":id")), None)
            target = _normal(targets.get(identity, ""))
            member = self._members.get(target) or self._members.get(f"xl/{target}")
            if member:
                found[tag.get("name", "")] = member
        return found

    def recalculates(self) -> bool:
        """Whether formulas are yet to be calculated: who writes so has stored a zero for every result."""
        return any(tag.get("fullCalcOnLoad") in ("1", "true") for tag in tags("calcPr", self.read("xl/workbook.xml")))

    def shows(self, american: bool) -> dict[bytes, Show]:
        """How cells of each style (its number as written in cells) are shown, where that is not simply their value.

        ``american``: whether short dates, which have the order of the computer's country, are shown as ``3/12/2026``.
        """
        if "xl/styles.xml" not in self._members:
            return {}
        styles = self.read("xl/styles.xml")
        codes = BUILT_IN | AMERICAN if american else dict(BUILT_IN)
        for tag in tags("numFmt", _section("numFmts", styles)):
            codes[int(tag.get("numFmtId", "0"))] = tag.get("formatCode", "")
        known = {number: show for number, code in codes.items() if (show := shown_by(code))}
        ids = [int(tag.get("numFmtId", "0")) for tag in tags("xf", _section("cellXfs", styles))]
        return {b"%d" % style: known[number] for style, number in enumerate(ids) if number in known}

    def read(self, member: str) -> bytes:
        """A part that is small in any real workbook."""
        entry = self.archive.getinfo(self._members.get(member, member))
        if entry.file_size > MAX_PART:
            raise ListRefused(
                f"{self.name}: {member} unpacks to {entry.file_size / 1e6:,.0f} MB; save it again in Excel"
            )
        return self.archive.read(entry)


def tags(name: str, xml: bytes) -> Iterator[Tag]:
    """The attributes of all elements of this name, whatever their namespace's prefix."""
    for match in re.finditer(rb"<(?:\w+:)?%s\s([^>]*)>" % name.encode(), xml):
        pairs = ATTRIBUTE.findall(match[1])
        yield {_text(key): _text(double or single) for key, double, single in pairs}


def _section(name: str, xml: bytes) -> bytes:
    match = re.search(rb"<(?:\w+:)?%s\b.*?</(?:\w+:)?%s>" % (name.encode(), name.encode()), xml, re.DOTALL)
    return match[0] if match else b""


def _text(xml: bytes) -> str:
    return html.unescape(xml.decode("utf-8", "replace"))


def _normal(path: str) -> str:
    return path.replace("\\", "/").lstrip("/").lower()
