"""Bytes of a text file to records: its encoding and its delimiter, told or asked for."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from matcher import config
from matcher.errors import AmbiguousInputError, InputError, Place
from matcher.intake.table import Flaw, Row, Sheet

#: What can be asked for, by the name Python's codecs give it.
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1252": "windows-1252",
    "iso8859-1": "latin-1",
    "mac-roman": "mac-roman",
    "cp850": "cp850",
}
#: Encodings in which almost any bytes can be read: only a person can tell which is right.
_SINGLE_BYTE = ("windows-1252", "mac-roman", "cp850", "latin-1")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SAMPLE_WORDS = 3
_SNIFFED_RECORDS = 400
_SNIFFED_CHARACTERS = 200_000
_SAVE_AS_CSV = "Save it from the spreadsheet program as 'CSV UTF-8'."


def read(
    data: bytes, limits: config.Intake, place: Place, *, encoding: str | None, delimiter: str | None
) -> Sheet:
    """The records of a text file as one sheet.

    Raises AmbiguousInputError where the encoding or the delimiter has to be asked for, and
    InputError where there are NUL characters, a quotation mark that is never closed, or
    more columns than ``limits`` allow.
    """
    text = decode(data, place, encoding)
    if "\0" in text:
        raise _not_text(text.index("\0"), place)
    hint = re.match(r"sep=([,;\t])\r?\n", text)  # a line that Excel understands and does not show
    chosen = _given(delimiter, place) or (hint[1] if hint else None) or told(text, place)
    return _records(text, chosen, limits, place, skip=1 if hint else 0)


def decode(data: bytes, place: Place, encoding: str | None) -> str:
    """The text, by its byte order mark, else as UTF-8, else in the encoding that was given."""
    if encoding is not None:
        return _decode_as(data, encoding, place)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(data, "utf-16", place)
    if data.count(b"\0") * 3 > len(data):  # every other byte: UTF-16 that lost its mark
        raise AmbiguousInputError(
            "It looks like UTF-16 without the mark that says so.",
            choices=("utf-16-le", "utf-16-be"),
            cure="Say which by --encoding utf-16-le (the usual one) or --encoding utf-16-be.",
            place=place,
        )
    if b"\0" in data:
        raise _not_text(data.index(b"\0"), place)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _ask_encoding(data, place) from None


def _not_text(position: int, place: Place) -> InputError:
    return InputError(
        f"It has a NUL character at position {position + 1:,}, so it is no text file.",
        cure=_SAVE_AS_CSV,
        place=place,
    )


def _decode_as(data: bytes, encoding: str, place: Place) -> str:
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):  # ValueError: a name with a NUL in it
        name = ""
    name = name.replace("utf-8-sig", "utf-8")
    if name not in ENCODINGS:
        known = ", ".join(ENCODINGS.values())
        raise InputError(f"'{encoding}' is not a known encoding.", cure=f"Use one of {known}.", place=place)
    try:
        text = data.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError as error:
        raise InputError(
            f"It is not {ENCODINGS[name]}: byte {error.start + 1:,} does not fit.",
            cure="Leave the encoding out to have the file looked at, or give another one.",
            place=place,
        ) from None
    return text.removeprefix("\ufeff")


def _ask_encoding(data: bytes, place: Place) -> AmbiguousInputError:
    readings: dict[str, str] = {}
    for name in _SINGLE_BYTE:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if text not in readings.values():
            readings[name] = text
    words = _odd_words(data)
    samples = "; ".join(
        f"{name}: " + ", ".join(f"'{_shown(word, name)}'" for word in words) for name in readings
    )
    choices = tuple(readings)
    return AmbiguousInputError(
        f"It is not UTF-8, and bytes alone do not say what else. Its odd words read as {samples}.",
        choices=choices,
        cure="Choose the one that reads right, for example --encoding windows-1252.",
        place=place,
    )


def _odd_words(data: bytes) -> list[bytes]:
    words: dict[bytes, None] = {}
    for match in re.finditer(rb"[^\s,;\"]*[\x80-\xff][^\s,;\"]*", data):
        words[match[0][:40]] = None
        if len(words) == _SAMPLE_WORDS:
            break
    return list(words)


def _shown(word: bytes, encoding: str) -> str:
    return "".join(mark if mark.isprintable() else "?" for mark in word.decode(encoding, "replace"))


def _given(delimiter: str | None, place: Place) -> str | None:
    if delimiter is None:
        return None
    names = {name: mark for mark, name in DELIMITERS.items()} | {"\\t": "\t"}
    mark = names.get(delimiter, delimiter)
    if mark not in DELIMITERS:
        raise InputError(
            f"'{delimiter}' is not a known delimiter.", cure="Use comma, semicolon or tab.", place=place
        )
    return mark


def told(text: str, place: Place) -> str:
    """The delimiter under which the records agree best on how many cells a row has.

    Raises AmbiguousInputError where two agree equally well.
    """
    sample = text[:_SNIFFED_CHARACTERS]
    fits: dict[str, tuple[float, int]] = {}
    for mark in DELIMITERS:
        widths = _widths(sample, mark)
        wide = Counter(width for width in widths if width > 1)
        if wide:
            width, agreeing = max(wide.items(), key=lambda item: (item[1], item[0]))
            fits[mark] = (agreeing / len(widths), width)
    ranked = sorted(fits, key=lambda mark: fits[mark], reverse=True)
    if not ranked:
        return ","  # one column: no delimiter is needed
    if len(ranked) == 1:
        return ranked[0]
    (share, width), (next_share, next_width) = fits[ranked[0]], fits[ranked[1]]
    # A share of 1 includes the header, which text inside cells rarely imitates.
    if share - next_share > 0.1 or (share == 1.0 and next_share < 1.0) or width >= 2 * next_width:
        return ranked[0]
    found = [mark for mark in ranked if fits[mark][0] > share - 0.1]
    first = next((line for line in sample.splitlines() if line.strip()), "")[:80]
    readings = "; ".join(f"{DELIMITERS[mark]}: " + " | ".join(first.split(mark)) for mark in found)
    raise AmbiguousInputError(
        f"More than one delimiter fits. Its first row reads as {readings}.",
        choices=tuple(DELIMITERS[mark] for mark in found),
        cure=f"Choose one, for example --delimiter {DELIMITERS[found[0]]}.",
        place=place,
    )


def _widths(sample: str, mark: str) -> list[int]:
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=mark):
            if record:
                widths.append(len(record))
            if len(widths) == _SNIFFED_RECORDS:
                break
    except csv.Error:
        pass  # the field limit: what was read up to here is enough to judge by
    return widths


def _records(text: str, mark: str, limits: config.Intake, place: Place, *, skip: int) -> Sheet:
    end = "\x00end"  # cannot stand in the text: NUL was refused before
    if text and not text.endswith(("\n", "\r")):
        text += "\n"
    reader = csv.reader(io.StringIO(text + end, newline=""), delimiter=mark)
    rows: list[Row] = []
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if record == [end]:
                break
            if record and end in record[-1]:
                raise _unclosed(number, place)
            if number > skip and any(cell.strip() for cell in record):
                rows.append(_row(number, record, limits, place))
    except csv.Error:
        raise InputError(
            f"A cell is longer than {csv.field_size_limit():,} characters, "
            "perhaps because a quotation mark is opened and never closed.",
            cure="Look for a lone quotation mark in this row or the one after it.",
            place=Place(file=place.file, row=number + 1),
        ) from None
    return Sheet("", tuple(rows), ragged=True)


def _unclosed(number: int, place: Place) -> InputError:
    return InputError(
        "A quotation mark is opened in this row and never closed, so the rest of the file would be one cell.",
        cure='Close the quotation mark, or write it twice ("") where it belongs to the text.',
        place=Place(file=place.file, row=number),
    )


def _row(number: int, record: list[str], limits: config.Intake, place: Place) -> Row:
    if len(record) > limits.columns:
        raise InputError(
            f"It has {len(record):,} columns; the limit is {limits.columns:,}.",
            cure="Delete the columns that are not needed.",
            place=Place(file=place.file, row=number),
        )
    flaws = tuple(
        too_long(index, len(cell), limits)
        for index, cell in enumerate(record)
        if len(cell) > limits.cell_characters
    )
    return Row(number, tuple(cell[: limits.cell_characters] for cell in record), flaws)


def too_long(column: int, characters: int, limits: config.Intake) -> Flaw:
    """The flaw of a cell above the limit on characters."""
    return Flaw(
        column,
        f"The cell has {characters:,} characters; the limit is {limits.cell_characters:,}.",
        "Shorten the text.",
    )
