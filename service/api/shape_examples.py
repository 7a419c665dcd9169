"""What a shape looks like in the API's description, where its route does not tell so itself. The people are
those of :mod:`service.api.examples`; what is null here stays in the description."""

from __future__ import annotations

from typing import Any

from service.api.examples import ADA, LEE, QUOTE, REASON

_TERM = "2026-27 fall"
_FAY: dict[str, Any] = {
    "id": "account-71d0c2",
    "email": "fay@network.example",
    "name": "Fay Lund",
    "role": "facilitator",
    "member_id": None,
    "active": True,
    "created": "2026-08-20T14:00:00Z",
}
_KEY: dict[str, Any] = {
    "id": "key-5be813",
    "account_id": _FAY["id"],
    "name": "nightly import",
    "scopes": ["read"],
    "created": "2026-09-01T14:00:00Z",
    "expires": None,
    "revoked": False,
}
_SHOWN = ("id", "name", "role", "organization", "state", "place", "email")
_MEMBER: dict[str, Any] = {name: ADA[name] for name in _SHOWN} | {
    "organization_id": "D07",
    "host": False,
    "seats": 0,
    "timezone": "America/Chicago",
    "slots": ["Tue am", "Thu pm"],
    "one_to_ones": 1,
    "interests": ["one-to-one", "virtual"],
    "listed": True,
}
_PEER: dict[str, Any] = (
    _MEMBER
    | {name: LEE[name] for name in _SHOWN}
    | {"organization_id": "D11", "host": True, "seats": 4, "timezone": "America/New_York"}
)
_ORGANIZATION: dict[str, Any] = {
    "id": "D07",
    "name": ADA["organization"],
    "type": ADA["kind"],
    "state": ADA["state"],
    "locale": "rural",
    "enrollment": 1240,
    "latitude": ADA["latitude"],
    "longitude": ADA["longitude"],
}
_STATEMENT: dict[str, Any] = {
    "id": "s-81c0",
    "member_id": ADA["id"],
    "kind": QUOTE["kind"],
    "text": QUOTE["text"],
    "confidential": False,
    "set_aside": "",
    "submitted": "2026-09-02",
}
_ANSWER: dict[str, Any] = {
    "person": LEE,
    "statement_id": "s-4d27",
    "kind": "practice",
    "text": "We pay bus drivers while they train.",
    "sentence": "We pay bus drivers while they train.",
    "highlights": [[7, 18]],
    "topic": "bus drivers",
    "points": 870,
    "why": ["'bus drivers' appears in it"],
    "seats": 4,
    "seats_left": 3,
}
_NEW_TERM = {"name": _TERM, "start": "2026-09-14"}
_QUEUED: dict[str, Any] = {
    "id": 12,
    "kind": "pairs",
    "term": _TERM,
    "state": "queued",
    "asked": "2026-09-14T08:30:00Z",
    "attempts": 0,
    "stage": "",
    "share": 0.0,
    "best": None,
    "bound": None,
    "gap": None,
    "seconds": 0.0,
    "cancel": False,
    "plans": [],
    "error": "",
    "cure": "",
    "finished": None,
}
_RUNNING = _QUEUED | {
    "state": "running",
    "attempts": 1,
    "stage": "total",
    "share": 0.3,
    "best": 610,
    "bound": 640,
    "gap": 0.0469,
    "seconds": 2.5,
}
_DONE = _RUNNING | {
    "state": "done",
    "stage": "done",
    "share": 1.0,
    "best": 640,
    "gap": 0.0,
    "seconds": 4.0,
    "plans": [31],
    "finished": "2026-09-14T08:30:04Z",
}
_ACCEPTED = {"member_id": ADA["id"], "said": "accepted", "at": "2026-09-15T08:30:00Z"}
_ANSWERED = {"member_id": LEE["id"], "said": "accepted", "at": "2026-09-16T13:05:00Z"}
_EXCHANGE: dict[str, Any] = {
    "id": "x-19be",
    "term": _TERM,
    "structure": "one-to-one",
    "status": "published",
    "state": "published, 1 of 2 accepted",
    "topic": "",
    "held_on": None,
    "members": [_MEMBER, _PEER],
    "answers": [_ACCEPTED],
}
_AGREED = _EXCHANGE | {"status": "agreed", "state": "agreed", "answers": [_ACCEPTED, _ANSWERED]}
_ME = {"account": _FAY, "csrf": "c2Vl0mJ2n3xS1vYc", "scopes": None}

