"""The other party that logs people in (OpenID Connect): what is asked of it, and what is believed.

The authorization code flow with PKCE. What it says of itself and its keys are asked for when they are first
needed, and kept for an hour. An ID token is believed where one of its keys signed it, for this client and
this log-in, and where it vouches for the address.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel

from matcher.accounts import Identity
from service.begun import Begun
from service.problems import Problem
from service.settings import OidcSettings, is_safe

logger = logging.getLogger(__name__)

#: Seconds that the other party has for one answer, that what it says of itself is kept, and that it is left
#: alone after it did not answer.
PATIENCE, KEPT, PAUSE = 5.0, 3600.0, 10.0
#: Seconds by which its clock may be wrong.
LEEWAY = 60
SCOPE = "openid email"
#: Signatures that only the other party can make. With "none" anybody could, with HS256 whoever has the
#: client's secret, or takes a public key for one.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_WELL_KNOWN = "/.well-known/openid-configuration"
#: How some directories say that an address is its owner's, where they have no ``email_verified``.
_VOUCHED = (True, "1", "true")


class About(BaseModel):
    """What a party says of itself, as far as it matters here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Published(BaseModel):
    """The keys that a party signs with."""

    keys: list[dict[str, Any]]


class Provider:
    """One party, and this service as its client. ``back`` is the address that browsers come back to.
    ``clock`` gives seconds that never run backwards. For one event loop."""

    def __init__(self, settings: OidcSettings, back: str, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._back = back
        self._clock = clock
        self._tls = httpx2.create_ssl_context()
        self._lock = asyncio.Lock()
        self._about: tuple[float, About] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._alone_until = float("-inf")

    async def where(self, begun: Begun) -> str:
        """The address at which the party asks who somebody is. Raises Problem (503) where it does not
        answer."""
        about = await self._known()
        async with self._client(about) as client:
            address, _ = client.create_authorization_url(
                about.authorization_endpoint,
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return str(address)

    async def who(self, begun: Begun, code: str, now: datetime) -> tuple[Identity, str]:
        """Who came back with ``code``, and the address that the party vouches for.

        Raises Problem: 503 where the party does not answer, 403 where what it says is not to be believed.
        """
        about = await self._known()
        token = await self._exchanged(about, begun, code)
        claims = await self._proven(about, token, begun.nonce, now)
        email = claims.get("email")
        vouched = claims["email_verified"] is True if "email_verified" in claims else _edov(claims)
        if not isinstance(email, str) or not email or not vouched:
            raise Problem(
                403,
                "oidc-email",
                "Your organization does not vouch for your email address.",
                cure="Have the address confirmed there, or log in with a password. Whoever runs the service "
                "finds in docs/hosting.md what the directory has to send.",
            )
        return Identity(about.issuer, claims["sub"]), email

    async def _exchanged(self, about: About, begun: Begun, code: str) -> Mapping[str, Any]:
        """What the party gives for a code: an ID token, which is still to be proven."""
        try:
            async with self._heard("who came", pause=0.0), self._client(about) as client:
                given: Mapping[str, Any] = await client.fetch_token(
                    about.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=begun.verifier,
                )
                if not isinstance(given.get("id_token"), str):
                    raise ValueError("no ID token")
                return given
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise _unproven("the code was used, is too old, or was given for another log-in") from None
            logger.warning("OpenID Connect: no token is given for a code (%s)", type(error).__name__)
            raise Problem(
                503,
                "oidc-client",
                "Your organization does not know this service as its client, or refuses it.",
                cure="Log in with a password. Whoever runs the service has to look at MATCHER_OIDC_CLIENT_ID "
                "and MATCHER_OIDC_CLIENT_SECRET.",
            ) from None

    async def _proven(
        self, about: About, token: Mapping[str, Any], nonce: str, now: datetime
    ) -> Mapping[str, Any]:
        """The claims of an ID token that holds. Raises Problem (403) where it does not."""
        try:
            signed = await self._signed(about, token["id_token"])
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                {
                    "iss": {"essential": True, "value": about.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "sub": {"essential": True},
                },
                {
                    "nonce": nonce,
                    "client_id": self._settings.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(int(now.timestamp()), LEEWAY)
            return dict(claims)
        except (JoseError, ValueError, TypeError) as error:
            logger.warning("OpenID Connect: an ID token does not hold (%s)", _told(error))
            raise _unproven(f"its ID token does not hold ({_told(error)})") from None

    async def _signed(self, about: About, token: str) -> jwt.Token:
        """The token, which one of the party's keys signed; they are asked for anew where it is none of those
        that are known."""
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(token, await self._keys_of(about), registry=registry)
        except InvalidKeyIdError:
            return jwt.decode(token, await self._keys_of(about, anew=True), registry=registry)

    async def _known(self) -> About:
        async with self._lock:
            if self._about is None or self._clock() >= self._about[0]:
                about = await self._asked_about()
                self._about = self._clock() + KEPT, about
            return self._about[1]

    async def _asked_about(self) -> About:
        async with self._heard("what it says of itself"):
            about = About.model_validate_json(
                await self._get(self._settings.issuer.rstrip("/") + _WELL_KNOWN)
            )
            if about.issuer != self._settings.issuer:
                raise ValueError("another issuer")
            if not all(map(is_safe, (about.authorization_endpoint, about.token_endpoint, about.jwks_uri))):
                raise ValueError("an address without TLS")
            return about

    async def _keys_of(self, about: About, *, anew: bool = False) -> KeySet:
        async with self._lock:
            if self._keys is None or anew or self._clock() >= self._keys[0]:
                async with self._heard("its keys"):
                    told = Published.model_validate_json(await self._get(about.jwks_uri))
                    self._keys = self._clock() + KEPT, KeySet.import_key_set({"keys": told.keys})
            return self._keys[1]

    async def _get(self, address: str) -> bytes:
        async with httpx2.AsyncClient(timeout=PATIENCE, verify=self._tls) as client:
            answer = await client.get(address)
            answer.raise_for_status()
            return answer.content

    def _client(self, about: About) -> AsyncOAuth2Client:
        # Where the secret is in the body, nobody can read its odd characters in two ways.
        in_body = "client_secret_post" in about.token_endpoint_auth_methods_supported
        return AsyncOAuth2Client(
            self._settings.client_id,
            self._settings.client_secret,
            "client_secret_post" if in_body else "client_secret_basic",
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=PATIENCE,
            verify=self._tls,
        )

    @asynccontextmanager
    async def _heard(self, what: str, *, pause: float = PAUSE) -> AsyncIterator[None]:
        """Bounds the time of a question. Raises Problem (503) where the party does not answer as it should;
        it is then left alone for ``pause`` seconds, so that those who wait are told at once."""
        if self._clock() < self._alone_until:
            raise _unheard()
        try:
            async with asyncio.timeout(PATIENCE):
                yield
        except (httpx2.HTTPError, httpx2.InvalidURL, JoseError, TimeoutError, ValueError, TypeError) as error:
            self._alone_until = self._clock() + pause
            logger.warning("OpenID Connect: the issuer does not tell %s (%s)", what, type(error).__name__)
            raise _unheard() from None


def _edov(claims: Mapping[str, Any]) -> bool:
    """Entra ID's word for a domain that the directory itself has proven to own."""
    return claims.get("xms_edov") in _VOUCHED


def _told(error: Exception) -> str:
    """What is wrong with a token, without anything that stands in it."""
    if isinstance(error, ClaimError):
        return f"{error.error}: {error.claim}"
    return error.error if isinstance(error, JoseError) else "malformed"


def _unheard() -> Problem:
    return Problem(
        503,
        "oidc-unreachable",
        "Your organization's log-in cannot be reached, or does not answer as it should.",
        cure="Try again in a minute, or log in with a password.",
        headers={"Retry-After": str(int(PAUSE))},
    )


def _unproven(why: str) -> Problem:
    return Problem(
        403,
        "oidc-unproven",
        f"Your organization does not prove who you are: {why}.",
        cure="Log in once more. Where that does not help, tell whoever runs the service.",
    )
