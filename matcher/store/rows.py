"""Domain values to rows of the tables in ``schema`` and back. No database here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from matcher import record
from matcher.domain import (
    Ban,
    Exchange,
    ExchangeStatus,
    Facilitator,
    Locale,
    Member,
    NamedBy,
    NextStep,
    Organization,
    OrganizationType,
    Slot,
    Statement,
    StatementKind,
    Structure,
    Term,
    Topic,
    stable_id,
)
from matcher.store.records import Import, Origin, Run, RunKind, RunSummary
from matcher.topics.history import Happening, Lineage, TopicEdit, TopicRun

Row = dict[str, Any]
Stored = Mapping[Any, Any]


def _slots_text(slots: tuple[Slot, ...]) -> str:
    return ",".join(str(slot) for slot in slots)


def _slots(text: str) -> tuple[Slot, ...]:
    return tuple(Slot.parse(part) for part in text.split(",") if part)


def _dates_text(dates: tuple[date, ...]) -> str:
    return ",".join(each.isoformat() for each in dates)


def _dates(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(part) for part in text.split(",") if part)


def _texts_json(texts: tuple[str, ...]) -> str:
    return json.dumps(texts, ensure_ascii=False)


def _texts(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def naive(moment: datetime) -> datetime:
    """``moment`` in UTC without its zone, as the tables keep it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def organization_row(value: Organization) -> Row:
    return asdict(value) | {"type": value.type.value, "locale": value.locale and value.locale.value}


def organization(row: Stored) -> Organization:
    locale = row["locale"]
    typed = {"type": OrganizationType(row["type"]), "locale": Locale(locale) if locale else None}
    return Organization(**{**row, **typed})


def member_row(value: Member) -> Row:
    return asdict(value) | {
        "slots": _slots_text(value.slots),
        "interests": ",".join(value.interests),
        "visit_dates": _dates_text(value.visit_dates),
        "away": _dates_text(value.away),
    }


def member(row: Stored) -> Member:
    typed = {
        "slots": _slots(row["slots"]),
        "interests": tuple(Structure(part) for part in row["interests"].split(",") if part),
        "visit_dates": _dates(row["visit_dates"]),
        "away": _dates(row["away"]),
    }
    return Member(**{**row, **typed})


def statement_row(value: Statement) -> Row:
    return asdict(value) | {"kind": value.kind.value}


def statement(row: Stored) -> Statement:
    return Statement(**{**row, "kind": StatementKind(row["kind"])})


def facilitator_row(value: Facilitator) -> Row:
    return asdict(value) | {"slots": _slots_text(value.slots)}


def facilitator(row: Stored) -> Facilitator:
    return Facilitator(**{**row, "slots": _slots(row["slots"])})


def term_row(value: Term) -> Row:
    return asdict(value)


def term(row: Stored) -> Term:
    return Term(**row)


def ban_row(value: Ban) -> Row:
    return asdict(value)


def ban(row: Stored) -> Ban:
    return Ban(**row)


def next_step_row(value: NextStep) -> Row:
    key = stable_id("step", value.exchange_id, value.member_id, value.text)
    return asdict(value) | {"id": key}


def next_step(row: Stored) -> NextStep:
    return NextStep(row["exchange_id"], row["member_id"], row["text"], row["due"])


def exchange_row(value: Exchange) -> Row:
    return {
        "id": value.id,
        "term": value.term.name,
        "structure": value.structure.value,
        "status": value.status.value,
        "topic": value.topic,
        "held_on": value.held_on,
        "facilitator": value.facilitator,
    }


def exchange(row: Stored, start: Term, member_ids: tuple[str, ...]) -> Exchange:
    return Exchange(
        id=row["id"],
        term=start,
        structure=Structure(row["structure"]),
        member_ids=member_ids,
        status=ExchangeStatus(row["status"]),
        topic=row["topic"],
        held_on=row["held_on"],
        facilitator=row["facilitator"],
    )


def exchange_member_rows(value: Exchange) -> list[Row]:
    return [
        {"exchange_id": value.id, "position": position, "member_id": member_id}
        for position, member_id in enumerate(value.member_ids)
    ]


def topic_row(value: Topic, run_id: int, position: int) -> Row:
    return {
        "run_id": run_id,
        "id": value.id,
        "position": position,
        "label": value.label,
        "keywords": _texts_json(value.keywords),
        "examples": _texts_json(value.examples),
        "colour": value.colour,
        "area": value.area,
        "share": value.share,
        "named_by": value.named_by.value,
        "locked": value.locked,
    }


def topic(row: Stored, statement_ids: tuple[str, ...]) -> Topic:
    return Topic(
        id=row["id"],
        label=row["label"],
        keywords=_texts(row["keywords"]),
        statement_ids=statement_ids,
        examples=_texts(row["examples"]),
        colour=row["colour"],
        area=row["area"],
        share=row["share"],
        named_by=NamedBy(row["named_by"]),
        locked=row["locked"],
    )


def topic_statement_rows(value: Topic, run_id: int) -> list[Row]:
    return [
        {"run_id": run_id, "topic_id": value.id, "position": position, "statement_id": statement_id}
        for position, statement_id in enumerate(value.statement_ids)
    ]


def topic_run_row(value: TopicRun, run_id: int) -> Row:
    return {"run_id": run_id, "minted": value.minted, "edits": len(value.edits)}


def aside_rows(value: TopicRun, run_id: int) -> list[Row]:
    return [
        {"run_id": run_id, "position": position, "statement_id": statement_id, "reason": reason}
        for position, (statement_id, reason) in enumerate(value.aside)
    ]


def lineage_rows(value: TopicRun, run_id: int) -> list[Row]:
    return [
        {
            "run_id": run_id,
            "position": position,
            "kind": each.kind.value,
            "topic_id": each.topic_id,
            "size_before": each.before,
            "size_after": each.after,
            "parts": json.dumps(each.parts),
            "share": each.share,
            "emerging": each.emerging,
        }
        for position, each in enumerate(value.lineage)
    ]


def lineage(row: Stored) -> Lineage:
    return Lineage(
        kind=Happening(row["kind"]),
        topic_id=row["topic_id"],
        before=row["size_before"],
        after=row["size_after"],
        parts=tuple((topic_id, number) for topic_id, number in json.loads(row["parts"])),
        share=row["share"],
        emerging=row["emerging"],
    )


def topic_edit_rows(value: TopicRun) -> list[Row]:
    return [
        {
            "position": position,
            "kind": each.kind.value,
            "author": each.by,
            "made": each.at and naive(each.at),
            "edit": record.dump(each),
        }
        for position, each in enumerate(value.edits)
    ]


def topic_edit(row: Stored) -> TopicEdit:
    return record.load(TopicEdit, row["edit"])


def _typed_run(row: Stored) -> Row:
    return {
        **row,
        "kind": RunKind(row["kind"]),
        "created": row["created"].replace(tzinfo=UTC),
        "origin": record.load(Origin, row["origin"]),
    }


def run(row: Stored) -> Run:
    return Run(**_typed_run(row))


def run_summary(row: Stored) -> RunSummary:
    return RunSummary(**_typed_run(row))


def imported(row: Stored) -> Import:
    return Import(
        file_name=row["file_name"],
        sha256=row["sha256"],
        imported=row["imported"].replace(tzinfo=UTC),
        counts=json.loads(row["counts"]),
    )
