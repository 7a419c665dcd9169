"""The plain words for figures, the same in the workbook and on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.export.view import Person, Proof, Quote, TermView
from matcher.outcome import Stage

#: What the ledger calls a structure, and what a reader calls its proposals.
_KINDS = {"one-to-one": "pairs", "virtual": "cohorts", "peer-hosted": "visits"}
#: The order in which structures are told.
KINDS = ("pairs", "cohorts", "visits")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SMALLEST_GAP = 0.001

#: How to read the figures: a term and its meaning, in the order they are met.
READING = (
    (
        "Affinity",
        "How much two members gain from meeting, from 0 to 1000. It is a guide for people who decide, "
        "not a verdict: 600 means more shared ground than 400, not half as much again.",
    ),
    (
        "Parts of a score",
        "Each part stands by itself from 0 to 1000: the challenge both face, what one's practice offers "
        "for the other's challenge, and how alike their settings are. What a part adds is its share of "
        "the affinity after the network's weights.",
    ),
    (
        "Sentences",
        "The two statements, one of each member, that earned the match. Read them first. A statement "
        "given in confidence counts towards a score, and is not quoted here.",
    ),
    (
        "Value of a cohort",
        "Each member's mean affinity to the others, averaged over the cohort, from 0 to 1000. A larger "
        "cohort has no higher value by its size alone.",
    ),
    (
        "Help of a visit",
        "How well the host's practice answers the visitor's challenge, from 0 to 1000. Distances are in a "
        "straight line over the ground; the way by road is longer.",
    ),
    (
        "Proven best",
        "A proof that no other plan within the same rules places more members in pairs or in cohorts, and "
        "that none which places as many has a higher total; of visits, that none has a higher total. Of "
        "pairs, where it is set so, the worst-off counts before the total. It is not a search that came to "
        "an end by itself.",
    ),
    (
        "Total, limit and gap",
        "The total is what the plan scores. The limit is a figure that no plan within the rules can pass; "
        "of pairs and cohorts, none that places as many. The gap is how far the total lies below the limit. "
        "Totals of pairs, cohorts and visits are on scales of their own and cannot be compared.",
    ),
)


@dataclass(frozen=True, slots=True)
class Formed:
    """What was formed of one kind: ``count`` proposals, said in words. ``proof`` is None where
    the view holds none."""

    kind: str
    count: int
    headline: str
    claim: str
    proven: bool
    proof: Proof | None


def plain(text: str) -> str:
    """``text`` without the characters that neither XML nor HTML can hold (controls, lone surrogates)."""
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def kind_of(structure: str) -> str:
    """ "pairs" for "one-to-one" and so on; a word that is not a structure is given back as it is."""
    return _KINDS.get(structure, structure)


def counted(number: int, one: str, many: str = "") -> str:
    """``"1 pair"``, ``"1,200 pairs"``, ``"no pairs"``."""
    if number == 1:
        return f"1 {one}"
    return f"{number:,} {many or one + 's'}" if number else f"no {many or one + 's'}"


def percent(share: float) -> str:
    """A gap in words; one that is not 0 never reads as 0."""
    if 0 < share < _SMALLEST_GAP:
        return "less than 0.1%"
    return f"{share:.1%}"


def proven(proof: Proof) -> bool:
    """Whether the plan is proven best: by its figures and their bounds, and not by a solver's word."""
    return _most_placed(proof) and _open_stage(proof) is None and proof.objective >= proof.bound


def _most_placed(proof: Proof) -> bool:
    return proof.placed_bound is None or proof.placed >= proof.placed_bound


def _open_stage(proof: Proof) -> Stage | None:
    """The first aim between placing and the total that is not proven to be reached as far as it can be."""
    return next((stage for stage in proof.stages[1:-1] if stage.reached < stage.bound), None)


