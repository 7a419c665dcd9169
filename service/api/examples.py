"""What answers look like, for the API's description. Everybody in it is made up.

Nothing in it is None: the framework would leave that out of the description."""

from __future__ import annotations

from typing import Any

ADA: dict[str, Any] = {
    "id": "M012",
    "name": "Ada Reyes",
    "role": "Principal",
    "organization": "Walnut Draw",
    "kind": "district",
    "state": "KS",
    "place": "rural, KS",
    "email": "ada@walnut.example",
    "latitude": 38.5,
    "longitude": -98.8,
}
LEE = ADA | {
    "id": "M045",
    "name": "Lee Ortiz",
    "role": "Superintendent",
    "organization": "Pine Hollow",
    "state": "OH",
    "place": "rural, OH",
    "email": "lee@pine.example",
    "latitude": 40.1,
    "longitude": -82.9,
}
QUOTE = {"member": "Ada Reyes", "kind": "challenge", "text": "Bus drivers quit every winter."}
REASON = "Both have trouble with keeping bus drivers."
_TOPIC: dict[str, Any] = {
    "id": "t-3fa2",
    "label": "bus drivers",
    "keywords": ["bus", "drivers", "routes"],
    "size": 14,
    "challenges": 9,
    "practices": 5,
    "states": 6,
    "examples": [QUOTE],
    "colour": 2,
    "area": "Transportation",
    "named_by": "words",
    "locked": False,
    "emerging": "",
    "periods": [4, 10],
}
_ROW: dict[str, Any] = {"file": "roster.csv", "sheet": "", "row": 7, "column": "State"}

TOPICS: dict[str, Any] = {"topics": [_TOPIC], "next": ""}
TOPIC: dict[str, Any] = {
    "topic": _TOPIC,
    "statements": [
        {
            "id": "s-81c0",
            "person": ADA,
            "kind": "challenge",
            "text": QUOTE["text"],
            "confidential": False,
            "period": "2026-27 fall",
        }
    ],
    "events": [
        {
            "on": "2026-09-01",
            "topic": "t-3fa2",
            "label": "bus drivers",
            "kind": "grew",
            "text": "'bus drivers' grew from 4 statements to 14.",
            "before": 4,
            "after": 14,
            "emerging": True,
        }
    ],
}
PLAN: dict[str, Any] = {
    "term": "2026-27 fall",
    "kind": "pairs",
    "version": "5f1c0b6e2d7a4938",
    "proposals": [
        {
            "id": "x-19be",
            "number": 1,
            "state": "published, 1 of 2 accepted",
            "members": ["M012", "M045"],
            "answers": [{"member_id": "M012", "said": "accepted", "at": "2026-09-15T08:30:00Z"}],
            "shown": {
                "a": ADA,
                "b": LEE,
                "affinity": 640,
                "parts": [{"name": "shared challenges", "points": 800, "weighed": 400, "side": ""}],
                "reasons": [REASON],
                "quotes": [QUOTE],
                "when": "Tuesday morning",
                "facilitator": "Fay Lund",
                "state": "published, 1 of 2 accepted",
            },
        }
    ],
    "waitlist": [{"structure": "one-to-one", "person": LEE, "reason": "No half-day suits both."}],
    "proof": {
        "structure": "one-to-one",
        "status": "optimal",
        "placed": 2,
        "wanting": 3,
        "objective": 640,
        "bound": 640,
        "gap": 0.0,
        "seconds": 0.4,
        "note": "",
        "placed_bound": 2,
        "stages": [{"name": "placed", "reached": 2, "bound": 2, "price": 12}],
        "baselines": [{"name": "greedy", "placed": 2, "objective": 610}],
        "cut_short": False,
        "by_hand": [],
    },
}
REPAIRED: dict[str, Any] = {
    "sessions": [
        {
            "session": 1,
            "gone": ["Uma Hale"],
            "moved": [{"name": "Lee Ortiz", "before": ["Uma Hale"], "after": ["Ada Reyes"]}],
            "changes": 0,
            "placed_before": 2,
            "placed": 2,
            "objective": 640,
            "options": [{"changes": 1, "placed": 2, "objective": 655}],
            "cut_short": False,
            "kept": 7,
        }
    ]
}
_WAITS = {"kind": "pairs", "sentences": ["Ada Reyes meets Lee Ortiz."], "solves": 3, "cut_short": False}
WHY_ONE: dict[str, Any] = {"name": "Ada Reyes", "plans": [_WAITS]}
WHY_TWO: dict[str, Any] = {
    "one": "Ada Reyes",
    "other": "Lee Ortiz",
    "affinity": 640,
    "reasons": [REASON],
    "quotes": [QUOTE],
    "plans": [_WAITS],
}
RULES: dict[str, Any] = {
    "rules": [
        {
            "rule": "other states",
            "done": "Pairs within a state were allowed",
            "text": "Pairs within a state were allowed: 2 more would be placed.",
            "gain": {
                "placed": {"least": 2, "most": 2},
                "points": {"least": 500, "most": 520},
                "worst": {"least": -10, "most": -10},
                "found": [2, 500],
                "scale": 1,
                "by_value": False,
            },
        }
    ],
    "untried": [],
    "solves": 4,
    "cut_short": False,
}
UPLOAD: dict[str, Any] = {
    "token": "b7Qk0mJ2n3xS1vYc",
    "until": "2026-09-14T08:45:00Z",
    "told": {
        "tables": [
            {
                "file": "roster.csv",
                "sheet": "",
                "rows": 12,
                "kind": "roster",
                "source": "guessed",
                "columns": [{"column": "Full name", "field": "name", "score": 95, "why": "its heading"}],
            }
        ],
        "counts": {"members": {"new": 10, "changed": 1, "unchanged": 0}},
        "changed": [
            {"kind": "members", "id": "M012", "fields": [{"field": "role", "old": "", "new": "Principal"}]}
        ],
        "refused_rows": 1,
        "refused": [_ROW | {"message": "'Kanzas' is no state.", "cure": "Write it as in KS."}],
        "notes": [_ROW | {"row": 9, "message": "The row stands twice; it counts once."}],
        "set_aside": 0,
    },
}


def answered(example: dict[str, Any], status: int = 200) -> dict[int | str, dict[str, Any]]:
    """What a route tells of its answer: that it may look like this."""
    return {status: {"content": {"application/json": {"example": example}}}}
