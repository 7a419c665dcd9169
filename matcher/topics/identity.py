"""Which new group is which known topic, when everything was grouped afresh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from matcher.domain import Topic
from matcher.topics.rulings import number

#: A group takes a topic's id where they share this much of what is in either.
OVERLAP = 0.2


def matched(
    groups: Sequence[Collection[str]], topics: Sequence[Topic], keep: Collection[str]
) -> tuple[list[str | None], dict[str, list[str]]]:
    """The topic id of each group of statement ids, by greatest overlap, each id once; None where no
    topic is like it. Topics that have to be kept (``keep``) come first and take any overlap.

    The second value holds the statements of those to be kept that no group was left for.
    """
    sets = [frozenset(each) for each in groups]
    home = {one: g for g, each in enumerate(sets) for one in each}
    pairs = []
    for topic in topics:
        shared = Counter(home[one] for one in topic.statement_ids if one in home)
        for g, n in shared.items():
            either = len(sets[g]) + len(topic.statement_ids) - n
            if topic.id in keep or n >= OVERLAP * either:
                pairs.append((topic.id not in keep, -n, number(topic.id), topic.id, g))
    found: list[str | None] = [None] * len(groups)
    given: set[str] = set()
    for _, _, _, topic_id, g in sorted(pairs):
        if found[g] is None and topic_id not in given:
            found[g] = topic_id
            given.add(topic_id)
    left = {
        topic.id: own
        for topic in topics
        if topic.id in keep and topic.id not in given
        if (own := [one for one in topic.statement_ids if one in home])
    }
    return found, left
