"""Signing in through an identity provider (OpenID Connect): code flow with PKCE, state and nonce; off by default (S11).

Nobody gets in by it who is not a user already: an identity is linked to the user whose configured e-mail address the
provider says it verified, and from then on known by issuer and subject.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from triage.config import OidcSection
from triage.errors import SignInRefused
from triage.people import digest
from triage.vocabulary.access import PendingSignIn
from triage.vocabulary.ports import Clock, Store

TIMEOUT = 10.0
LASTS = timedelta(minutes=10)
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
"""Signatures with the provider's own key; never `none`, never with our client secret."""
LEEWAY = 60
"""Seconds that two clocks may differ."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider. `email` is empty unless the provider verified it."""

    issuer: str
    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class Endpoints:
    authorization: str
    token: str
    keys: str


class Provider:
    """The provider of the configuration. What goes wrong with it is SignInRefused, in general words."""

    def __init__(self, section: OidcSection, redirect_uri: str, store: Store, clock: Clock) -> None:
        self._section, self._redirect_uri, self._store, self._clock = section, redirect_uri, store, clock

    def begin(self) -> tuple[str, str]:
        """(where to send the browser, state): the state goes into a cookie of that browser too."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        now = self._clock.now()
        with self._store.begin() as uow:
            uow.sign_ins.begin(PendingSignIn(digest(state), None, nonce, verifier, now + LASTS), now)
            uow.commit()
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._endpoints().authorization,
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        return str(url), state

    def finish(self, state: str, code: str) -> int:
        """The id of the user who came back with `code`. Works once a state. Raises SignInRefused."""
        with self._store.begin() as uow:
            pending = uow.sign_ins.pending(digest(state), self._clock.now())
            once = pending is not None and pending.person_id is None and uow.sign_ins.end(digest(state))
            uow.commit()
        if pending is None or not once:
            raise refused()
        return self._person(self._identify(code, pending))

    def _identify(self, code: str, pending: PendingSignIn) -> Identity:
        endpoints = self._endpoints()
        try:
            with self._client() as client:
                token = client.fetch_token(endpoints.token, code=code, code_verifier=pending.verifier)
            keys = KeySet.import_key_set(_fetched(endpoints.keys))
            found = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                now=int(self._clock.now().timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": self._section.issuer},
                aud={"essential": True, "value": self._section.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": pending.nonce},
                sub={"essential": True},
            ).validate(found.claims)
        except (OAuthError, JoseError, httpx2.HTTPError, KeyError, TypeError, ValueError) as error:
            raise refused() from error
        claims = found.claims
        email = str(claims.get("email", "")).lower() if claims.get("email_verified") is True else ""
        return Identity(self._section.issuer, str(claims["sub"]), email)

    def _person(self, identity: Identity) -> int:
        with self._store.begin() as uow:
            known = uow.sign_ins.person_of(identity.issuer, identity.subject)
            if known is not None:
                return known
            person = uow.people.by_email(identity.email) if identity.email else None
            if person is None:
                raise refused()
            uow.sign_ins.link(identity.issuer, identity.subject, person.id)
            uow.audit.append(self._clock.now(), person.name, "person.linked", f"person:{person.id}")
            uow.commit()
        return person.id

    def _endpoints(self) -> Endpoints:
        """As the provider describes itself; its description must name the issuer that was configured."""
        url = f"{self._section.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = _fetched(url)
            if found["issuer"] != self._section.issuer:
                raise refused()
            return Endpoints(found["authorization_endpoint"], found["token_endpoint"], found["jwks_uri"])
        except (httpx2.HTTPError, KeyError, TypeError, ValueError) as error:
            raise refused() from error

    def _client(self) -> OAuth2Client:
        source = self._section.client_secret
        return OAuth2Client(
            self._section.client_id,
            source.secret().read() if source else None,
            scope="openid email",
            redirect_uri=self._redirect_uri,
            timeout=TIMEOUT,
            trust_env=False,
        )


def _fetched(url: str) -> Any:  # noqa: ANN401 - whatever the provider publishes; its readers expect anything
    """JSON."""
    return httpx2.get(url, timeout=TIMEOUT, trust_env=False).raise_for_status().json()


def refused() -> SignInRefused:
    return SignInRefused("The identity provider did not let you in.", "Sign in with your password, or ask an admin.")
