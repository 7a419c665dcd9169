"""Who may do what: the one place that says so.

An operation is what a route does. The table says which roles may do it, and which scope a key needs for it.
What a member sees of one thing is said below, rule by rule: staff see everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from matcher.accounts import Account, Role, Scope
from matcher.domain import Exchange, ExchangeStatus, Member, Statement

STAFF = frozenset({Role.ADMINISTRATOR, Role.FACILITATOR})
EVERY_ROLE = frozenset(Role)
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class Operation(StrEnum):
    HEALTH = "look whether the service lives"
    MEASURE = "read the service's measures"
    DESCRIBE = "read the API's description"
    BEGIN = "make the first administrator"
    LOG_IN = "log in"
    LOG_OUT = "log out"
    SEE_ME = "see your own account"
    CHANGE_MY_PASSWORD = "change your own password"  # noqa: S105 - a word, not a secret
    SEE_MY_KEYS = "see your own keys"
    CHANGE_MY_KEYS = "make and revoke your own keys"
    SEE_ACCOUNTS = "see the accounts"
    CHANGE_ACCOUNTS = "make and change accounts"
    SEARCH = "search"
    RECOMMEND = "see who suits a member"
    SEE_MEMBERS = "see the directory"
    CHANGE_LISTING = "enter the directory or leave it"
    SEE_STATEMENTS = "see statements"
    ADD_STATEMENTS = "add statements"
    SEE_TOPICS = "see the topics"
    SEE_TERMS = "see the terms"
    MAKE_TERMS = "make a term"
    SEE_RUNS = "see the runs"
    CHANGE_RUNS = "ask for runs and end them"
    SEE_PLANS = "see a term's plans"
    CHANGE_PLANS = "change a term's plans"
    SEE_EXCHANGES = "see exchanges"
    ANSWER = "answer a proposal"
    EXPLAIN = "ask for the reasons of a plan"
    EXPORT = "export a term"
    EXPORT_CALENDAR = "take exchanges into a calendar"
    IMPORT = "import files"
    SEE_AUDIT = "read the audit"


@dataclass(frozen=True, slots=True)
class Right:
    """Who may do an operation. ``open``: anybody, without an account. ``local``: only from the machine
    itself. ``scope`` is what a key needs; None where no key will do, but only a session in a browser."""

    roles: frozenset[Role] = frozenset()
    scope: Scope | None = None
    open: bool = False
    local: bool = False


RIGHTS: Mapping[Operation, Right] = {
    Operation.HEALTH: Right(open=True),
    Operation.MEASURE: Right(open=True, local=True),
    Operation.DESCRIBE: Right(open=True),
    Operation.BEGIN: Right(open=True, local=True),
    Operation.LOG_IN: Right(open=True),
    Operation.LOG_OUT: Right(EVERY_ROLE),
    Operation.SEE_ME: Right(EVERY_ROLE, Scope.READ),
    Operation.CHANGE_MY_PASSWORD: Right(EVERY_ROLE),
    Operation.SEE_MY_KEYS: Right(EVERY_ROLE),
    Operation.CHANGE_MY_KEYS: Right(EVERY_ROLE),
    Operation.SEE_ACCOUNTS: Right(ADMINISTRATORS, Scope.ADMIN),
    Operation.CHANGE_ACCOUNTS: Right(ADMINISTRATORS, Scope.ADMIN),
    Operation.SEARCH: Right(EVERY_ROLE, Scope.READ),
    Operation.RECOMMEND: Right(EVERY_ROLE, Scope.READ),
    Operation.SEE_MEMBERS: Right(EVERY_ROLE, Scope.READ),
    Operation.CHANGE_LISTING: Right(EVERY_ROLE, Scope.WRITE),
    Operation.SEE_STATEMENTS: Right(EVERY_ROLE, Scope.READ),
    Operation.ADD_STATEMENTS: Right(EVERY_ROLE, Scope.WRITE),
    Operation.SEE_TOPICS: Right(EVERY_ROLE, Scope.READ),
    Operation.SEE_TERMS: Right(EVERY_ROLE, Scope.READ),
    Operation.MAKE_TERMS: Right(STAFF, Scope.WRITE),
    Operation.SEE_RUNS: Right(STAFF, Scope.READ),
    Operation.CHANGE_RUNS: Right(STAFF, Scope.WRITE),
    Operation.SEE_PLANS: Right(STAFF, Scope.READ),
    Operation.CHANGE_PLANS: Right(STAFF, Scope.WRITE),
    Operation.SEE_EXCHANGES: Right(EVERY_ROLE, Scope.READ),
    Operation.ANSWER: Right(EVERY_ROLE, Scope.WRITE),
    Operation.EXPLAIN: Right(STAFF, Scope.READ),
    Operation.EXPORT: Right(STAFF, Scope.READ),
    Operation.EXPORT_CALENDAR: Right(EVERY_ROLE, Scope.READ),
    Operation.IMPORT: Right(STAFF, Scope.WRITE),
    Operation.SEE_AUDIT: Right(ADMINISTRATORS, Scope.ADMIN),
}


def may(operation: Operation, account: Account, scopes: Collection[Scope] | None = None) -> bool:
    """Whether an account may do an operation: in a session, or with a key that has ``scopes``."""
    right = RIGHTS[operation]
    if right.open:
        return True
    if not account.active or account.role not in right.roles:
        return False
    return scopes is None or (right.scope is not None and right.scope in scopes)


def is_staff(account: Account) -> bool:
    return account.active and account.role in STAFF


def own_alone(account: Account) -> str | None:
    """The member whose own things alone a list has, and the directory; None where it has everything."""
    return None if is_staff(account) else account.member_id or ""


def sees_statement(account: Account, statement: Statement) -> bool:
    """A member sees its own statements. Those of others it finds only by searching the directory, in which no
    confidential one is."""
    return is_staff(account) or _is(account, statement.member_id)


def sees_member(account: Account, member: Member) -> bool:
    """A member sees itself and those that agreed to stand in the directory."""
    return is_staff(account) or _is(account, member.id) or (account.active and member.listed)


def sees_exchange(account: Account, exchange: Exchange) -> bool:
    """A member sees its own exchanges, once they were published."""
    drafted = exchange.status is ExchangeStatus.PROPOSED
    return is_staff(account) or (not drafted and any(_is(account, id) for id in exchange.member_ids))


def answers_for(account: Account, member_id: str) -> bool:
    """Staff answer for whoever told them; a member for itself."""
    return is_staff(account) or _is(account, member_id)


def reaches(account: Account, exchanges: Iterable[tuple[Exchange, Collection[str]]]) -> frozenset[str]:
    """Ids of the members whose contact details a member sees: its own, and those of an agreed or held
    exchange that all who take part in it accepted. ``exchanges`` come with the ids of those who did: nobody
    did so here in one that a file tells of."""
    if not account.active or account.member_id is None:
        return frozenset()
    agreed = (ExchangeStatus.AGREED, ExchangeStatus.HELD)
    met = {
        id
        for exchange, accepted in exchanges
        if exchange.status in agreed
        and account.member_id in exchange.member_ids
        and set(exchange.member_ids) <= set(accepted)
        for id in exchange.member_ids
    }
    return frozenset(met | {account.member_id})


class HasContact(Protocol):
    """A person as the workflow shows it."""

    @property
    def id(self) -> str: ...
    @property
    def email(self) -> str: ...


P = TypeVar("P", bound=HasContact)


def shown_to(account: Account, person: P, reached: Collection[str]) -> P:
    """The person without an address, unless the account is staff's or the person is one of ``reached``."""
    seen = is_staff(account) or (account.active and person.id in reached)
    return person if seen else replace(person, email="")  # type: ignore[type-var]


def _is(account: Account, member_id: str) -> bool:
    return account.active and account.member_id is not None and account.member_id == member_id
