"""Files into the store: look first, then write, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.domain import Statement, StatementKind, stable_id
from matcher.embed import Vectors, embed_missing
from matcher.errors import ConflictError, InputError, Place
from matcher.export.save import save_bytes
from matcher.intake import mapping, read, refused, rows, texts
from matcher.intake.batch import Batch, Known, Note, ban_key
from matcher.intake.changes import Plan, Status, plan
from matcher.intake.table import Table
from matcher.intake.understand import Hints, Understood, kind_named, understand
from matcher.record import digest
from matcher.store import Reading
from matcher.workflow.asking import find_member
from matcher.workflow.workspace import Workspace

__all__ = [
    "Drafts",
    "Preview",
    "Understood",
    "add_statement",
    "add_statements",
    "commit",
    "keep_drafts",
    "known_values",
    "preview",
    "read_drafts",
    "save_refused",
]

#: What is said of a row that is about a member that was erased.
ERASED_ROW = "The member was erased, so that the row was left out. Take it out of the file."
#: Characters of a header that a message shows.
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, and what it was compared with. Nothing is written yet.

    ``files`` are the names of the files with the sha256 of their bytes.
    """

    tables: tuple[Understood, ...]
    batch: Batch
    plan: Plan
    known: Known
    files: tuple[tuple[str, str], ...]


