"""One page to read a term by: a single HTML file that opens without a network, a script or a font."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.export import termchart, words
from matcher.export.netmap import everybody, network_maps, off_the_map
from matcher.export.save import save_bytes
from matcher.export.topicmap import NARROW, WIDE, topic_map
from matcher.export.view import Left, Person, TermView, TopicView

_FORMS = {"pairs": "one-to-one pairs", "cohorts": "virtual cohorts", "visits": "peer-hosted visits"}


@dataclass(frozen=True, slots=True)
class Where:
    """A member and the places it has: a text and the id on the page that tells of it."""

    person: Person
    places: tuple[tuple[str, str], ...]


def write_report(view: TermView, path: Path) -> None:
    """Write the term to ``path`` as one self-contained HTML page.

    Raises InputError where ``path`` cannot be written.
    """
    save_bytes(path, report_html(view).encode("utf-8"))


def report_html(view: TermView) -> str:
    """The page as text. Every text of the view is escaped; characters that HTML cannot hold are left out."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("matcher.export", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"place": words.place, "work": words.work, "capital": _capital}
    return environment.get_template("report.html.j2").render(_context(view))


def _printable(value: Any) -> Any:
    # A text of the view is a plain str; Markup, what a template made, is left alone.
    return words.plain(value) if type(value) is str else value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _context(view: TermView) -> Mapping[str, Any]:
    from markupsafe import Markup

    maps = {kind: Markup(svg) for kind, svg in network_maps(view).items()}  # noqa: S704 (made by charts.render)
    wide, narrow = Markup(topic_map(view, WIDE)), Markup(topic_map(view, NARROW))  # noqa: S704
    ranked = sorted(view.topics, key=lambda topic: (-topic.size, topic.id))
    return {
        "view": view,
        "formed": words.formed(view),
        "summary": words.summary(view),
        "reading": words.READING,
        "forms": _FORMS,
        "counted": words.counted,
        "percent": words.percent,
        "aims": words.aims,
        "beside": words.beside,
        "caveats": words.caveats,
        "proven": words.proven,
        "kind_of": words.kind_of,
        "topic_map": wide,
        "topic_map_narrow": narrow,
        "topic_map_text": _topic_map_text(view, ranked),
        "term_chart": Markup(termchart.term_chart(view, termchart.WIDE)),  # noqa: S704
        "term_chart_narrow": Markup(termchart.term_chart(view, termchart.NARROW)),  # noqa: S704
        "term_chart_text": _term_chart_text(view, ranked),
        "term_rows": termchart.term_rows(view),
        "emerging": [topic for topic in ranked if topic.emerging],
        "topics": ranked,
        "maps": maps,
        "map_texts": {told.kind: f"Map: {told.headline}." for told in words.formed(view)},
        "off_the_map": off_the_map(view),
        "waiting": _waiting(view),
        "where": whereabouts(view),
    }


def _topic_map_text(view: TermView, ranked: list[TopicView]) -> str:
    largest = "; ".join(f"{topic.label}, {topic.size}" for topic in ranked[:5])
    return (
        f"Map of {words.counted(len(view.points), 'statement')} in {words.counted(len(ranked), 'topic')}; "
        f"those with a like meaning lie close. The largest: {largest}. All topics are listed below."
    )


def _term_chart_text(view: TermView, ranked: list[TopicView]) -> str:
    emerging = "; ".join(f"{topic.label}, {topic.emerging}" for topic in ranked if topic.emerging)
    return (
        f"Bars: how many statements each topic had in {words.counted(len(view.periods), 'term')}. "
        + (f"Emerging: {emerging}. " if emerging else "No topic is emerging. ")
        + "The figures follow below."
    )


def _waiting(view: TermView) -> tuple[tuple[str, tuple[Left, ...]], ...]:
    """Those without a place, kind by kind in the page's order; kinds it does not know come last."""
    by_kind: dict[str, list[Left]] = {kind: [] for kind in words.KINDS}
    for left in view.left:
        by_kind.setdefault(words.kind_of(left.structure), []).append(left)
    return tuple((kind, tuple(lefts)) for kind, lefts in by_kind.items() if lefts)


def whereabouts(view: TermView) -> tuple[Where, ...]:
    """Every member the view names, by state and organization, with each proposal it is part of."""
    places: dict[str, list[tuple[str, str]]] = {person.id: [] for person in everybody(view)}
    for number, pair in enumerate(view.pairs, start=1):
        for person in (pair.a, pair.b):
            places[person.id].append((f"pair {number}", f"pair-{number}"))
    for index, cohort in enumerate(view.cohorts, start=1):
        for person in cohort.members:
            places[person.id].append((f"cohort {cohort.number}", f"cohort-{index}"))
    for index, visit in enumerate(view.visits, start=1):
        places[visit.host.id].append((f"visit {visit.number}, as host", f"visit-{index}"))
        for person in visit.visitors:
            places[person.id].append((f"visit {visit.number}", f"visit-{index}"))
    return tuple(Where(person, tuple(places[person.id])) for person in everybody(view))
