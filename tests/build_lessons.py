"""A small field to learn: five areas, a few texts each, and a recipe of a few steps."""

from __future__ import annotations

import json
from pathlib import Path

from matcher.embed.lessons import REHEARSAL, Lesson, Lessons
from matcher.embed.training import Recipe
from matcher.taxonomy import AREAS, GLOSSARY, Area, ShortForm, Taxonomy

SUBJECTS = {
    "bus-routes": ("Bus routes", ("drivers quit", "late buses", "rural stops", "a route cut")),
    "early-reading": ("Early reading", ("phonics by ear", "first grade books", "decoding", "a PLC on print")),
    "class-absence": (
        "Missed days of class",
        ("calls home", "empty desks", "truancy letters", "Mondays off"),
    ),
    "math-repeaters": ("Algebra a second time", ("fractions again", "double periods", "tutors", "repeaters")),
    "lunch-lines": ("Lines at lunch", ("cold trays", "cooks wanted", "free meals", "a second window")),
}
REHEARSED = (
    "It rains on the tent.",
    "Bread wants salt.",
    "My cat left.",
    "The ferry was full.",
    "Chess at noon.",
)
FIELD = Taxonomy(
    tuple(Area(area, name, f"About {name.lower()}.") for area, (name, _) in SUBJECTS.items()),
    (ShortForm("PLC", "professional learning community"),),
)
LESSONS = Lessons(
    tuple(Lesson(f"We have {text}.", area) for area, (_, texts) in SUBJECTS.items() for text in texts),
    REHEARSED,
)
#: Eight steps of two areas.
TINY = Recipe(
    epochs=1.6, areas=2, texts=2, rehearsal=3, rate=1e-3, length=16, chunk=8, rank=4, profile_weight=0.5
)


def write_field(folder: Path) -> tuple[Path, Path]:
    """The folders of the taxonomy and of the lessons, as their files are."""
    taxonomy, training = folder / "taxonomy", folder / "training"
    for each in (taxonomy, training):
        each.mkdir(parents=True)
    lines = [f"{area.id},{area.name},{area.description}" for area in FIELD.areas]
    (taxonomy / AREAS).write_text("\n".join(["id,name,description", *lines]) + "\n", "utf-8")
    (taxonomy / GLOSSARY).write_text("acronym,meaning\nPLC,professional learning community\n", "utf-8")
    rows = [json.dumps({"text": each.text, "area": each.area}) for each in LESSONS.lessons]
    (training / "voice.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    rehearsed = [json.dumps({"text": text}) for text in REHEARSED]
    (training / REHEARSAL).write_text("\n".join(rehearsed) + "\n", "utf-8")
    return taxonomy, training