def preview(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    mapping_file: Path | None = None,
    kind: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Preview:
    """Read files, each once, and say what importing them would change.

    A mapping that is given or remembered for a header comes before a guess. ``kind`` is what all
    the files are, where that is not to be guessed; ``encoding`` and ``delimiter`` hold for all text
    files, and are kept in their mappings. Raises InputError where a file cannot be read or a
    hint does not fit, AmbiguousInputError where it has to be asked how.
    """
    given = mapping.load(mapping_file) if mapping_file else None
    asked = kind_named(kind, given)
    with workspace.store.read() as reading:
        known, erased = known_values(reading), reading.erased()
        remembered = {key: mapping.parse(toml) for key, toml in reading.mappings().items()}
    hints = Hints(given, remembered, asked, encoding, delimiter)
    limits = workspace.settings.intake
    tables: list[Understood] = []
    files: list[tuple[str, str]] = []
    for path in paths:
        data = read.load(path, limits)
        files.append((path.name, hashlib.sha256(data).hexdigest()))
        tables += understand(path.name, data, limits, hints)
    if given and not any(each.source == "given" for each in tables):
        raise _fits_none(given, [each.table for each in tables], mapping_file.name if mapping_file else "")
    batch = rows.to_batch([(each.table, each.mapping) for each in tables], known)
    batch = _without(erased, batch)
    return Preview(tuple(tables), batch, plan(batch, known), known, tuple(files))


def _without(erased: frozenset[str], batch: Batch) -> Batch:
    """The batch without what it says of members that were erased; their rows have a note."""
    if not erased:
        return batch
    gone = {("member", id) for id in erased}
    gone |= {("statement", each.id) for each in batch.statements if each.member_id in erased}
    gone |= {("ban", ban_key(each)) for each in batch.bans if erased & {each.member_a, each.member_b}}
    places = dict.fromkeys(each.place for each in batch.origins if (each.kind, each.id) in gone)
    return replace(
        batch,
        members=tuple(each for each in batch.members if ("member", each.id) not in gone),
        statements=tuple(each for each in batch.statements if ("statement", each.id) not in gone),
        bans=tuple(each for each in batch.bans if ("ban", ban_key(each)) not in gone),
        origins=tuple(each for each in batch.origins if (each.kind, each.id) not in gone),
        notes=(*batch.notes, *(Note(place, ERASED_ROW) for place in places)),
    )


def _fits_none(given: mapping.Mapping, tables: Sequence[Table], file: str) -> InputError:
    """What to say of a mapping that is for none of the tables, by the one that lacks least of it."""
    nearest = min(tables, key=lambda table: len(given.missing(table)))
    lacking = ", ".join(f"'{heading}'" for heading in given.missing(nearest))
    return InputError(
        f"No table has all of the mapping's columns: {nearest.place()} has no {lacking}.",
        cure=f"Write them as in its header: {', '.join(nearest.header)[:_SHOWN]}.",
        place=Place(file=file),
    )


def commit(workspace: Workspace, seen: Preview) -> None:
    """Write what a preview showed: all of it or, on any error, nothing.

    Raises ConflictError where the store has changed since the preview was made.
    """
    with workspace.store.write() as writing:
        if known_values(writing) != seen.known:
            raise ConflictError("The network has changed since the files were read.", cure="Read them again.")
        batch = seen.batch
        writing.put_terms(batch.terms)
        writing.put_organizations(batch.organizations)
        writing.put_members(batch.members)
        writing.put_statements(batch.statements)
        writing.put_facilitators(batch.facilitators)
        writing.put_bans(batch.bans)
        writing.put_exchanges(batch.exchanges)
        for each in seen.tables:
            if each.mapping is not None:
                writing.remember_mapping(mapping.header_key(each.table.header), mapping.dump(each.mapping))
        counts = {
            status.value: sum(of_kind[status] for of_kind in seen.plan.counts().values()) for status in Status
        }
        counts["refused"] = seen.plan.refused_rows
        for name, sha256 in seen.files:
            writing.log_import(name, sha256, counts)


@dataclass(frozen=True, slots=True)
class Drafts:
    """Texts as they are to be kept, with their vectors by :func:`matcher.record.digest`."""

    texts: Mapping[StatementKind, str]
    vectors: Mapping[str, Vectors]


def read_drafts(workspace: Workspace, given: Mapping[StatementKind, str]) -> Drafts:
    """Clean texts and embed those that are new; nothing is written, so that no other writer waits for it.

    Raises InputError where a text is empty or too long.
    """
    longest = workspace.settings.intake.cell_characters
    cleaned = {kind: texts.clean(text) for kind, text in given.items()}
    for text in cleaned.values():
        if not text:
            raise InputError(
                "The statement is empty.", cure="Write what the member faces, or what works there."
            )
        if len(text) > longest:
            raise InputError(
                f"The statement has {len(text):,} characters; {longest:,} is the most.",
                cure="Shorten it, or raise intake.cell_characters.",
            )
    wanted = sorted({digest(text) for text in cleaned.values()})
    with workspace.store.read() as reading:
        known = reading.vectors(workspace.embedder.key, wanted)
    return Drafts(cleaned, embed_missing(workspace.embedder, list(cleaned.values()), known))


def keep_drafts(
    workspace: Workspace, name: str, drafts: Drafts, *, confidential: bool = False, submitted: str = ""
) -> tuple[Statement, ...]:
    """Take drafts as statements of a member, by id, email or name, all or none; return them as kept.

    A text that says nothing is set aside, as in a file. What the member sent before is counted once, and
    is confidential from then on if it is now. Raises NotFoundError where there is no such member, InputError
    where several have the name or the member was erased.
    """
    with workspace.store.write() as writing:
        by_id = writing.members_named([name])  # as programs name them: then nobody else is read
        members = tuple(by_id.values()) or writing.members()
        member = members[find_member(members, name)]
        if member.id in writing.erased():  # be it while the texts were read
            raise InputError("The member was erased: nothing was kept.", cure="Name another member.")
        known = writing.statements_after("", None, member_id=member.id)
        kept = []
        for kind, text in drafts.texts.items():
            own = (each for each in known if each.kind is kind)
            alike = next((each for each in own if texts.plain(each.text) == texts.plain(text)), None)
            statement = alike or Statement(
                stable_id("s", member.id, kind, text),
                member.id,
                kind,
                text,
                set_aside=texts.set_aside(text),
                submitted=submitted,
            )
            kept.append(replace(statement, confidential=statement.confidential or confidential))
        writing.put_statements(kept)
        of_texts = {digest(each.text) for each in kept}
        fresh = {key: vector for key, vector in drafts.vectors.items() if key in of_texts}
        writing.put_vectors(workspace.embedder.key, fresh)
    return tuple(kept)


def add_statement(
    workspace: Workspace,
    name: str,
    kind: StatementKind,
    text: str,
    *,
    confidential: bool = False,
    submitted: str = "",
) -> Statement:
    """Take one statement of a member; as :func:`add_statements`."""
    (kept,) = add_statements(workspace, name, {kind: text}, confidential=confidential, submitted=submitted)
    return kept


def add_statements(
    workspace: Workspace,
    name: str,
    given: Mapping[StatementKind, str],
    *,
    confidential: bool = False,
    submitted: str = "",
) -> tuple[Statement, ...]:
    """Take statements of a member, by id, email or name, all or none, and embed them; return them as kept.

    An open desk takes them by :meth:`Desk.add`. Raises what :func:`read_drafts` and :func:`keep_drafts` do.
    """
    drafts = read_drafts(workspace, given)
    return keep_drafts(workspace, name, drafts, confidential=confidential, submitted=submitted)


def save_refused(seen: Preview, path: Path) -> bool:
    """The refused rows as a workbook with the reason beside each; False where there are none."""
    if seen.plan.refused_rows:
        save_bytes(path, refused.workbook(seen.plan.refused))
    return bool(seen.plan.refused_rows)


def known_values(reading: Reading) -> Known:
    """All that is stored, to compare an import with."""
    return Known(
        organizations=reading.organizations(),
        members=reading.members(),
        statements=reading.statements(),
        exchanges=reading.exchanges(),
        bans=reading.bans(),
        facilitators=reading.facilitators(),
        terms=reading.terms(),
    )
