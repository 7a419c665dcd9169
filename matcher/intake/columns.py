"""What each column of a table means: guessed from its heading, shown, and asked where unclear."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.errors import AmbiguousInputError, InputError
from matcher.intake import consent, names
from matcher.intake.mapping import Mapping, header_key
from matcher.intake.names import ACCEPTED, FIELDS, REPEATED, TableKind
from matcher.intake.table import Table

__all__ = ["ColumnGuess", "Guess", "Mapping", "TableKind", "guess", "header_key"]

#: Scores closer than this do not tell two columns, or two fields, apart.
_NEAR = 3.0
#: Kinds whose totals are closer than this share of the larger do not tell a table's kind.
_NEAR_KINDS = 0.05
_HINT = 120.0
#: Headings of all sorts of lists, and the fields of which most make a history of one.
_BARE = frozenset({"who", "when"})
_OF_AN_EXCHANGE = frozenset({"term", "structure", "status"})
_SHOWN = 300
_NEEDED: dict[TableKind, tuple[tuple[tuple[str, ...], ...], str]] = {
    # any one alternative, all of its fields; and the same in words
    TableKind.ROSTER: (
        tuple(("organization", who) for who in ("name", "last_name", "email", "member_id")),
        "an organization and a name, an email or a member id",
    ),
    TableKind.INTAKE: ((("challenge",), ("practice",), ("text",)), "a challenge, a practice or a text"),
    TableKind.HISTORY: (
        tuple(
            (*who, what)
            for who in (("members",), ("member_a", "member_b"))
            for what in ("term", "structure", "date")
        ),
        "members (or member_a and member_b) and a term, a structure or a date",
    ),
    TableKind.BANS: ((("member_a", "member_b"),), "member_a and member_b"),
    TableKind.FACILITATORS: (
        (("name", "pairs"), ("last_name", "pairs"), ("name", "slots")),
        "a name and pairs",
    ),
}


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one column was taken for. ``field`` is empty where it is not read; ``why`` says more."""

    column: str
    field: str
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping and, for showing, every column with its score (0 to 100)."""

    mapping: Mapping
    columns: tuple[ColumnGuess, ...]


def guess(table: Table, kind: TableKind | None = None) -> Guess | None:
    """What the columns of ``table`` mean; None where it is no kind of table that is known.

    With ``kind`` given only its fields are looked for. Raises AmbiguousInputError where two
    columns claim one field, or two kinds fit, about equally well; InputError where a column
    that the given kind needs is not there.
    """
    place = table.place(table.header_row)
    if kind is None:
        kind = _kind(table)
        if kind is None:
            return None
    guesses, rivals = _assign(table, kind)
    if rivals:
        field, columns = rivals[0]
        raise AmbiguousInputError(
            f"The columns {' and '.join(repr(column) for column in columns)} could both be '{field}'.",
            choices=columns,
            cure="Say which in a mapping file, and give the other the field 'ignore'.",
            place=place,
        )
    if not _fits(kind, {column.field for column in guesses}):
        raise InputError(
            f"As {kind} it needs {_NEEDED[kind][1]}; its columns are {', '.join(table.header)[:_SHOWN]}.",
            cure="Name the columns so, say in a mapping file which they are, or give another --kind; "
            "with --kind, files of one kind only.",
            place=place,
        )
    columns_read = tuple((column.column, column.field) for column in guesses if column.field)
    return Guess(Mapping(kind, columns_read), tuple(guesses))


def _kind(table: Table) -> TableKind | None:
    totals: dict[TableKind, float] = {}
    words = set(re.split(r"[\W_]+", f"{table.file} {table.sheet}".casefold()))
    for kind in TableKind:
        guesses, rivals = _assign(table, kind)
        fields = {column.field for column in guesses} | {field for field, _ in rivals}
        if _fits(kind, fields) and not (kind is TableKind.HISTORY and _is_any_list(table, fields)):
            read = sum(column.score for column in guesses if column.field not in ("", "ignore"))
            read += sum(100 for _ in rivals)
            totals[kind] = read + (_HINT if words & {kind.value, kind.value.removesuffix("s")} else 0)
    ranked = sorted(totals, key=lambda kind: totals[kind], reverse=True)
    if not ranked:
        return None
    if len(ranked) > 1 and totals[ranked[1]] > (1 - _NEAR_KINDS) * totals[ranked[0]]:
        raise AmbiguousInputError(
            f"It could be {ranked[0]} or {ranked[1]}.",
            choices=(ranked[0].value, ranked[1].value),
            cure=f"Say which, for example --kind {ranked[0]}.",
            place=table.place(table.header_row),
        )
    return ranked[0]


def _is_any_list(table: Table, fields: set[str]) -> bool:
    """Whether only "Who" or "When" make a history of a table, and little else speaks for one."""
    bare = _BARE & {names.normal(heading) for heading in table.header}
    return bool(bare) and len(fields & _OF_AN_EXCHANGE) < len(_OF_AN_EXCHANGE) - 1


def _fits(kind: TableKind, fields: set[str]) -> bool:
    return any(set(alternative) <= fields for alternative in _NEEDED[kind][0])


def _assign(table: Table, kind: TableKind) -> tuple[list[ColumnGuess], list[tuple[str, tuple[str, ...]]]]:
    """A guess for each column, and the fields that two columns claim about equally well."""
    best = [_best(heading, kind) for heading in table.header]
    rivals: list[tuple[str, tuple[str, ...]]] = []
    for field in FIELDS[kind]:
        if field in REPEATED:
            continue
        claims = sorted(
            (index for index, column in enumerate(best) if column.field == field),
            key=lambda index: -best[index].score,
        )
        if len(claims) > 1 and best[claims[0]].score - best[claims[1]].score < _NEAR:
            rivals.append((field, (best[claims[0]].column, best[claims[1]].column)))
        for index in claims[1:]:
            why = f"'{best[claims[0]].column}' fits {field} better"
            best[index] = ColumnGuess(best[index].column, "", best[index].score, why)
    return best, rivals


def _best(heading: str, kind: TableKind) -> ColumnGuess:
    found = names.scores(heading, kind)
    ranked = sorted(found, key=lambda field: (-found[field][0], field == "ignore"))
    first, second = ranked[0], ranked[1]
    score, known = found[first]
    if first == "ignore" and score < 100 and consent.is_about(heading):
        return ColumnGuess(heading, "", round(score), "it may say what may be shared")
    if score < ACCEPTED:
        return ColumnGuess(heading, "", round(score), f"nearest is {first}, '{known}'" if score else "")
    if first != "ignore" and second != "ignore" and score < 100 and score - found[second][0] < _NEAR:
        return ColumnGuess(heading, "", round(score), f"could be {first} or {second}")
    return ColumnGuess(heading, first, round(score), f"known as '{known}'")
