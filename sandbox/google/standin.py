"""Google, pretended: the consent page, the tokens and everybody's primary calendar."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.google import routes, times
from sandbox.google.api import CalendarApi, TokenApi
from sandbox.google.calendar import Calendar
from sandbox.google.conference import Conferences
from sandbox.google.consent import ConsentPage
from sandbox.google.model import Account, Clock, Conference, Grant, Json
from sandbox.google.oauth import Tokens


class GoogleStandIn:
    """`public_url` is the root this stand-in is reached at; the five addresses below are made of it."""

    def __init__(
        self,
        *,
        clock: Clock,
        client_id: str,
        client_secret: str,
        public_url: str,
        redirect_uris: Iterable[str] = (),
    ) -> None:
        self.public_url = public_url
        self.faults = Faults()
        self.calls: list[str] = []  # "METHOD /path" of everything asked, faults included
        self.heard: list[str] = []  # all that the program said: the same with query and body
        self.accounts: dict[str, Account] = {}
        self.tokens = Tokens(clock=clock, client_id=client_id, client_secret=client_secret)
        self.conferences = Conferences()
        self.calendar = Calendar(clock=clock, conferences=self.conferences)
        self.api = CalendarApi(tokens=self.tokens, calendar=self.calendar)
        self.consent = ConsentPage(tokens=self.tokens, accounts=self.accounts)
        self.redirect_uris = list(redirect_uris)

    def app(self) -> web.Application:
        """To be served as it is or mounted under any prefix."""
        return routes.build(
            api=self.api,
            tokens=TokenApi(tokens=self.tokens),
            consent=self.consent,
            faults=self.faults,
            calls=self.calls,
            heard=self.heard,
        )

    @property
    def auth_url(self) -> str:
        return f"{self.public_url.rstrip('/')}/o/oauth2/v2/auth"

    @property
    def token_url(self) -> str:
        return f"{self.public_url.rstrip('/')}/token"

    @property
    def revoke_url(self) -> str:
        return f"{self.public_url.rstrip('/')}/revoke"

    @property
    def api_url(self) -> str:
        """Without `/calendar/v3`."""
        return self.public_url.rstrip("/")

    @property
    def redirect_uris(self) -> list[str]:
        """Registered with the client, to be matched exactly."""
        return self.consent.redirect_uris

    @redirect_uris.setter
    def redirect_uris(self, uris: list[str]) -> None:
        self.consent.redirect_uris = uris

    @property
    def conference(self) -> str:
        """`success`, `failure`, `never`, `refused` or `ignored`: what new requests for a link get."""
        return str(self.conferences.outcome)

    @conference.setter
    def conference(self, outcome: str) -> None:
        self.conferences.outcome = Conference(outcome)

    @property
    def pending_gets(self) -> int:
        return self.conferences.pending_gets

    @pending_gets.setter
    def pending_gets(self, reads: int) -> None:
        self.conferences.pending_gets = reads

    @property
    def meet_root(self) -> str:
        return self.conferences.meet_root

    @meet_root.setter
    def meet_root(self, root: str) -> None:
        self.conferences.meet_root = root

    @property
    def free_busy_errors(self) -> dict[str, str]:
        return self.api.free_busy_errors

    def add_account(self, email: str, *, time_zone: str = "Africa/Lagos") -> Account:
        """The account of that address, made where it is missing."""
        return self.accounts.setdefault(email, Account(email=email, time_zone=time_zone))

    def grant(self, email: str, scopes: Iterable[str]) -> str:
        """Consent without the page: a refresh token. KeyError where there is no such account."""
        granted = self.tokens.grant(self.accounts[email], frozenset(scopes))
        return str(granted.refresh_token)

    def grants(self, email: str) -> list[Grant]:
        return [each for each in self.tokens.grants if each.account.email == email]

    def revoke(self, email: str) -> None:
        """As the person would at myaccount.google.com: access and refresh tokens die."""
        self.tokens.revoke_account(self.accounts[email])

    def events(self, email: str) -> list[Json]:
        """Everything in the calendar as the API would show it, the cancelled too. Reading makes no GET."""
        account = self.accounts[email]
        return [self.calendar.shown(account, event) for event in account.events.values()]

    def add_event(self, email: str, start: datetime, end: datetime, **fields: Any) -> Json:
        """An event of her own, made in Google's own pages."""
        span = {"start": {"dateTime": times.rfc3339(start)}, "end": {"dateTime": times.rfc3339(end)}}
        account = self.accounts[email]
        event = self.calendar.insert(account, {**span, **fields}, conference_version="0")
        return self.calendar.shown(account, event)

    def move_event(self, email: str, event_id: str, by: timedelta) -> Json:
        """She drags an event elsewhere."""
        account = self.accounts[email]
        event = self.calendar.get(account, event_id)
        body = {
            name: {"dateTime": times.rfc3339(moment + by), "timeZone": account.time_zone}
            for name, moment in (("start", event.start), ("end", event.end))
        }
        self.calendar.patch(account, event_id, body, conference_version="0", if_match=None)
        return self.calendar.shown(account, event)

    def delete_event(self, email: str, event_id: str) -> None:
        """She deletes it."""
        self.calendar.delete(self.accounts[email], event_id, if_match=None)