def claim(proof: Proof) -> str:
    """How good the plan is, in a sentence."""
    if not _most_placed(proof):
        return (
            f"Not proven best: it places {proof.placed:,}, and it is not ruled out that "
            f"{proof.placed_bound:,} can be placed."
        )
    stage = _open_stage(proof)
    if stage is not None:
        return (
            f"Not proven best: no plan places more, but of '{stage.name}' {stage.reached:,} is reached and "
            f"{stage.bound:,} is not ruled out."
        )
    if not proven(proof):
        return (
            f"Not proven best: its total lies {percent(proof.gap)} below a limit that no plan can pass, "
            "so a better one may exist within that distance."
        )
    if proof.placed_bound is None:
        return "Proven best: no plan within the rules has a higher total."
    if len(proof.stages) > 2:
        return (
            "Proven best: no plan places more; of those that place as many none has its worst-off better "
            "off; and none with both has a higher total."
        )
    return "Proven best: no plan places more, and none with as many has a higher total."


def aims(proof: Proof) -> tuple[str, ...]:
    """The aims of a plan in the order in which they count, each with what it costs, a sentence each; empty
    where none has a price."""
    if all(stage.price is None for stage in proof.stages):
        return ()
    last = len(proof.stages)
    return tuple(
        f"{number}. {_aim(stage, last=number == last)}" for number, stage in enumerate(proof.stages, start=1)
    )


def _aim(stage: Stage, *, last: bool) -> str:
    """An aim with its price; the last one has none, for nothing comes after it."""
    limit = "" if stage.reached >= stage.bound else f" (at most {stage.bound:,} is possible)"
    text = f"{stage.name[0].upper()}{stage.name[1:]}: {stage.reached:,}{limit}"
    if stage.price is None or last:
        return f"{text}."
    cost = f"holding to it costs {stage.price:,} points of the total" if stage.price else "it costs nothing"
    return f"{text}; {cost}."


def beside(proof: Proof) -> str:
    """What simpler ways give under the same rules, in a sentence; empty where that is not known."""
    if not proof.baselines:
        return ""
    told = [
        f"{_way(each.name)} places {each.placed:,} with a total of {each.objective:,}"
        for each in proof.baselines
    ]
    own = f"this plan places {proof.placed:,} with {proof.objective:,}"
    return f"Under the same rules {', and '.join(told)}; {own}."


def _way(name: str) -> str:
    return {"greedy": "taking the best next choice each time", "random": "a random choice"}.get(name, name)


def caveats(proof: Proof) -> tuple[str, ...]:
    """What else to know of a plan: that the search was ended early, what staff changed, its note."""
    early = (
        "The search was ended before its planned work was done, so that another run may find another plan."
    )
    return tuple(text for text in (early if proof.cut_short else "", *proof.by_hand, proof.note) if text)


def formed(view: TermView) -> tuple[Formed, ...]:
    """What was formed, kind by kind; one without a proof and without proposals is not told."""
    counts = {"pairs": len(view.pairs), "cohorts": len(view.cohorts), "visits": len(view.visits)}
    proofs = {kind_of(proof.structure): proof for proof in view.proofs}
    told = []
    for kind in KINDS:
        proof, count = proofs.get(kind), counts[kind]
        if proof is None and not count:
            continue
        text = counted(count, kind[:-1], kind)
        headline = text[0].upper() + text[1:]
        if proof is not None and proof.wanting:
            headline += f"; {proof.placed:,} of {proof.wanting:,} who want one have a place"
        told.append(
            Formed(
                kind,
                count,
                headline,
                claim(proof) if proof else "",
                proof is not None and proven(proof),
                proof,
            )
        )
    return tuple(told)


def summary(view: TermView) -> str:
    """One line: what was formed, for whom, from what."""
    if not view.members:
        return "Nobody has joined yet, so there is nothing to form."
    kinds = [counted(len(view.pairs), "pair"), counted(len(view.cohorts), "cohort")]
    text = (
        f"{', '.join(kinds)} and {counted(len(view.visits), 'visit')} for {counted(view.members, 'member')}"
    )
    text += f" of {counted(view.organizations, 'organization')} in {counted(view.states, 'state')}"
    return (
        f"{text[0].upper()}{text[1:]}, made from {counted(view.statements, 'statement')} in their own words."
    )


def quoted(quote: Quote) -> str:
    """A sentence with who wrote it, on one line."""
    return f"{quote.member} ({quote.kind}): “{quote.text}”"


def work(person: Person) -> str:
    """Role and organization, with what is missing left out."""
    return ", ".join(part for part in (person.role, person.organization) if part)


def place(person: Person) -> str:
    """Where a person is, with the state where the place does not name it."""
    return person.place or person.state
