"""The parent's side of reading a workbook: start the child, wait for it, end it, read its lines."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from matcher import config
from matcher.errors import InputError, Place
from matcher.intake.delimited import too_long
from matcher.intake.table import Flaw, Row, Sheet, column_letter

_PROGRAM = Path(__file__).with_name("workbook.py")
_GRACE_SECONDS = 5
_SMALLER = "Delete sheets, rows and columns that are not needed, or split the workbook."
_SAVE_AGAIN = "Open it in a spreadsheet program, save it again as a workbook (.xlsx) and import that."
_FLAWS = {
    "formula": (
        "A formula stands here whose result was never calculated.",
        "Open the workbook in a spreadsheet program, save it, and import it again.",
    ),
    "error": ("The cell shows an error ({text}).", "Mend the formula, or type the value."),
    "unreadable": ("The cell cannot be read.", "Type its value again."),
}


def read(data: bytes, limits: config.Intake, place: Place) -> tuple[Sheet, ...]:
    """The sheets of a workbook, blank ones with no rows.

    Raises InputError where the child ran out of memory or time, met a limit, or could not
    read the workbook. The zip file's declared sizes have to be checked before.
    """
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        source.write(data)
        source.seek(0)
        code = _run(source, output, limits, place)
        output.seek(0)
        return tuple(_sheets(_lines(output, code, limits, place), limits, place))


def _run(source: IO[bytes], output: IO[bytes], limits: config.Intake, place: Place) -> int:
    command = [sys.executable, "-P", str(_PROGRAM), json.dumps(asdict(limits))]
    child = subprocess.Popen(  # noqa: S603 - this interpreter, and a program of this package
        command, stdin=source, stdout=output, stderr=subprocess.DEVNULL
    )
    try:
        return child.wait(timeout=limits.child_seconds + _GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        raise _stopped({"stop": "time"}, limits, place) from None
    finally:
        child.kill()  # also on an interrupt; it does nothing to a child that has ended
        child.wait()


def _lines(output: IO[bytes], code: int, limits: config.Intake, place: Place) -> Iterator[dict[str, Any]]:
    for line in output:
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            break  # the child was ended in the middle of a line
        if "done" in said:
            return
        if "stop" in said:
            raise _stopped(said, limits, place)
        yield said
    # no last word: the operating system ended it
    reason = "time" if -code == getattr(signal, "SIGXCPU", None) else "memory"
    raise _stopped({"stop": reason}, limits, place)


def _sheets(lines: Iterator[dict[str, Any]], limits: config.Intake, place: Place) -> Iterator[Sheet]:
    remarks: list[str] = []
    opened: dict[str, Any] | None = None
    rows: list[Row] = []
    merged: list[tuple[int, int, int, int]] = []
    shared: dict[str, str] = {}
    for line in lines:
        if "row" in line:
            rows.append(_row(line["row"], line["cells"], limits, shared))
        elif "merged" in line:
            first, left, last, right = line["merged"]
            merged.append((first, left, last, right))
        elif "left_out" in line:
            remarks.append(f"The sheet '{line['left_out']}' {line['why']}; it was left out.")
        else:
            if opened:
                yield _sheet(opened, rows, merged, remarks)
            opened, rows, merged, remarks = line, [], [], remarks if not opened else []
    if opened:
        yield _sheet(opened, rows, merged, remarks)
    else:
        raise InputError(
            "It has no sheet that can be read.",
            cure="Save it as 'Excel Workbook (.xlsx)', not as 'Strict Open XML', and import that.",
            place=place,
        )


def _sheet(
    opened: dict[str, Any], rows: list[Row], merged: list[tuple[int, int, int, int]], remarks: list[str]
) -> Sheet:
    hidden = [] if opened["state"] == "visible" else ["The sheet is hidden; it was read all the same."]
    return Sheet(opened["sheet"], tuple(rows), tuple(merged), remarks=(*remarks, *hidden))


def _row(number: int, cells: list[Any], limits: config.Intake, shared: dict[str, str]) -> Row:
    texts = [""] * (max(cell[0] for cell in cells) + 1)
    flaws: list[Flaw] = []
    for column, text, flaw in cells:
        texts[column] = shared.setdefault(text, text)  # one copy of each text, as in the workbook
        if flaw.startswith("long:"):
            flaws.append(too_long(column, int(flaw.removeprefix("long:")), limits))
        elif flaw:
            message, cure = _FLAWS[flaw]
            flaws.append(Flaw(column, message.format(text=text[:20]), cure))
    return Row(number, tuple(texts), tuple(flaws))


def _stopped(said: dict[str, Any], limits: config.Intake, place: Place) -> InputError:
    reason = said["stop"]
    where, cure = place, _SMALLER
    match reason:
        case "memory":
            message = f"Reading it takes more than the {limits.child_megabytes:,} MB of memory it is given."
        case "time":
            message = f"Reading it takes more than the {limits.child_seconds:,} seconds it is given."
        case "entities":
            message = "It declares a document type or entities, which no spreadsheet program writes."
            cure = _SAVE_AGAIN
        case "sheets":
            message = f"It has {said['sheets']:,} sheets; the limit is {said['limit']:,}."
        case "merged":
            message = f"It has {said['merged']:,} merged ranges; the limit is {said['limit']:,}."
            cure = "Unmerge the cells below the header."
        case "rows":
            message = f"The sheet has more than {limits.rows:,} rows, which is the limit."
            where = Place(file=place.file, sheet=said["sheet"])
        case "columns":
            letter = column_letter(said["column"] - 1)
            message = (
                f"Something stands in column {letter} (number {said['column']:,}); "
                f"the limit is {limits.columns:,} columns."
            )
            cure = "Delete or move that cell."
            where = Place(file=place.file, row=said["row"])
        case "cells":
            message = f"Its rows times its columns come to more than {said['limit']:,} cells."
        case "text":
            message = f"Its cells hold more than {said['limit']:,} million characters."
        case _:
            message, cure = f"It is damaged and cannot be read ({said['kind']}).", _SAVE_AGAIN
    return InputError(message, cure=cure, place=where)
