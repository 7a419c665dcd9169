"""Measuring as tables for people, or one JSON document."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matcher.cli.output import heading, print_json, print_table, say, stages
from matcher.cli.session import Session, common

if TYPE_CHECKING:
    from matcher.evaluate.bootstrap import Interval
    from matcher.evaluate.search import SearchTable
    from matcher.evaluate.topics import TopicTable

#: Texts taken of a public set where nothing else is said, as matcher.workflow.quality.SAMPLE.
SAMPLE = 1500
#: What the columns of :func:`show_topics` mean.
LEGEND = (
    "Aside: the share that was set aside of the texts on a subject. Seconds: without embedding.",
    "Precision and recall: of what is set aside when the off-topic texts are there too.",
    "When a tenth more texts were added. Pairs kept: of two texts in a topic, still together. Stayed: still "
    "in the topic of the same identity. V after: V-measure of all of them then.",
)


@click.command(short_help="Measure search and topics on labelled texts.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="A benchmark in place of the project's own; data/README.md says what it holds.",
)
@click.option(
    "--public",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where banking77_test.csv and clinc150_test.csv are, if not in ../shared/data.",
)
@click.option("--only", type=click.Choice(["search", "topics"]), help="Measure one of the two.")
@click.option("--tune", is_flag=True, help="The half to tune on, not the half that is only reported.")
@click.option(
    "--sample",
    type=click.IntRange(100),
    default=SAMPLE,
    show_default=True,
    metavar="N",
    help="At most so many texts of a public set.",
)
@click.option("--full", is_flag=True, help="All texts of the public sets; takes several times as long.")
@common
@click.pass_obj
def evaluate(
    session: Session,
    data: Path | None,
    public: Path | None,
    only: str | None,
    tune: bool,
    sample: int,
    full: bool,
    as_json: bool,
) -> None:
    """Measure search and topics on labelled texts, beside other methods.

    It needs no network; where there is one, its settings are measured. Every figure comes with its 95 %
    interval. BM25 and BERTopic take part where they are installed: docs/commands.md says how.

    \b
    Examples:
      matcher evaluate
      matcher evaluate --only topics --sample 500
      matcher evaluate --full --json
    """
    from matcher.config import load
    from matcher.workflow import quality

    with stages() as (tell, progress):
        report = quality.evaluate(
            load(session.network),
            data=data,
            public=public,
            only=only or "",
            half="tune" if tune else "report",
            sample=None if full else sample,
            embedder=session.embedder,
            tell=tell,
            progress=progress,
        )
    if as_json:
        print_json(asdict(report))
        return
    say(f"Embedding: {report.model}. In brackets: the 95 % interval.")
    for searched in report.search:
        show_search(searched)
    for found in report.topics:
        show_topics(found)
    if report.topics:
        say("", *LEGEND)
    if report.training:
        heading("Measured at training")
        print_table(("What", "Figure"), report.training, numbers=("Figure",))
    say("", *report.notes)


def show_search(table: SearchTable) -> None:
    """The rankings of one set of questions."""
    from matcher.export.words import counted

    heading(f"Search: {table.data} ({counted(table.questions, 'question')}, {table.texts:,} texts)")
    columns = ("Ranked by", "nDCG@10", "recall@10", "MRR")
    rows = [
        (line.method, _interval(line.ndcg), _interval(line.recall), _interval(line.reciprocal_rank))
        for line in table.lines
    ]
    print_table(columns, rows, numbers=columns[1:])
    if table.difference is not None:
        say(f"Product less {table.best}, question by question: nDCG@10 {_interval(table.difference, '+')}.")
    refused = table.refusals
    if refused.unanswerable:
        say(
            f"Without a good answer: {refused.recognised} of {refused.unanswerable} recognised; "
            f"{refused.lost} of {refused.answerable} good ones lost."
        )


def show_topics(table: TopicTable) -> None:
    """The groupings of one set of texts."""
    beside = f", and {table.off_topic:,} off-topic" if table.off_topic else ""
    heading(f"Topics: {table.data} ({table.texts:,} texts on {table.subjects} subjects{beside})")
    plain = f"; without the adapter {_interval(table.nearest_plain)}" if table.nearest_plain else ""
    say(f"Five nearest on the same subject: {_interval(table.nearest)}{plain}; by chance {table.chance:.3f}.")
    names = [f"{line.method}: {line.setting}" if line.setting else line.method for line in table.lines]
    columns = ("Found by", "V-measure", "ARI", "Topics", "Aside", "Seconds")
    quality = [
        (
            name,
            _interval(line.v),
            _interval(line.ari),
            f"{line.groups:.0f}",
            f"{line.aside:.1%}",
            f"{line.seconds:.2f}",
        )
        for name, line in zip(names, table.lines, strict=True)
    ]
    print_table(columns, quality, numbers=columns[1:], wide=columns[:1])
    columns = ("Found by", "Precision", "Recall", "Pairs kept", "Stayed", "V after")
    life = [
        (
            name,
            *(_figure(each) for each in (line.precision, line.recall, line.pairs, line.stayed, line.v_after)),
        )
        for name, line in zip(names, table.lines, strict=True)
    ]
    print_table(columns, life, numbers=columns[1:], wide=columns[:1])


def _interval(given: Interval, sign: str = "") -> str:
    low, high = format(given.low, f"{sign}.3f"), format(given.high, f"{sign}.3f")
    return f"{format(given.value, f'{sign}.3f')} [{low}, {high}]"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
