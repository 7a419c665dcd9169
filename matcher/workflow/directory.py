"""The directory: members that agreed to be found by other members."""

from __future__ import annotations

from dataclasses import replace

from matcher.domain import Member
from matcher.workflow.workspace import Workspace


def enlist(workspace: Workspace, member_id: str, *, listed: bool) -> Member:
    """Put a member into the directory, or take it out. Raises NotFoundError where there is no such member."""
    with workspace.store.write() as writing:
        member = replace(writing.member(member_id), listed=listed)
        writing.put_members([member])
    return member
