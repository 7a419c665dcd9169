"""What topics are called: two to five words that staff would not have to rewrite.

A topic that clearly is one of the field's areas has its name; where several are, the largest has the
bare name and the others a phrase of their own behind it, or the name of a part of the area. Any other
topic is called by the phrase that is most its own, said by several of its texts, with acronyms spelt
out.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.domain import NamedBy
from matcher.embed import Vectors
from matcher.taxonomy import Taxonomy
from matcher.topics.field_areas import Field
from matcher.topics.phrases import phrases

#: A topic clearly is an area where this share of its texts are nearest to it ...
AREA_SHARE = 0.35
#: ... and rather that than a heap of words where this share are.
LEAST_SHARE = 0.15
#: Most words of a label.
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Name:
    """A label, who gave it, and the area that most of the texts are nearest to, with their share."""

    label: str
    by: NamedBy
    area: str = ""
    share: float = 0.0


def best_area(vectors: Vectors, field: Field) -> tuple[int, float]:
    """The number of the area that most rows are nearest to, and their share; of several the nearest to
    the mean; -1 without any."""
    if not len(vectors) or not field.areas:
        return -1, 0.0
    cosine = vectors @ field.vectors.T
    counts = np.bincount(cosine.argmax(axis=1), minlength=len(field.areas))
    mean = cosine.mean(axis=0)
    best = max(range(len(field.areas)), key=lambda a: (counts[a], mean[a], -a))
    return best, float(counts[best] / len(vectors))


def name_topics(
    texts: Sequence[Sequence[str]],
    vectors: Sequence[Vectors],
    words: Sequence[tuple[str, ...]],
    *,
    field: Field,
    taxonomy: Taxonomy,
    given: Sequence[Name | None],
    numbers: Sequence[int],
) -> list[Name]:
    """The names of topics with these open texts, their vectors and keywords, all different.

    ``given`` are names that stay; ``numbers`` those of the topics' ids, for one with nothing to say.
    """
    taken = {each.label.casefold() for each in given if each}
    found: list[Name | None] = list(given)
    own = phrases(texts, taxonomy)
    areas = [best_area(each, field) for each in vectors]
    # The topic with most texts of an area has the first claim to its bare name.
    order = sorted(range(len(texts)), key=lambda t: (-areas[t][1] * len(texts[t]), t))
    for t in order:
        if found[t] is not None:
            continue
        area, share = areas[t]
        by_area = _by_area(field, area, own[t], vectors[t]) if area >= 0 and share >= LEAST_SHARE else []
        by_phrase = [(_capital(phrase), NamedBy.WORDS) for phrase in own[t]]
        tries = by_area + by_phrase if share >= AREA_SHARE else by_phrase + by_area
        pairs = itertools.combinations(words[t], 2)
        tries += [(_capital(f"{one} and {other}"), NamedBy.WORDS) for one, other in pairs]
        tries += [(_capital(word), NamedBy.WORDS) for word in words[t]]
        tries.append((f"Topic {numbers[t]}", NamedBy.WORDS))
        label, by = next(each for each in [*tries, *_numbered(tries)] if each[0].casefold() not in taken)
        taken.add(label.casefold())
        found[t] = Name(label, by, field.areas[area].id if area >= 0 else "", round(share, 4))
    return [each for each in found if each is not None]


def _by_area(field: Field, number: int, own: Sequence[str], vectors: Vectors) -> list[tuple[str, NamedBy]]:
    """The area's name, then with a phrase behind it that says something else, then the names of the
    area's parts, the nearest to the texts first."""
    area = field.areas[number]
    room, told = MOST_WORDS - len(area.name.split()), _stems(area.name)
    tries = [area.name]
    tries += [f"{area.name}: {each}" for each in own if len(each.split()) <= room and not told & _stems(each)]
    centre = vectors.mean(axis=0)
    parts = {
        each: float(vector @ centre)
        for each, vector in field.synonyms[number].items()
        if 2 <= len(each.split()) <= MOST_WORDS
    }
    tries += [_capital(each) for each in sorted(parts, key=lambda each: (-parts[each], each))]
    return [(each, NamedBy.AREA) for each in tries]


def _numbered(tries: Collection[tuple[str, NamedBy]]) -> list[tuple[str, NamedBy]]:
    """The first label with a number behind it, where all others are taken: staff can name anything."""
    first, by = next(iter(tries))
    return [(f"{first} {number}", by) for number in range(2, len(tries) + 1000)]


def _stems(text: str) -> set[str]:
    from matcher.topics.words import stem

    return {stem(word) for word in text.casefold().replace(":", " ").split()}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
