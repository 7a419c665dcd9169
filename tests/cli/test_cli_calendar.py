"""The calendar of a term, written by `matcher export`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import icalendar
import pytest

from build_cli import document, done, run


@pytest.fixture
def published(formed: Path, tmp_path: Path) -> Path:
    network = shutil.copytree(formed, tmp_path / "network")
    done("publish", "pairs", "--all", network=network)
    return network


def addresses(file: Path) -> int:
    """How many there are in a file."""
    return len(re.findall(rb"@d\d+\.example", file.read_bytes().replace(b"\r\n ", b"")))


def test_what_has_no_day_is_counted_and_a_week_cures_it(published: Path, tmp_path: Path) -> None:
    file = tmp_path / "fall.ics"
    said = " ".join(done("export", "--calendar", file, network=published).split())
    assert said.startswith(f"Wrote {file}: No exchanges of the term '2026-27 fall'. 6 left out")
    assert "--first-week 2026-10-05" in said
    assert not icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    said = done("export", "--calendar", file, "--first-week", "2026-10-05", network=published)
    assert " ".join(said.split()) == f"Wrote {file}: 6 exchanges of the term '2026-27 fall'."
    assert len(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")) == 6
    assert not (tmp_path / "out").exists()


def test_addresses_are_written_for_staff_of_those_who_agreed(published: Path, tmp_path: Path) -> None:
    (each, *_) = document("show", "pairs", network=published)["pairs"]
    for side in ("a", "b"):
        done("answer", "pairs", "1", each[side]["id"], "accepted", network=published)
    file = tmp_path / "fall.ics"
    asked = ("export", "--calendar", file, "--first-week", "2026-10-05")
    done(*asked, network=published)
    assert addresses(file) == 0
    assert "for network staff only" in done(*asked, "--staff", network=published)
    assert addresses(file) == 2


def test_the_document_names_what_was_left_out(published: Path, tmp_path: Path) -> None:
    file = tmp_path / "fall.ics"
    found = document("export", "--calendar", file, network=published)
    left_out = found.pop("left_out")
    assert found == {"term": "2026-27 fall", "calendar": str(file), "exchanges": 0, "staff": False}
    assert len(left_out) == 6
    assert {each["reason"] for each in left_out} == {"no day is known yet"}


def test_a_first_week_without_a_calendar_is_a_mistake(published: Path) -> None:
    ended = run("export", "--first-week", "2026-10-05", network=published)
    assert (ended.exit_code, "goes with --calendar" in ended.stderr) == (2, True)


def test_a_week_of_another_year_and_a_place_that_cannot_be_written_are_told(
    published: Path, tmp_path: Path
) -> None:
    file = tmp_path / "fall.ics"
    ended = run("export", "--calendar", file, "--first-week", "2020-10-05", network=published)
    assert ended.exit_code == 1
    assert "starts on 2026-09-14" in ended.stderr
    assert not file.exists()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    ended = run("export", "--calendar", tmp_path / "file" / "fall.ics", network=published)
    assert ended.exit_code == 1
    assert "cannot be written" in ended.stderr
