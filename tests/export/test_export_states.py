"""How each proposal stands is in the workbook and on the page."""

from __future__ import annotations

from dataclasses import replace

import build_view
from matcher.export.report import report_html
from matcher.export.sheets import sheets


def test_the_state_of_each_proposal_is_told() -> None:
    view = build_view.realistic()
    view = replace(
        view,
        pairs=tuple(replace(each, state="published, 1 of 2 accepted") for each in view.pairs),
        cohorts=tuple(replace(each, state="agreed") for each in view.cohorts),
        visits=tuple(replace(each, state="held on 2026-10-06") for each in view.visits),
    )
    told = {}
    for sheet in sheets(view):
        headers = [column.header for column in sheet.columns]
        if "Status" in headers:
            assert sheet.rows
            told[sheet.name] = {row[headers.index("Status")] for row in sheet.rows}
    assert told == {
        "Pairs": {"published, 1 of 2 accepted"},
        "Cohorts": {"agreed"},
        "Visits": {"held on 2026-10-06"},
    }
    page = report_html(view)
    for state, shown in (
        ("published, 1 of 2 accepted", view.pairs),
        ("agreed", view.cohorts),
        ("held on 2026-10-06", view.visits),
    ):
        assert page.count(f"<dt>Status</dt><dd>{state}</dd>") == len(shown) > 0
