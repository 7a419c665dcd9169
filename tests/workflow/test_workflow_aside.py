"""What is set aside, and whose eyes it is for."""

from __future__ import annotations

from pathlib import Path

from build_network import example
from matcher.workflow.listing import set_aside
from words_embedder import WordsEmbedder


def test_addresses_of_what_is_set_aside_are_for_staff_alone(tmp_path: Path) -> None:
    with example(tmp_path, WordsEmbedder()) as workspace:
        open_to_all, for_staff = set_aside(workspace), set_aside(workspace, staff=True)
    assert len(open_to_all) == len(for_staff) > 0
    assert not any(each.person.email for each in open_to_all)
    assert all(each.person.email for each in for_staff)
