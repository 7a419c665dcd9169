"""Where the service listens and how people reach it: from the command line and the environment."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from matcher.errors import InputError

#: The file in the network's folder with the secret, where the environment gives none.
SECRET_FILE = "service.secret"  # noqa: S105 - its name
_SECRET_BYTES = 32
#: What another party that logs people in has to be known by: all of them or none.
_OIDC = ("MATCHER_OIDC_ISSUER", "MATCHER_OIDC_CLIENT_ID", "MATCHER_OIDC_CLIENT_SECRET")
_OIDC_LABEL, _LABEL, _LABEL_LENGTH = "MATCHER_OIDC_LABEL", "Log in with your organization", 60


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The party that logs people in (OpenID Connect), and this service as its client. ``label`` is what the
    way to log in is called."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """``origin`` is what stands before every path in a browser, as in ``https://peers.example``. ``secret``
    keys what is kept of requests. ``first_token`` makes the first administrator. ``oidc`` is None where
    people log in by their passwords alone."""

    host: str
    port: int
    origin: str
    secret: bytes = field(repr=False)
    first_token: str = field(repr=False)
    oidc: OidcSettings | None = None

    @property
    def https(self) -> bool:
        return self.origin.startswith("https:")

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which it may be asked: those of this machine itself, and the one in ``origin``."""
        return frozenset({"localhost", "127.0.0.1", "::1", urlsplit(self.origin).hostname or ""})


def read_settings(folder: Path, host: str, port: int, environment: Mapping[str, str]) -> ServiceSettings:
    """The settings of a service on ``host`` and ``port``.

    ``MATCHER_SECRET`` and ``MATCHER_BASE_URL`` come from the environment. On a loopback address both may be
    missing: the secret is then kept in the network's folder. ``MATCHER_OIDC_ISSUER``, ``_CLIENT_ID`` and
    ``_CLIENT_SECRET``, with ``_LABEL``, let another party log people in. Raises InputError where any of them
    is wrong, or missing where it is needed.
    """
    secret = environment.get("MATCHER_SECRET", "").encode()
    base_url = environment.get("MATCHER_BASE_URL", "").rstrip("/")
    if base_url:
        _check(base_url)
    if not is_loopback(host) and not (len(secret) >= _SECRET_BYTES and base_url.startswith("https:")):
        raise InputError(
            f"'{host}' can be reached by other machines, so that the service does not listen there as it is.",
            cure=f"Set MATCHER_SECRET to {_SECRET_BYTES} bytes or more, MATCHER_BASE_URL to the https "
            "address at which people find it, and put TLS in front; docs/hosting.md says how.",
        )
    if secret and len(secret) < _SECRET_BYTES:
        raise InputError(
            f"MATCHER_SECRET has {len(secret)} bytes.", cure=f"Give it {_SECRET_BYTES} or more, random ones."
        )
    shown = f"[{host}]" if ":" in host else host
    return ServiceSettings(
        host,
        port,
        base_url or f"http://{shown}:{port}",
        secret or _kept_secret(folder),
        secrets.token_urlsafe(32),
        _oidc(environment),
    )


def is_safe(url: str) -> bool:
    """Whether what is sent to ``url`` goes to a host by TLS, or stays on this machine."""
    try:
        parts = urlsplit(url)
        known = bool(parts.hostname) and (parts.port or 1) > 0 and not parts.username and not parts.fragment
    except ValueError:
        return False
    return known and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine itself reaches, or is, ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or parts.path or parts.query or parts.fragment or parts.username:
        raise InputError(
            "MATCHER_BASE_URL is not the address of a site.", cure="Write it as in https://peers.example."
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise InputError(
            "MATCHER_BASE_URL is an address without TLS.", cure="Write it as in https://peers.example."
        )


def _oidc(environment: Mapping[str, str]) -> OidcSettings | None:
    given = {name: environment.get(name, "").strip() for name in (*_OIDC, _OIDC_LABEL)}
    if not any(given.values()):
        return None
    missing = [name for name in _OIDC if not given[name]]
    if missing:
        raise InputError(
            f"Another party is to log people in, but there is no {' and no '.join(missing)}.",
            cure="Set what it gave you for this service, or take every MATCHER_OIDC_... away; "
            "docs/hosting.md says how.",
        )
    issuer, client_id, client_secret = (given[name] for name in _OIDC)
    if not is_safe(issuer) or "?" in issuer:
        raise InputError(
            "MATCHER_OIDC_ISSUER is not the https address of an issuer.",
            cure="Write it as the other party does, as in https://login.example/district.",
        )
    label = given[_OIDC_LABEL] or _LABEL
    if len(label) > _LABEL_LENGTH or not label.isprintable():
        raise InputError(
            f"MATCHER_OIDC_LABEL is longer than {_LABEL_LENGTH} characters, or cannot be printed.",
            cure="Give a shorter one, as in Log in with Walnut Draw.",
        )
    return OidcSettings(issuer, client_id, client_secret, label)


def _kept_secret(folder: Path) -> bytes:
    """The secret in the network's folder; made at the first start, for its owner alone to read."""
    path = folder / SECRET_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="ascii").strip().encode()
    except OSError as error:
        raise InputError(
            f"'{path}' cannot be made: {error.strerror}.", cure="Let the service write in that folder."
        ) from None
    else:
        kept = secrets.token_hex(_SECRET_BYTES).encode()
        with os.fdopen(descriptor, "wb") as file:
            file.write(kept + b"\n")
            file.flush()
            os.fsync(file.fileno())
    if len(kept) < _SECRET_BYTES:
        raise InputError(f"'{path}' holds no secret.", cure="Take it away: the next start makes another.")
    return kept
