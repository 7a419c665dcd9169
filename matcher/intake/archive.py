"""What a zip file declares about itself, checked before anything in it is inflated."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from matcher import config
from matcher.errors import InputError, Place

MOST_PARTS = 2_000
#: A workbook's text shrinks to a tenth or a twentieth; a bomb to a thousandth.
MOST_RATIO = 150
#: Below this many bytes a high ratio is harmless, and common in blank sheets.
RATIO_FROM = 10_000_000
_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_SAVE_AGAIN = "Open it in a spreadsheet program, save it as a workbook (.xlsx) and import that."


def check(data: bytes, limits: config.Intake, place: Place) -> tuple[str, ...]:
    """Remarks on a workbook whose declared sizes, ratio, parts and names are all within bounds.

    Raises InputError, with the number and the bound, where they are not, or where the zip
    file is damaged or is no workbook. Nothing is inflated.
    """
    # Counted first: listing a million entries would itself take a gigabyte.
    entries = data.count(_ENTRY)
    if entries > MOST_PARTS:
        raise InputError(
            f"It holds {entries:,} parts; a workbook may hold {MOST_PARTS:,}.", cure=_SAVE_AGAIN, place=place
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    # zipfile lets several of these through for a directory with odd numbers in it
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, LookupError):
        raise InputError(
            "It is damaged or incomplete, as after an upload that was cut short.",
            cure=_SAVE_AGAIN,
            place=place,
        ) from None
    _check_sizes(parts, len(data), limits, place)
    _check_names(parts, place)
    return _check_is_workbook({part.filename for part in parts}, place)


def _check_sizes(parts: list[zipfile.ZipInfo], size: int, limits: config.Intake, place: Place) -> None:
    inflated = sum(part.file_size for part in parts)
    if inflated > limits.inflated_megabytes * 1_000_000:
        raise InputError(
            f"It would inflate to {inflated / 1e6:,.0f} MB; the limit is {limits.inflated_megabytes:,} MB.",
            cure="Delete what is not needed, or split it into several workbooks.",
            place=place,
        )
    ratio = inflated / max(size, 1)
    if inflated > RATIO_FROM and ratio > MOST_RATIO:
        raise InputError(
            f"It would inflate to {ratio:,.0f} times its size; the limit is {MOST_RATIO} times.",
            cure=_SAVE_AGAIN,
            place=place,
        )
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise InputError(
            "It is protected by a password.", cure="Save it without a password and import that.", place=place
        )


def _check_names(parts: list[zipfile.ZipInfo], place: Place) -> None:
    for part in parts:
        path = PurePosixPath(part.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in part.filename:
            raise InputError(
                "It holds a part whose name points outside the workbook; no spreadsheet program writes that.",
                cure=_SAVE_AGAIN,
                place=place,
            )


def _check_is_workbook(names: set[str], place: Place) -> tuple[str, ...]:
    folded = {name.casefold() for name in names}
    if "xl/workbook.bin" in folded:
        kind, cure = "a binary workbook (.xlsb)", _SAVE_AGAIN
    elif "content.xml" in folded:
        kind, cure = "an OpenDocument file", _SAVE_AGAIN
    elif "[content_types].xml" not in folded or not any(name.startswith("xl/") for name in folded):
        kind, cure = "a zip archive and no workbook", "Unpack it and import the files that are in it."
        if "word/document.xml" in folded:
            kind, cure = "a text document (.docx)", "Copy its table into a workbook and import that."
    else:
        macros = any(name.endswith("vbaproject.bin") for name in folded)
        return ("It holds macros. They were neither read nor run.",) if macros else ()
    raise InputError(f"It is {kind}.", cure=cure, place=place)
