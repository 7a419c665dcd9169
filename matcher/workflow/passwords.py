"""Passwords: which are taken, how they are kept and tried. Argon2id, with its library's defaults."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from matcher.errors import InputError

#: Characters of a password. The upper bound keeps the work of trying one small.
SHORTEST, LONGEST = 12, 200


def hashed(password: str, email: str) -> str:
    """What is kept of a password. Raises InputError where it is too short, too long or the address."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(
            f"A password has {SHORTEST} to {LONGEST} characters.",
            cure="A few words in a row make a good one.",
        )
    if password.casefold() in (email.casefold(), email.casefold().partition("@")[0]):
        raise InputError("The password is the address.", cure="Choose one that nobody can guess from it.")
    return PasswordHasher().hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether ``kept`` is what :func:`hashed` made of this password.

    Where nothing is kept the answer is no, after the same work, so that the time tells nobody whether there
    is an account.
    """
    hasher = PasswordHasher()
    try:
        return hasher.verify(kept or _nobodys(hasher), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was made with other parameters than a new one would be."""
    return PasswordHasher().check_needs_rehash(kept)


def _nobodys(hasher: PasswordHasher) -> str:
    """A well-formed hash with today's parameters. No password is known to fit: its digest is all zero."""
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${'A' * 22}${'A' * 43}"
