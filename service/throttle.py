"""How often somebody may try to log in. In memory: the server is one process, and a start forgets it all."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable

from service.problems import Problem

#: Tries within so many seconds, for one account from wherever and from one address for whomever.
WINDOW, BY_ACCOUNT, BY_ADDRESS = 900.0, 10, 50
#: Accounts and addresses that are remembered; the one tried longest ago is forgotten first.
_REMEMBERED = 20_000


class Throttle:
    """Counts tries to log in. ``clock`` gives seconds that never run backwards. Threads may share it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, list[float]] = OrderedDict()

    def count(self, email: str | None, address: str) -> None:
        """Count a try, before it is looked at; ``email`` is None where that will tell whose it is. Raises
        Problem (429) where there were too many."""
        now = self._clock()
        bounds = {} if email is None else {_account(email): BY_ACCOUNT}
        bounds[_address(address)] = BY_ADDRESS
        with self._lock:
            tries = {key: [t for t in self._tries.get(key, ()) if t > now - WINDOW] for key in bounds}
            for key, most in bounds.items():
                if len(tries[key]) >= most:
                    raise _too_many(tries[key][0] + WINDOW - now)
            for key in bounds:
                self._tries[key] = [*tries[key], now]
                self._tries.move_to_end(key)
            while len(self._tries) > _REMEMBERED:
                self._tries.popitem(last=False)

    def forget(self, email: str) -> None:
        """Forget the tries for an account: somebody knew its password."""
        with self._lock:
            self._tries.pop(_account(email), None)

    def take_back(self, address: str) -> None:
        """Let the last try from an address not count: it was no wrong one."""
        with self._lock:
            tries = self._tries.get(_address(address))
            if tries:
                tries.pop()


def _account(email: str) -> str:
    return f"account {email.strip().casefold()}"


def _address(address: str) -> str:
    """One for all of a network of IPv6: its owner has as many addresses as it likes."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return f"address {address}"
    network = ipaddress.ip_network((given, 64 if given.version == 6 else 32), strict=False)
    return f"address {network}"


def _too_many(seconds: float) -> Problem:
    wait = max(1, round(seconds))
    return Problem(
        429,
        "too-many-tries",
        "There were too many tries to log in.",
        cure=f"Wait {-(-wait // 60)} minutes.",
        headers={"Retry-After": str(wait)},
    )