#: By the name of the shape that a route answers with.
BY_SHAPE: dict[str, dict[str, Any]] = {
    "Health": {"status": "ok"},
    "Me": _ME,
    "Keys": {"keys": [_KEY]},
    "MadeKey": {"key": _KEY, "token": "peer_b7Qk0mJ2n3xS1vYc"},
    "Account": _FAY,
    "Accounts": {"accounts": [_FAY], "next": ""},
    "MemberShown": _MEMBER,
    "Members": {"members": [_MEMBER, _PEER], "next": ""},
    "Organization": _ORGANIZATION,
    "Organizations": {"organizations": [_ORGANIZATION], "next": ""},
    "StatementShown": _STATEMENT,
    "Statements": {"statements": [_STATEMENT], "next": ""},
    "Found": {
        "query": "bus drivres in Ohio",
        "searched": "bus drivers",
        "corrections": [{"typed": "drivres", "read": "drivers"}],
        "facets": [{"kind": "state", "value": "OH", "words": "in Ohio", "applied": True, "note": ""}],
        "answers": [_ANSWER],
        "nearest": [],
        "note": "",
        "unread": 0,
    },
    "Recommendations": {
        "recommendations": [
            {"person": LEE, "affinity": 640, "reasons": [REASON], "quotes": [QUOTE], "met": False}
        ]
    },
    "TermShown": _NEW_TERM,
    "Terms": {"terms": [_NEW_TERM], "next": ""},
    "RunShown": _DONE,
    "Runs": {"runs": [_DONE], "next": ""},
    "Ruling": {
        "done": "Bringing Ada Reyes and Lee Ortiz together",
        "verdict": {
            "broken": [],
            "placed": 2,
            "placed_change": 0,
            "objective": 640,
            "objective_change": 30,
            "worst": 310,
            "worst_change": 20,
        },
        "unplaced": [],
        "topics": [],
        "kept": None,
    },
    "Published": {"ids": ["x-19be"]},
    "ExchangeShown": _EXCHANGE,
    "Exchanges": {"exchanges": [_EXCHANGE], "next": ""},
    "Audit": {
        "entries": [
            {
                "id": 42,
                "at": "2026-09-14T15:00:00Z",
                "actor": _FAY["id"],
                "done": [{"what": "put exchange", "ids": ["x-19be"], "counts": {"new": 0, "changed": 1}}],
                "before": "7e6cdbc4c5534a27574aca4fc8970435debb0354dac651401163448fb1d98feb",
                "hash": "bcd66a456baf70f10aef3037c791f2e3c607093c2e478e183879d871a48c016a",
            }
        ],
        "next": "",
    },
    "Imported": {"counts": {"members": {"new": 10, "changed": 1, "unchanged": 0}}, "refused_rows": 1},
}
#: By method and path, where the same shape tells of another state.
BY_OPERATION: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/api/v1/runs"): _QUEUED,
    ("get", "/readyz"): {"status": "ready"},
    ("post", "/api/v1/accounts/{account_id}/deactivate"): _FAY | {"active": False},
    ("post", "/api/v1/runs/{run}/cancel"): _RUNNING | {"cancel": True},
    ("post", "/api/v1/exchanges/{exchange_id}/decline"): _EXCHANGE
    | {"status": "declined", "state": "declined", "answers": [_ACCEPTED, _ANSWERED | {"said": "declined"}]},
    ("post", "/api/v1/exchanges/{exchange_id}/agree"): _AGREED
    | {"id": "x-7c02", "structure": "peer-hosted", "members": [_PEER, _MEMBER]},
    ("post", "/api/v1/exchanges/{exchange_id}/hold"): _AGREED
    | {"status": "held", "state": "held on 2026-10-06", "held_on": "2026-10-06"},
    ("post", "/api/v1/exchanges/{exchange_id}/cancel"): _EXCHANGE
    | {"status": "cancelled", "state": "cancelled"},
}
