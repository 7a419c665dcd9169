"""Groups of statements to topics: names, words, examples and colours."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from matcher.domain import NamedBy, Statement, Topic
from matcher.embed import Vectors
from matcher.stopwords import STOP_WORDS
from matcher.taxonomy import Taxonomy
from matcher.topics.examples import examples
from matcher.topics.field_areas import Field
from matcher.topics.graph import Ints
from matcher.topics.labels import Name, name_topics
from matcher.topics.rulings import Rulings, number
from matcher.topics.words import WORD, keywords, plain, stem

#: A label stays while this share of a topic's statements were in it when it was last seen.
STAYS = 0.5


def build(
    statements: Sequence[Statement],
    vectors: Vectors,
    node: Ints,
    topic_of: Sequence[str],
    *,
    before: Sequence[Topic],
    ruled: Rulings,
    field: Field,
    taxonomy: Taxonomy,
    afresh: bool = False,
) -> tuple[Topic, ...]:
    """The topics, largest first, then by number. ``topic_of`` is a topic id a statement, empty for
    none; ``before`` are the topics of the run before; ``afresh`` names those anew that are called by
    their own words."""
    rows: dict[str, list[int]] = {}
    for i, topic in enumerate(topic_of):
        if topic:
            rows.setdefault(topic, []).append(i)
    order = sorted(rows, key=lambda topic: (-len(rows[topic]), number(topic), topic))
    old = {topic.id: topic for topic in before}
    # Everybody sees a topic's words: those of a confidential text are not among them.
    allowed = [not each.confidential for each in statements]
    opened = [_one_a_node([i for i in rows[topic] if allowed[i]], node) for topic in order]
    texts = [[statements[i].text for i in own] for own in opened]
    words = keywords(texts)
    given: list[Name | None] = []
    spelt = _words(form.meaning for form in taxonomy.short_forms)
    by_field = {each.casefold() for area in taxonomy.areas for each in (area.name, *area.synonyms)}
    for topic in order:
        own = [statements[i].text for i in rows[topic] if allowed[i]]
        ids = {statements[i].id for i in rows[topic]}
        name = _kept_name(topic, ids, old.get(topic), ruled)
        # A text may have become confidential since: words that only it said go out of the label. A mere
        # number goes as well, as soon as there is a word.
        # Afresh, words are looked for anew.
        if name and name.by in (NamedBy.WORDS, NamedBy.AREA):
            said = _words([_from_texts(name.label, by_field)])
            if not said <= _words(own) | spelt or (afresh and said and topic not in ruled.locks):
                name = None
        given.append(name)
    names = name_topics(
        texts,
        [vectors[own] for own in opened],
        words,
        field=field,
        taxonomy=taxonomy,
        given=given,
        numbers=[number(topic) for topic in order],
    )
    colours = _colours(order, old)
    return tuple(
        Topic(
            id=topic,
            label=name.label,
            keywords=terms,
            statement_ids=tuple(statements[i].id for i in rows[topic]),
            examples=tuple(statements[i].id for i in examples(np.array(rows[topic]), vectors, allowed, node)),
            colour=colour,
            area=name.area,
            share=name.share,
            named_by=name.by,
            locked=topic in ruled.locks,
        )
        for topic, name, terms, colour in zip(order, names, words, colours, strict=True)
    )


def _from_texts(label: str, by_field: Collection[str]) -> str:
    """What a label has from the texts: nothing where it is the name of an area or of a part of one, be it
    with a number, else what stands behind such a name, or all of it."""
    if re.sub(r" \d+$", "", label).casefold() in by_field:
        return ""
    area, colon, phrase = label.rpartition(": ")
    return phrase if colon and area.casefold() in by_field else label


def _words(texts: Iterable[str]) -> set[str]:
    """Stems of the words in texts that can stand in a label by themselves."""
    found = {word for text in texts for word in re.findall(WORD, plain(text).casefold())}
    return {stem(word) for word in found - STOP_WORDS}


def _one_a_node(rows: Sequence[int], node: Ints) -> list[int]:
    """The first row of each node: a text that came twice is one text to the words."""
    once: dict[int, int] = {}
    for i in rows:
        once.setdefault(int(node[i]), i)
    return list(once.values())


def _kept_name(topic: str, ids: set[str], old: Topic | None, ruled: Rulings) -> Name | None:
    """Staff's name, else that of the lock, else the one it had while it is mostly what it was."""
    area, share = (old.area, old.share) if old else ("", 0.0)
    if topic in ruled.names:
        label, by = ruled.names[topic]
        return Name(label, by, area, share)
    if topic in ruled.locks:
        return Name(ruled.locks[topic][0], old.named_by if old else NamedBy.STAFF, area, share)
    if old is None or old.named_by in (NamedBy.STAFF, NamedBy.SEED):
        return None
    if len(ids & set(old.statement_ids)) < STAYS * len(ids):
        return None
    return Name(old.label, old.named_by, area, share)


def _colours(order: Sequence[str], old: dict[str, Topic]) -> list[int]:
    """The colour each had; for a new one the lowest that no other has."""
    taken = {old[topic].colour for topic in order if topic in old}
    found = {topic: old[topic].colour for topic in order if topic in old}
    for topic in sorted(set(order) - set(found), key=lambda one: (number(one), one)):
        colour = next(c for c in range(len(order) + len(taken)) if c not in taken)
        taken.add(colour)
        found[topic] = colour
    return [found[topic] for topic in order]
