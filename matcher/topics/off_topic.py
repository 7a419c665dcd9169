"""Which statements are about no problem of the field: a person looks at them first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matcher.embed import Vectors
from matcher.topics.graph import Neighbours

#: What people also write into a form. A statement nearer to one of these than to other statements and
#: to every problem area is about no problem.
ELSEWHERE = (
    "A test entry to see whether the form works; please ignore it.",
    "The form does not work: the page froze, timed out or lost my answers.",
    "A menu, button or field of this survey is broken.",
    "The meeting link does not open. Can you send it again?",
    "Please take my name off the list; I signed up by mistake.",
    "I will be late or cannot come to the meeting; can it be moved?",
    "Where do I park, and which hotel is the meeting at?",
    "Is lunch provided, and how do I get my travel paid back?",
    "For sale: a used car or furniture, text me for the price.",
    "A recipe, a pet, a birthday or another private matter.",
    "A joke or a riddle.",
    "Sports scores, the weather and plans for the weekend.",
    "This message was meant for somebody else.",
    "Buy now: an advertisement with a special offer.",
    "Thank you, and have a great day.",
    "I forgot my password and cannot log in.",
)
#: By how much nearer; bench/tune_topics.py prints what other values give.
NEARER = 0.05
#: Below this cosine to other statements and to every area a statement is far from everything.
FAR = 0.2
#: Other statements that it is compared with.
OTHERS = 3

REASON_ELSEWHERE = "It seems to be about the form, a meeting or a private matter, not a problem of practice."
REASON_FAR = "It is far from every other statement and from every problem area."


def off_topic(vectors: Vectors, near: Neighbours, areas: Vectors, elsewhere: Vectors) -> dict[int, str]:
    """The rows to set aside, each with the reason in words; none where there are no areas.

    ``near`` are the rows' neighbours; ``areas`` (a, dimension) and ``elsewhere`` (e, dimension) the
    vectors of the problem areas and of ELSEWHERE.
    """
    if not len(areas) or not len(elsewhere):
        return {}
    others: npt.NDArray[np.float64] = (
        near.cosine[:, :OTHERS].mean(axis=1) if near.cosine.shape[1] else np.zeros(len(vectors))
    )
    area = (vectors @ areas.T).max(axis=1)
    aside = (vectors @ elsewhere.T).max(axis=1)
    known = np.maximum(others, area)
    return {
        int(i): REASON_ELSEWHERE if aside[i] > known[i] + NEARER else REASON_FAR
        for i in np.flatnonzero((aside > known + NEARER) | ((others < FAR) & (area < FAR)))
    }
