"""The example's dates: those on which hosts take a visit, and those on which members are away."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from matcher.domain import Slot
from matcher.intake import spans

ROSTER = Path(__file__).parents[2] / "data" / "example" / "roster.csv"
TERM_START = date(2026, 9, 14)


def rows_with(column: str) -> list[dict[str, str]]:
    with ROSTER.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row[column]]


def test_hosts_name_dates_in_the_term_that_agree_with_their_half_days() -> None:
    assert len(rows_with("visit_dates")) == 4
    for row in rows_with("visit_dates"):
        days = spans.parse(row["visit_dates"])
        assert row["host"] == "yes"
        assert min(days) >= TERM_START
        assert {day.weekday() for day in days} <= {
            Slot.parse(part).weekday for part in row["slots"].split("; ")
        }
        assert set(days) - set(spans.parse(row["away"]))


def test_some_members_are_away() -> None:
    assert len(rows_with("away")) == 5
    assert all(spans.parse(row["away"]) for row in rows_with("away"))
    assert any(" to " in row["away"] for row in rows_with("away"))
