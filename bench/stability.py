"""Topics that hold: how many statements stay in their topic as others are added, and at what price.

``python bench/stability.py`` prints one table. A tenth of each set's statements (drawn anew each time)
comes after the others were grouped. The columns: the share of the earlier statements that stay in
their topic, the least and the mean; the same if all is grouped afresh and ids go by overlap; V-measure
of the kept topics and of a fresh run; what happened. The last lines grow a set from a third to all of
it in steps of a tenth. Public sets are left out where their folder is not there.
"""

from __future__ import annotations

from collections import Counter
from statistics import mean

import numpy as np
from sklearn.metrics import v_measure_score
from tune_topics import Bench, Labelled

from matcher.config import Topics
from matcher.taxonomy import Taxonomy
from matcher.topics import TopicRun, find_topics

DRAWS = 5
STEP = 1.1
HEADER = ("set", "n", "stay, least", "mean", "afresh", "V kept", "V fresh", "what happened")


def found(
    bench: Bench, given: Labelled, earlier: TopicRun | None = None, *, afresh: bool = False
) -> TopicRun:
    taxonomy = bench.taxonomy if given.field else Taxonomy()
    return find_topics(
        given.statements,
        given.vectors,
        Topics(),
        earlier=earlier,
        taxonomy=taxonomy,
        known=bench.known,
        afresh=afresh,
    )


def stayed(before: TopicRun, after: TopicRun) -> float:
    was, now = before.topic_of(), after.topic_of()
    return mean(now.get(one) == topic for one, topic in was.items())


def value(given: Labelled, run: TopicRun) -> float:
    of = run.topic_of()
    return float(v_measure_score(given.about, [of.get(each.id, each.id) for each in given.statements]))


def added(bench: Bench, given: Labelled) -> tuple[str, ...]:
    rows, happened = [], Counter[str]()
    n = len(given.about)
    for seed in range(DRAWS):
        order = np.random.default_rng(seed).permutation(n)
        cut = int(n / STEP)
        first = found(bench, given.part(np.sort(order[:cut])))
        whole = given.part(np.concatenate([np.sort(order[:cut]), np.sort(order[cut:])]))
        kept, fresh = found(bench, whole, first), found(bench, whole)
        anew = found(bench, whole, first, afresh=True)
        happened.update(each.kind.value for each in kept.lineage)
        rows.append((stayed(first, kept), stayed(first, anew), value(whole, kept), value(whole, fresh)))
    stay, afresh, kept_v, fresh_v = zip(*rows, strict=True)
    told = ", ".join(f"{name} {count / DRAWS:.1f}" for name, count in happened.most_common())
    figures = (min(stay), mean(stay), mean(afresh), mean(kept_v), mean(fresh_v))
    return (given.name, str(n), *(f"{each:.3f}" for each in figures), told)


def grown(bench: Bench, given: Labelled) -> None:
    order = np.random.default_rng(0).permutation(len(given.about))
    size, run, stays = len(order) // 3, None, []
    while True:
        part = given.part(order[:size])
        then = found(bench, part, run)
        stays += [stayed(run, then)] if run else []
        run = then
        if size == len(order):
            break
        size = min(len(order), int(size * STEP) + 1)
    kept, fresh = value(part, run), value(part, found(bench, part))
    print(
        f"{given.name} from {len(order) // 3} to {len(order)} in {len(stays)} steps: "
        f"stay at least {min(stays):.3f}, V-measure {kept:.3f}, fresh {fresh:.3f}"
    )


def main() -> None:
    bench = Bench(whole=True)
    table = [HEADER, *(added(bench, given) for given in bench.sets)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADER))]
    for line in table:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))
    for given in bench.sets[1:3]:
        grown(bench, given)


if __name__ == "__main__":
    main()
