"""Topics: finding them, what staff say of them, and what became of them. Each change is kept as a run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from matcher import config, record
from matcher.domain import Statement, Topic
from matcher.embed import Progress
from matcher.errors import ConflictError, NotFoundError
from matcher.export.topicwords import edit_text
from matcher.store import RunKind
from matcher.topics import TopicEdit, TopicRun, lineage, resolve, texts_to_embed
from matcher.topics import find_topics as topics_of
from matcher.workflow.case import Case, load, vectors_of, versions
from matcher.workflow.workspace import Workspace, taxonomy_of

#: What a topics run's status says: how it came about.
FOUND, AFRESH, EDITED, UNDONE = "found", "afresh", "edited", "undone"


@dataclass(frozen=True, slots=True)
class TopicProblem:
    """What a topic run was given: the statements that take part with the hash of their text, the model,
    the settings, the hash of the taxonomy, which is empty in runs of versions that knew none, and which
    statements are confidential: a label has no word that only they say."""

    statements: tuple[tuple[str, str], ...]
    model: str
    settings: config.Topics
    taxonomy: str = ""
    confidential: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicChange:
    """A topic before and after a change: its label and how many statements it has; 0 and an empty label
    where there was none, or is none now. ``locked`` is whether it is now."""

    id: str
    label_before: str
    label: str
    before: int
    after: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Edited:
    """What a change of staff did: the ``edit`` in words, how many statements are in another topic than
    before, or no longer in one, and the topics that it changed."""

    edit: TopicEdit
    text: str
    moved: int
    topics: tuple[TopicChange, ...]


def find_topics(
    workspace: Workspace, progress: Progress | None = None, *, afresh: bool = False
) -> tuple[Topic, ...]:
    """Find the topics of all statements and keep them. They go on from those found last; ``afresh``
    groups anew and keeps ids by overlap. What staff said of them holds in both.

    Raises InputError where the network's own taxonomy cannot be read.
    """
    case = load(workspace, progress)
    earlier, number = _last(workspace)
    status = AFRESH if afresh else FOUND
    edits = earlier.edits
    return _find(workspace, case, earlier, edits, status=status, after=number, progress=progress).topics


def edit_topics(workspace: Workspace, wanted: TopicEdit, progress: Progress | None = None) -> Edited:
    """Do what staff say of topics, at once and in every later run.

    Topics are found first if need be; ids may be in small or capital letters. Raises NotFoundError where
    a topic or statement is not there, InputError where nothing would change or a topic is locked.
    """
    case = with_topics(workspace, progress)
    earlier, number = _last(workspace)
    now = datetime.now(UTC).replace(microsecond=0)
    given = replace(_as_known(wanted, earlier, case.written), at=now)
    exact = resolve(given, earlier, case.written, case.vectors)
    edits = (*earlier.edits, exact)
    found = _find(_as_last(workspace), case, earlier, edits, status=EDITED, after=number)
    return _edited(exact, earlier, found)


def undo_edit(workspace: Workspace, progress: Progress | None = None) -> Edited:
    """Take back what staff said last of topics: they are as before it, or where anything else changed
    since (statements, settings, the taxonomy, topics found again), are found without it.

    Raises NotFoundError where there is nothing to take back.
    """
    with workspace.store.read() as reading:
        known = reading.topic_edits()
    if not known:
        raise NotFoundError("There is no edit to take back.", cure="See them with `matcher topics edits`.")
    case = with_topics(workspace, progress)
    earlier, number = _last(workspace)
    with workspace.store.read() as reading:
        before = reading.topic_run_before_last_edit()
    *kept, last = earlier.edits
    if before is None:
        found = _find(_as_last(workspace), case, earlier, tuple(kept), status=UNDONE, after=number)
    else:
        events = lineage(earlier.topics, before.topics)
        found = replace(before, lineage=events, edits=tuple(kept), minted=earlier.minted)
        _keep(_as_last(workspace), case, found, status=UNDONE, after=number, seconds=0.0)
    return _edited(last, earlier, found)


def with_topics(workspace: Workspace, progress: Progress | None = None) -> Case:
    """The case with topics of the statements as they are now, as fine as those found last."""
    case = load(workspace, progress)
    again = _as_last(workspace)
    if _last_problem(workspace) != _problem(again, case):
        earlier, number = _last(workspace)
        _find(again, case, earlier, earlier.edits, status=FOUND, after=number, progress=progress)
        case = load(workspace)
    return case


def _find(
    workspace: Workspace,
    case: Case,
    earlier: TopicRun,
    edits: tuple[TopicEdit, ...],
    *,
    status: str,
    after: int | None,
    progress: Progress | None = None,
) -> TopicRun:
    """Find topics and keep them as a run, where ``after`` still is the last one."""
    taxonomy = taxonomy_of(workspace.folder)
    known = vectors_of(workspace, texts_to_embed(taxonomy, edits), progress)
    started = time.perf_counter()
    found = topics_of(
        case.written,
        case.vectors,
        workspace.settings.topics,
        earlier=earlier,
        edits=edits,
        taxonomy=taxonomy,
        known=known,
        afresh=status == AFRESH,
    )
    if not earlier.topics:
        found = replace(found, lineage=())  # everything appears the first time
    _keep(workspace, case, found, status=status, after=after, seconds=time.perf_counter() - started)
    return found


def _keep(
    workspace: Workspace, case: Case, found: TopicRun, *, status: str, after: int | None, seconds: float
) -> None:
    """Keep topics as a run. Raises ConflictError where the last one is not ``after`` any more."""
    with workspace.store.write() as writing:
        if writing.topics_run() != after:
            raise ConflictError(
                "Somebody else changed the topics meanwhile; nothing was changed.",
                cure="Look at them with `matcher show topics`, and try again.",
            )
        run = writing.add_run(
            RunKind.TOPICS,
            term=None,
            seed=0,
            versions=versions(workspace),
            problem=record.dump(_problem(workspace, case)),
            solution=record.dump(found),
            status=status,
            seconds=seconds,
        )
        writing.put_topic_run(found, run)


def _last(workspace: Workspace) -> tuple[TopicRun, int | None]:
    """The last run of topics, and its number. One from before topics had an identity gives no more than
    the numbers that are taken."""
    with workspace.store.read() as reading:
        run, number = reading.topic_run(), reading.topics_run()
    problem = _last_problem(workspace)
    if run is None or problem is None:
        return TopicRun(), number
    return (run if problem.taxonomy else TopicRun(minted=run.minted)), number


def _problem(workspace: Workspace, case: Case) -> TopicProblem:
    taking = [each for each in case.written if not each.set_aside]
    return TopicProblem(
        tuple((each.id, record.digest(each.text)) for each in taking),
        workspace.embedder.key,
        workspace.settings.topics,
        record.digest(repr(taxonomy_of(workspace.folder).areas)),
        tuple(each.id for each in taking if each.confidential),
    )


def _last_problem(workspace: Workspace) -> TopicProblem | None:
    with workspace.store.read() as reading:
        run = reading.latest_run(RunKind.TOPICS)
    return record.load(TopicProblem, run.problem) if run else None


def _as_last(workspace: Workspace) -> Workspace:
    """The workspace with the settings of the topics that were found last, if there are any."""
    last = _last_problem(workspace)
    settings = last.settings if last else workspace.settings.topics
    return replace(workspace, settings=replace(workspace.settings, topics=settings))


def _as_known(wanted: TopicEdit, run: TopicRun, statements: Iterable[Statement]) -> TopicEdit:
    """The edit with ids as they are written in the network; unknown ones as they were given."""
    topics = {each.id.casefold(): each.id for each in run.topics}
    texts = {each.id.casefold(): each.id for each in statements}

    def real(ids: tuple[str, ...], known: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(known.get(id.strip().casefold(), id.strip()) for id in ids)

    return replace(
        wanted, topic_ids=real(wanted.topic_ids, topics), statement_ids=real(wanted.statement_ids, texts)
    )


def _edited(edit: TopicEdit, before: TopicRun, after: TopicRun) -> Edited:
    old, new = before.topic_of(), after.topic_of()
    was = {topic.id: topic for topic in before.topics}
    now = {topic.id: topic for topic in after.topics}
    changes = []
    for id in dict.fromkeys((*now, *was)):
        then, today = _told(was.get(id)), _told(now.get(id))
        if then != today:
            changes.append(TopicChange(id, then[0], today[0], then[1], today[1], today[2]))
    moved = sum(old.get(id) != new.get(id) for id in old.keys() | new.keys())
    return Edited(edit, edit_text(edit), moved, tuple(changes))


def _told(topic: Topic | None) -> tuple[str, int, bool]:
    """What staff see change of a topic: its label, its size, whether it is locked."""
    return (topic.label, len(topic.statement_ids), topic.locked) if topic else ("", 0, False)
