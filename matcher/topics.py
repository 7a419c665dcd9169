"""Vectors to named topics: communities of a neighbour graph, and their words.

Each statement is linked to its nearest ones; Louvain's method (Blondel et al. 2008, in networkx)
finds the communities, so nobody has to say how many topics there are. Words come from class-based
TF-IDF (Grootendorst 2022): a term is a topic's own if it is frequent there and rare elsewhere.
The same input always gives the same topics.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.config import Topics
from matcher.domain import Statement, Topic
from matcher.embed import Vectors, on_grid
from matcher.stopwords import STOP_WORDS

#: Louvain's resolution for each granularity. Measured on the example network: about 10, 20 and
#: 30 topics on 250 statements; see docs/adr/0005-topics.md.
RESOLUTION = {"broad": 1.0, "normal": 2.0, "fine": 4.0}
#: A community smaller than this joins the topic that its statements are nearest to.
LEAST_SIZE = 3
KEYWORDS = 8
LABEL_WORDS = 3
EXAMPLES = 3
BLOCK = 512
#: A word begins with a letter and has two characters or more.
WORD = r"(?u)\b[^\W\d_][\w'-]*[^\W_]\b"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Nearest rows of each row: ``index`` (n, k), ``cosine`` (n, k), best first."""

    index: Ints
    cosine: npt.NDArray[np.float64]


def nearest(vectors: Vectors, k: int) -> Neighbours:
    """The ``k`` nearest other rows of each row by cosine, exactly, block by block.

    Ties go to the lower index. ``k`` is cut to n - 1.
    """
    n = len(vectors)
    k = max(0, min(k, n - 1))
    index, cosine = np.zeros((n, k), dtype=np.int64), np.zeros((n, k))
    if not k:
        return Neighbours(index, cosine)
    exact = on_grid(vectors)
    for start in range(0, n, BLOCK):
        block = exact[start : start + BLOCK] @ exact.T
        rows = np.arange(len(block))
        block[rows, start + rows] = -np.inf
        part = np.sort(np.argpartition(block, n - k, axis=1)[:, n - k :], axis=1)
        least = np.take_along_axis(block, part, axis=1).min(axis=1)
        # Of several that tie for the last place, the partition takes any.
        for row in np.flatnonzero((block >= least[:, None]).sum(axis=1) > k):
            tied = np.flatnonzero(block[row] >= least[row])
            part[row] = np.sort(tied[np.argsort(-block[row, tied], kind="stable")[:k]])
        scores = np.take_along_axis(block, part, axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")
        index[start : start + BLOCK] = np.take_along_axis(part, order, axis=1)
        cosine[start : start + BLOCK] = np.take_along_axis(scores, order, axis=1)
    return Neighbours(index, cosine)


def find_topics(statements: Sequence[Statement], vectors: Vectors, settings: Topics) -> tuple[Topic, ...]:
    """Topics of the statements that are not set aside, largest first; ids are T01, T02 ...

    ``vectors`` (len(statements), dimension). Statements with the same text are always together.
    Fewer than two texts give one topic, none give none. A confidential text takes part, but lends
    no word to a label or the keywords.
    """
    taking = [i for i, statement in enumerate(statements) if not statement.set_aside]
    if not taking:
        return ()
    # One node a distinct text: a text that came twice must not be its own best neighbour.
    first: dict[str, int] = {}
    node_of = [first.setdefault(statements[i].text, len(first)) for i in taking]
    rows = {node: taking[position] for position, node in reversed(list(enumerate(node_of)))}
    distinct = vectors[[rows[node] for node in range(len(first))]]
    groups = _communities(distinct, settings)
    members = [
        np.array([taking[p] for p, node in enumerate(node_of) if groups[node] == g]) for g in set(groups)
    ]
    members.sort(key=lambda each: (-len(each), int(each[0])))
    # Everybody sees a topic's words: those of a confidential text are not among them.
    words = keywords(
        [
            list(dict.fromkeys(statements[i].text for i in each if not statements[i].confidential))
            for each in members
        ]
    )
    topics = []
    for number, (each, terms) in enumerate(zip(members, words, strict=True), start=1):
        centre = vectors[each].mean(axis=0)
        central = each[np.argsort(-(vectors[each] @ centre), kind="stable")]
        topics.append(
            Topic(
                id=f"T{number:02d}",
                label=label(terms) or f"Topic {number}",
                keywords=terms,
                statement_ids=tuple(statements[i].id for i in each),
                examples=tuple(statements[i].id for i in central[:EXAMPLES]),
            )
        )
    return tuple(topics)


def _communities(vectors: Vectors, settings: Topics) -> list[int]:
    """The community of each row; small ones have joined the nearest large one."""
    import networkx as nx

    n = len(vectors)
    near = nearest(vectors, settings.neighbours)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(n))
    for i in range(n):
        for j, cosine in zip(near.index[i].tolist(), near.cosine[i].tolist(), strict=True):
            if cosine > 0.0:
                # A link that both sides chose counts twice.
                known = graph.get_edge_data(i, j, {"weight": 0.0})["weight"]
                graph.add_edge(i, j, weight=known + cosine)
    found = nx.community.louvain_communities(
        graph, weight="weight", resolution=RESOLUTION[settings.granularity], seed=0
    )
    communities = sorted((sorted(each) for each in found), key=lambda each: (-len(each), each[0]))
    large = [each for each in communities if len(each) >= LEAST_SIZE] or [list(range(n))]
    of = [-1] * n
    for number, each in enumerate(large):
        for node in each:
            of[node] = number
    # A dot product with a mean is the mean cosine to all of them.
    centres = np.array([vectors[each].mean(axis=0) for each in large])
    for node in range(n):
        if of[node] < 0:
            of[node] = int(np.argmax(centres @ vectors[node]))
    return of


