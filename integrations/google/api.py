"""Google's own client, as its authors say threads must use it. Heavy: loaded with the first call.

One service for all threads, which holds neither credentials nor connections; a new connection and new
credentials for each call. A shared connection has been seen to hand one caller another caller's answer.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import httplib2
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build

from integrations.google.faults import EXPECTED, calendar_error

Ask: TypeAlias = Callable[[Any], Any]
"""From the `events` resource to a request that is not sent yet."""


class EventsApi:
    def __init__(
        self, *, client_id: str, client_secret: str, api_url: str, token_url: str, timeout: float
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._token_url = token_url
        self._timeout = timeout
        service = build(
            "calendar",
            "v3",
            http=self._connection(timeout),  # never used: it keeps `build` from looking for credentials
            static_discovery=True,
            cache_discovery=False,
            client_options={"api_endpoint": f"{api_url.rstrip('/')}/calendar/v3/"},
        )
        self._events: Any = service.events()
        self._free_busy: Any = service.freebusy()

    def execute(self, refresh_token: str, ask: Ask) -> Any:
        """Blocks. Raises a CalendarError."""
        request = ask(self._events)
        with self._authorized(refresh_token, self._timeout) as http:
            return request.execute(http=http, num_retries=0)  # when to try again is the outbox's decision

    def busy(self, refresh_token: str, bodies: Sequence[Any], *, timeout: float) -> list[Any]:
        """Blocks. The answers to these, one after the other over one connection. Raises a CalendarError."""
        requests = [self._free_busy.query(body=body, fields="calendars") for body in bodies]
        with self._authorized(refresh_token, timeout) as http:
            return [request.execute(http=http, num_retries=0) for request in requests]

    @contextmanager
    def _authorized(self, refresh_token: str, timeout: float) -> Iterator[AuthorizedHttp]:
        http = AuthorizedHttp(self._credentials(refresh_token), http=self._connection(timeout))
        try:
            yield http
        except EXPECTED as fault:
            raise calendar_error(fault) from fault
        finally:
            http.close()

    def _credentials(self, refresh_token: str) -> Credentials:
        """Scopes are left out: naming one that was not granted makes every refresh fail."""
        return Credentials(  # type: ignore[no-untyped-call]
            token=None,
            refresh_token=refresh_token,
            token_uri=self._token_url,
            client_id=self._client_id,
            client_secret=self._client_secret,
        )

    def _connection(self, timeout: float) -> httplib2.Http:
        return httplib2.Http(timeout=timeout, proxy_info=None)
