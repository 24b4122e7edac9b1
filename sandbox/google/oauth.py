"""Codes, tokens and consent: accounts.google.com and oauth2.googleapis.com (RFC 6749, RFC 7636)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta

from sandbox.google.model import AccessToken, Account, Clock, Code, Grant, Json, OAuthError

_CODE_LIVES = timedelta(minutes=10)
_TOKEN_LIVES_SECONDS = 3599
_DEAD = "Token has been expired or revoked."


class Tokens:
    def __init__(self, *, clock: Clock, client_id: str, client_secret: str) -> None:
        self.client_id = client_id
        self.grants: list[Grant] = []
        self._clock = clock
        self._secret = client_secret
        self._codes: dict[str, Code] = {}
        self._access: dict[str, AccessToken] = {}

    def grant(self, account: Account, scopes: frozenset[str], *, offline: bool = True) -> Grant:
        refresh = f"1//0{secrets.token_urlsafe(32)}" if offline else None
        grant = Grant(account=account, scopes=scopes, refresh_token=refresh)
        self.grants.append(grant)
        return grant

    def code(
        self,
        account: Account,
        scopes: frozenset[str],
        *,
        redirect_uri: str,
        challenge: str | None,
        offline: bool,
        prompted: bool,
    ) -> str:
        """A refresh token will come of it only at the first consent, or where `prompt=consent` was asked."""
        known = any(
            each.account is account and each.refresh_token and not each.revoked for each in self.grants
        )
        written = f"4/0{secrets.token_urlsafe(32)}"
        self._codes[written] = Code(
            account=account,
            scopes=scopes,
            redirect_uri=redirect_uri,
            challenge=challenge,
            offline=offline and (prompted or not known),
            expires_at=self._clock.now() + _CODE_LIVES,
        )
        return written

    def token(self, form: Mapping[str, str], *, basic: tuple[str, str] | None) -> Json:
        """The answer of POST /token; OAuthError with its status and body otherwise."""
        self._check_client(*(basic or (form.get("client_id", ""), form.get("client_secret", ""))))
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                return self._refresh(form)
        raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")

    def revoke(self, token: str) -> None:
        """By refresh or access token: everything the account ever allowed this client goes."""
        grant = self._by_refresh(token)
        if grant is None and token in self._access:
            grant = self._access[token].grant
        if grant is None or grant.revoked:
            raise OAuthError("invalid_token", "Token expired or revoked")
        self.revoke_account(grant.account)

    def revoke_account(self, account: Account) -> None:
        for grant in self.grants:
            grant.revoked = grant.revoked or grant.account is account

    def bearer(self, authorization: str) -> AccessToken | None:
        """The living access token of an Authorization header."""
        found = self._access.get(authorization.removeprefix("Bearer "))
        if found is None or found.grant.revoked or found.expires_at <= self._clock.now():
            return None
        return found

    def _check_client(self, client_id: str, client_secret: str) -> None:
        if client_id != self.client_id:
            raise OAuthError("invalid_client", "The OAuth client was not found.", status=401)
        if not hmac.compare_digest(client_secret.encode(), self._secret.encode()):
            raise OAuthError("invalid_client", "Unauthorized", status=401)

    def _exchange(self, form: Mapping[str, str]) -> Json:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires_at <= self._clock.now():
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != code.redirect_uri:
            raise OAuthError("redirect_uri_mismatch", "Bad Request")
        _check_verifier(code.challenge, form.get("code_verifier"))
        grant = self.grant(code.account, code.scopes, offline=code.offline)
        refresh = {"refresh_token": grant.refresh_token} if grant.refresh_token else {}
        return self._access_for(grant, grant.scopes) | refresh

    def _refresh(self, form: Mapping[str, str]) -> Json:
        grant = self._by_refresh(form.get("refresh_token", ""))
        if grant is None or grant.revoked:
            raise OAuthError("invalid_grant", _DEAD)
        asked = frozenset(form.get("scope", "").split()) or grant.scopes
        if not asked <= grant.scopes:
            raise OAuthError("invalid_scope", "Some requested scopes were not granted.")
        return self._access_for(grant, asked)

    def _by_refresh(self, token: str) -> Grant | None:
        return next((each for each in self.grants if token and each.refresh_token == token), None)

    def _access_for(self, grant: Grant, scopes: frozenset[str]) -> Json:
        written = f"ya29.{secrets.token_urlsafe(48)}"
        expires_at = self._clock.now() + timedelta(seconds=_TOKEN_LIVES_SECONDS)
        self._access[written] = AccessToken(grant=grant, scopes=scopes, expires_at=expires_at)
        return {
            "access_token": written,
            "expires_in": _TOKEN_LIVES_SECONDS,
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
        }


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    if challenge is None:
        return
    if not verifier:
        raise OAuthError("invalid_grant", "Missing code verifier.")
    digest = hashlib.sha256(verifier.encode()).digest()
    if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
        raise OAuthError("invalid_grant", "Invalid code verifier.")
