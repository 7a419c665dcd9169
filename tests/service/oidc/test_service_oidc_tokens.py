"""What another party signs is believed only for this log-in, by its keys, with an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from build_log_in import log_in, refused
from build_provider import CLIENT, SECRET, Party, key, signed_by, unsigned
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jws import JWSRegistry


def test_a_new_key_is_asked_for_when_it_is_first_seen(browser: TestClient, party: Party) -> None:
    assert log_in(browser).status_code == 303
    party.kid, party.published = "second", [key("second")]
    for _ in range(2):
        assert log_in(browser).status_code == 303
    assert party.asked.count("/keys") == 2


def test_a_key_that_is_not_published_signs_nothing(browser: TestClient, party: Party) -> None:
    party.kid = "second"
    assert refused(log_in(browser), 403, "oidc-unproven", "invalid_key_id")
    assert party.asked.count("/keys") == 2


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"nonce": "another"}, "invalid_claim: nonce"),
        ({"nonce": None}, "missing_claim: nonce"),
        ({"iss": "https://login.example"}, "invalid_claim: iss"),
        ({"aud": "another"}, "invalid_claim: aud"),
        ({"aud": ["another"]}, "invalid_claim: aud"),
        ({"aud": None}, "missing_claim: aud"),
        ({"aud": [CLIENT, "another"]}, "missing_claim: azp"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "invalid_claim: azp"),
        ({"azp": "another"}, "invalid_claim: azp"),
        ({"exp": 1_700_000_000}, "expired_token: exp"),
        ({"exp": None}, "missing_claim: exp"),
        ({"exp": "tomorrow"}, "invalid_claim: exp"),
        ({"iat": 4_000_000_000}, "invalid_claim: iat"),
        ({"iat": None}, "missing_claim: iat"),
        ({"nbf": 4_000_000_000}, "invalid_claim: nbf"),
        ({"sub": None}, "missing_claim: sub"),
        ({"sub": ""}, "invalid_claim: sub"),
        ({"sub": 7}, "invalid_claim: sub"),
        ({"at_hash": "of-another-token"}, "invalid_claim: at_hash"),
        ({"at_hash": {"a": 1}}, "does not hold"),
    ],
)
def test_a_token_that_is_not_for_this_log_in_is_refused(
    browser: TestClient, party: Party, claims: dict[str, Any], told: str
) -> None:
    party.claims = claims
    assert refused(log_in(browser), 403, "oidc-unproven", told)
    assert browser.get("/api/v1/me").status_code == 401


def test_a_token_for_several_that_names_this_service_is_believed(browser: TestClient, party: Party) -> None:
    party.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert log_in(browser).status_code == 303


def test_a_token_that_nobody_signed_is_refused(browser: TestClient, party: Party) -> None:
    public = key("first").as_pem(private=False)
    made: list[Callable[[dict[str, Any]], str]] = [
        unsigned,
        lambda claims: signed_by(SECRET.encode(), claims),
        lambda claims: signed_by(public, claims, kid="first"),
        lambda claims: party.signed(claims)[:-8] + "AAAAAAAA",
        lambda claims: "",
        lambda claims: "a.b",
    ]
    for sign in made:
        party.sign = sign
        assert refused(log_in(browser), 403, "oidc-unproven", "does not hold")


def test_another_s_signature_under_a_known_key_s_name_is_refused(browser: TestClient, party: Party) -> None:
    party.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, key("second"))
    assert refused(log_in(browser), 403, "oidc-unproven", "bad_signature")


@pytest.mark.parametrize(
    "claims",
    [
        {"email": None},
        {"email": ""},
        {"email": 7},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email_verified": False, "xms_edov": True},
        {"email_verified": None, "xms_edov": False},
        {"email_verified": None, "xms_edov": "0"},
    ],
)
def test_an_address_that_nobody_vouches_for_is_no_one_s(
    browser: TestClient, party: Party, claims: dict[str, Any]
) -> None:
    party.claims = claims
    assert refused(log_in(browser), 403, "oidc-email", "docs/hosting.md")


@pytest.mark.parametrize("vouched", [True, 1, "1", "true"])
def test_a_directory_vouches_in_its_own_word(browser: TestClient, party: Party, vouched: object) -> None:
    party.claims = {"email_verified": None, "xms_edov": vouched}
    assert log_in(browser).status_code == 303


def test_what_else_a_party_writes_above_its_claims_does_no_harm(browser: TestClient, party: Party) -> None:
    header, lax = {"alg": "RS256", "kid": "first", "region": "eu"}, JWSRegistry(strict_check_header=False)
    party.sign = lambda claims: jwt.encode(header, claims, key("first"), registry=lax)
    assert log_in(browser).status_code == 303
