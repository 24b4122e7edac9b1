"""A dietitian's consent: Google's OAuth code flow with PKCE (Google: OAuth 2.0 for web server applications).

The browser that comes back carries no session: `state` is all that ties it to the one who pressed Connect.
"""

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode

import httpx

from domain.errors import CalendarError, CalendarRefused, CalendarUnavailable, ConnectionLost

EVENTS = "https://www.googleapis.com/auth/calendar.events.owned"
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"
_ASKED = f"{EVENTS} {FREE_BUSY}"
_COVERS_EVENTS = {
    EVENTS,
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar",
}
_TIMEOUT = httpx.Timeout(15.0, connect=5.0)


class GoogleAuthorization:
    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        auth_url: str,
        token_url: str,
        revoke_url: str,
        redirect_uri: str | None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._auth_url = auth_url
        self._token_url = token_url
        self._revoke_url = revoke_url
        self._redirect_uri = redirect_uri or ""
        self._http = http or httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False)

    async def aclose(self) -> None:
        await self._http.aclose()

    @property
    def configured(self) -> bool:
        return all((*self._client.values(), self._redirect_uri))

    def url(self, *, state: str, verifier: str) -> str:
        """Where the dietitian consents. Google refuses browsers that are built into other programs."""
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "client_id": self._client["client_id"],
            "redirect_uri": self._redirect_uri,
            "response_type": "code",
            "scope": _ASKED,
            "access_type": "offline",
            "prompt": "consent",  # without it, a second connection brings no refresh token
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self._auth_url}?{urlencode(query)}"

    async def exchange(self, *, code: str, verifier: str) -> tuple[str, str]:
        """The refresh token and the granted scopes. `ConnectionLost` where either is not enough."""
        answer = await self._ask(
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            redirect_uri=self._redirect_uri,
        )
        refresh_token, scopes = answer.get("refresh_token"), answer.get("scope", _ASKED)
        if not isinstance(refresh_token, str) or not refresh_token:
            raise ConnectionLost("Google gave no lasting permission.")
        if not isinstance(scopes, str) or _COVERS_EVENTS.isdisjoint(scopes.split()):
            raise ConnectionLost(
                "Without the box for calendar events I cannot make your meetings: tick every box the next time."
            )
        return refresh_token, scopes

    async def revoke(self, refresh_token: str) -> None:
        """Best effort; an already revoked token is no error."""
        try:
            await self._http.post(self._revoke_url, data={"token": refresh_token}, timeout=_TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL):
            return  # the token is forgotten here all the same

    async def ping(self) -> None:
        """Raises a CalendarError unless Google's token endpoint answers and knows this client."""
        try:
            await self._ask(grant_type="refresh_token", refresh_token="not-a-token")  # noqa: S106
        except ConnectionLost:
            return  # the made-up token was refused, so the client was not

    async def _ask(self, **form: str) -> dict[str, Any]:
        try:
            response = await self._http.post(
                self._token_url, data=self._client | form, timeout=_TIMEOUT, follow_redirects=False
            )
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise CalendarUnavailable(f"Google did not answer: {type(fault).__name__}") from fault
        answer = _json_object(response)
        if not response.is_success or answer is None:
            raise _refused(response, answer)
        return answer


def _refused(response: httpx.Response, answer: dict[str, Any] | None) -> CalendarError:
    status = response.status_code
    error = answer.get("error") if answer else None
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return CalendarUnavailable(f"Google's token endpoint said {status}")
    if not isinstance(error, str):
        return CalendarUnavailable(f"Google's token endpoint gave an unreadable answer ({status})")
    if error == "invalid_grant":
        return ConnectionLost("Google no longer accepts this permission; connect again")
    return CalendarRefused(f"Google's token endpoint said {error}")


def _json_object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
