"""The example network from its files to a term, reusing what was made before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from matcher import config
from matcher.domain import Term
from matcher.embed import Embedder, Progress
from matcher.errors import NotFoundError
from matcher.export.view import TermView
from matcher.store import RunKind
from matcher.watch import Watch
from matcher.workflow import intake
from matcher.workflow.asking import Answer, who
from matcher.workflow.case import versions
from matcher.workflow.showing import export, term_view
from matcher.workflow.term import choose_term, form_cohorts, form_pairs, form_visits
from matcher.workflow.topics import find_topics
from matcher.workflow.workspace import Workspace, create, open_workspace

FILES = ("roster.csv", "facilitators.csv", "intake.xlsx", "history.csv", "bans.csv")
TERM = Term("2026-27 fall", date(2026, 9, 14))
QUESTION = "needs assessments"


@dataclass(frozen=True, slots=True)
class Demo:
    """What the example gave. ``reused``: nothing had to be read or solved again."""

    network: Path
    reused: bool
    set_aside: int
    refused: Path | None
    refused_rows: int
    view: TermView
    answers: tuple[Answer, ...]
    workbook: Path
    report: Path


def example_folder() -> Path:
    """Where the example network's files are: ``data/example`` of the project.

    Raises NotFoundError where the program was installed without them.
    """
    folder = Path(__file__).resolve().parents[2] / "data" / "example"
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise NotFoundError(
            f"The example network is not there ({', '.join(missing)} missing in data/example).",
            cure="Run the demo from a copy of the whole project.",
        )
    return folder


def demo(
    out: Path,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Demo:
    """Make or reuse the example network in ``out/network``, form its term, write its files in ``out``.
    ``watch`` follows the solves.

    ``tell`` is called with what is being done. Raises NotFoundError as :func:`example_folder`.
    """
    source = example_folder()
    network, refused = out / "network", out / "intake-refused.xlsx"
    create(network)
    with open_workspace(network, embedder) as workspace:
        tell("Reading the example's files")
        seen = intake.preview(workspace, [source / name for name in FILES])
        if not seen.plan.changes_nothing:
            intake.commit(workspace, seen)
        has_refused = intake.save_refused(seen, refused)
        term = choose_term(workspace, TERM.name, TERM.start)
        steps: dict[RunKind, tuple[str, Callable[[], object]]] = {
            RunKind.TOPICS: ("Finding topics", lambda: find_topics(workspace, progress)),
            RunKind.PAIRS: ("Forming pairs", lambda: form_pairs(workspace, term, progress, watch)),
            RunKind.COHORTS: ("Forming cohorts", lambda: form_cohorts(workspace, term, progress, watch)),
            RunKind.VISITS: ("Forming visits", lambda: form_visits(workspace, term, progress, watch)),
        }
        reused = True
        for kind, (words, step) in steps.items():
            # A step that was done again makes those after it out of date.
            if not reused or not _current(workspace, kind, term):
                reused = False
                tell(words)
                step()
        tell("Writing the workbook and the report")
        workbook, report = out / "term.xlsx", out / "report.html"
        if not (reused and workbook.exists() and report.exists()):
            workbook, report = export(workspace, term, out)
        view = term_view(workspace, term)
        tell("Asking a question")
        answers = who(workspace, QUESTION, limit=5).answers
    return Demo(
        network=network,
        reused=reused,
        set_aside=len(view.aside),
        refused=refused if has_refused else None,
        refused_rows=seen.plan.refused_rows,
        view=view,
        answers=answers,
        workbook=workbook,
        report=report,
    )


def _current(workspace: Workspace, kind: RunKind, term: Term) -> bool:
    """Whether the latest run of a kind is later than all it depends on, and by these versions."""
    with workspace.store.read() as reading:
        run = reading.latest_run(kind, None if kind is RunKind.TOPICS else term.name)
        changes = [
            each.imported
            for each in reading.imports()
            if each.counts.get("new") or each.counts.get("changed")
        ]
    settings = workspace.folder / config.FILE_NAME
    if settings.exists():
        changes.append(datetime.fromtimestamp(settings.stat().st_mtime, UTC))
    return run is not None and run.versions == versions(workspace) and run.created >= max(changes)