def keywords(classes: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The words of each class of texts, best first, by class-based TF-IDF.

    Weight of term t in class c: (share of t in c) * log(1 + A / f), with A the mean number of terms
    a class and f the frequency of t over all classes; a text counts a term once, however often it
    says it. Of terms of equal weight the one of two words comes first. A term that only one of several
    texts uses says little of the class: such terms are taken only where there is no other. Acronyms
    keep their capitals.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(
        ngram_range=(1, 2), stop_words=sorted(STOP_WORDS), token_pattern=WORD, binary=True
    )
    classes = [[_plain(text) for text in texts] for texts in classes]
    try:
        counts: Any = counter.fit_transform([text for texts in classes for text in texts])
    except ValueError:  # scikit-learn's word for texts without a term
        return [() for _ in classes]
    terms = counter.get_feature_names_out()
    words = np.array([term.count(" ") + 1 for term in terms])
    total = np.asarray(counts.sum(axis=0)).ravel()
    rarity = np.log1p(total.sum() / len(classes) / total)
    found, start = [], 0
    for texts in classes:
        seen = np.asarray(counts[start : start + len(texts)].sum(axis=0)).ravel()
        start += len(texts)
        weight = seen / max(seen.sum(), 1) * rarity
        allowed = np.flatnonzero(seen >= max(1, min(2, seen.max())))
        order = allowed[np.lexsort((allowed, -words[allowed], -weight[allowed]))]
        chosen = _without_parts([str(terms[i]) for i in order[: 4 * KEYWORDS]])
        found.append(_with_capitals(chosen, texts))
    return found


def _plain(text: str) -> str:
    """The text with straight apostrophes and without a possessive's ending."""
    return re.sub(r"'s\b", "", text.replace("\u2019", "'"), flags=re.IGNORECASE)


def _with_capitals(terms: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Terms with their words as the texts mostly write them, where that is with two capitals or more."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for form in re.findall(WORD, "\n".join(texts)):
        written[form.lower()][form] += 1

    def shown(word: str) -> str:
        form = max(written[word], key=lambda each: (written[word][each], each), default=word)
        return form if sum(letter.isupper() for letter in form) > 1 else word

    return tuple(" ".join(shown(word) for word in term.split()) for term in terms)


def _without_parts(terms: Sequence[str]) -> tuple[str, ...]:
    """The first terms, no two of which share a word, be it in the plural."""
    kept: list[str] = []
    for term in terms:
        stems = {_stem(word) for word in term.split()}
        if any(stems & {_stem(word) for word in other.split()} for other in kept):
            continue
        kept.append(term)
    return tuple(kept[:KEYWORDS])


def _stem(word: str) -> str:
    """What a word shares with its plural: "polic" of "policies", "bus" of "bus" and "buses"."""
    if len(word) > 3 and not word.endswith(("ss", "us", "is")):
        word = re.sub("(ies|y|es|e|s)$", "", word)
    return word


def label(terms: Sequence[str]) -> str:
    """A topic's name from its words: the first few, the first with a capital."""
    joined = ", ".join(terms[:LABEL_WORDS])
    return joined[:1].upper() + joined[1:]


#: Above this many statements a map is drawn by the two main directions: t-SNE would take minutes.
LARGEST_MAP = 3000


def layout(vectors: Vectors) -> npt.NDArray[np.float64]:
    """A place (n, 2) for each vector on a map, without a unit: near ones stand together."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    n = len(vectors)
    if n < 3 or not np.ptp(vectors, axis=0).any():
        return np.array([[float(i), 0.0] for i in range(n)]).reshape(n, 2)
    if n > LARGEST_MAP:
        flat: npt.NDArray[np.float64] = PCA(n_components=2, svd_solver="full").fit_transform(vectors)
        return flat
    near = min(20.0, (n - 1) / 3)
    spread: npt.NDArray[np.float64] = TSNE(
        perplexity=near, init="pca", metric="cosine", random_state=0
    ).fit_transform(vectors)
    return spread
