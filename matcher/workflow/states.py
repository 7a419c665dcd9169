"""How proposals stand, in words."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.answers import Answer, Said
from matcher.domain import Exchange, ExchangeStatus

#: States as they are told; that of a published one goes on with what was said to it.
STATES = {status: status.value for status in ExchangeStatus} | {ExchangeStatus.PROPOSED: "draft"}


def in_words(exchange: Exchange, answers: Sequence[Answer]) -> str:
    """How an exchange stands, by the answers to it: ``"draft"``, ``"published, 1 of 2 accepted"``, ``"held on
    2026-10-06"``."""
    words = STATES[exchange.status]
    if exchange.status is ExchangeStatus.HELD and exchange.held_on is not None:
        words += f" on {exchange.held_on}"
    if exchange.status is ExchangeStatus.PUBLISHED:
        said = {each.member_id: each.said for each in answers if each.exchange_id == exchange.id}
        for what in Said:
            number = sum(said.get(one) is what for one in exchange.member_ids)
            if number or what is Said.ACCEPTED:
                words += f", {number} of {len(exchange.member_ids)} {what.value}"
    return words
