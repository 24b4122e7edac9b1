"""Google Calendar on the dietitians' behalf, without ever blocking the loop.

Google's client blocks, so each call runs in a small pool of its own threads. Cancelling the waiting does not
stop the call: what it was doing may still happen, as after any lost answer. Questions that somebody waits for
have a pool apart, and give up early: events that are slow to make hold up no press.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.errors import CalendarRefused, CalendarUnavailable, EventMissing
from domain.model.availability import Interval
from domain.model.calendar import CalendarEvent, Connection
from domain.ports import Vault
from integrations.google import shapes

if TYPE_CHECKING:
    from integrations.google.api import Ask, EventsApi

_PRIMARY = {"calendarId": "primary"}
_SILENT = {"sendUpdates": "none"}  # there are no guests to tell


class GoogleCalendar:
    """`api_url` without `/calendar/v3`. `timeout`: seconds to wait for each answer on the wire.

    `busy_timeout` and `busy_threads` are those of busy times.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        api_url: str,
        token_url: str,
        vault: Vault,
        timeout: float = 10.0,
        threads: int = 4,
        busy_timeout: float = 3.0,
        busy_threads: int = 12,
    ) -> None:
        self._vault = vault
        self._busy_timeout = busy_timeout
        self._settings: dict[str, Any] = {
            "client_id": client_id,
            "client_secret": client_secret,
            "api_url": api_url,
            "token_url": token_url,
            "timeout": timeout,
        }
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="google")
        self._busy_pool = ThreadPoolExecutor(busy_threads, thread_name_prefix="google-busy")
        self._building = threading.Lock()
        self._built: EventsApi | None = None

    async def aclose(self) -> None:
        """Wait for the calls under way; those not begun are not made."""
        for pool in (self._busy_pool, self._pool):
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    async def insert(
        self, connection: Connection, *, event_id: str, conference_request_id: str | None,
        title: str, start: datetime, end: datetime, timezone: str, booking: str,
    ) -> CalendarEvent:  # fmt: skip
        """`EventExists` may be our own doing: the connection was lost and the client sent it again."""
        times = shapes.times_body(start=start, end=end, timezone=timezone)
        conference = shapes.conference_body(conference_request_id) if conference_request_id else {}
        body = shapes.event_body(
            event_id=event_id, title=title, booking=booking, times=times, conference=conference
        )
        version = 1 if conference else 0
        try:
            return await self._event(
                connection,
                lambda events: events.insert(
                    **_PRIMARY, **_SILENT, body=body, conferenceDataVersion=version, fields=shapes.FIELDS
                ),
            )
        except EventMissing as missing:
            raise CalendarRefused(f"there is no calendar to insert into: {missing}") from missing

    async def get(self, connection: Connection, event_id: str) -> CalendarEvent:
        """Also the deleted: `cancelled` says so."""
        return await self._event(
            connection, lambda events: events.get(**_PRIMARY, eventId=event_id, fields=shapes.FIELDS)
        )

    async def request_conference(
        self, connection: Connection, event_id: str, conference_request_id: str
    ) -> CalendarEvent:
        return await self._patch(connection, event_id, shapes.conference_body(conference_request_id))

    async def move(
        self, connection: Connection, event_id: str, *, start: datetime, end: datetime, timezone: str
    ) -> CalendarEvent:
        """The event keeps its id and its meeting link."""
        times = shapes.times_body(start=start, end=end, timezone=timezone)
        # its owner may have made it last all day: then it has dates, which must go
        timed = {name: {**moment, "date": None} for name, moment in times.items()}
        return await self._patch(connection, event_id, timed)

    async def delete(self, connection: Connection, event_id: str) -> None:
        """Done also where the event is gone already."""
        try:
            await self._run(connection, lambda events: events.delete(**_PRIMARY, **_SILENT, eventId=event_id))
        except EventMissing:
            return
        except CalendarRefused:  # Google sometimes forbids to delete what is deleted
            if not await self._is_gone(connection, event_id):
                raise

    async def account(self, connection: Connection) -> str | None:
        """Whose calendar it is, as a rule an e-mail address; also the cheapest proof that it can be used."""
        try:
            answer = await self._run(
                connection, lambda events: events.list(**_PRIMARY, maxResults=1, fields="summary")
            )
        except EventMissing as missing:
            raise CalendarRefused(f"there is no calendar: {missing}") from missing
        summary = answer.get("summary") if isinstance(answer, dict) else None
        return summary if isinstance(summary, str) and summary else None

    async def busy(self, connection: Connection, *, after: datetime, before: datetime) -> list[Interval]:
        """All of it, or a CalendarError: what is not known is not free."""
        token, bodies = self._token(connection), shapes.busy_bodies(after, before)

        def ask() -> list[Any]:
            return self._api().busy(token, bodies, timeout=self._busy_timeout)

        try:
            answers = await asyncio.get_running_loop().run_in_executor(self._busy_pool, ask)
            return [interval for answer in answers for interval in shapes.read_busy(answer)]
        except EventMissing as missing:
            raise CalendarRefused(f"there is no calendar: {missing}") from missing
        except ValueError as wrong:
            raise CalendarUnavailable(f"Google's answer is of no use: {wrong}") from None

    async def _is_gone(self, connection: Connection, event_id: str) -> bool:
        try:
            return (await self.get(connection, event_id)).cancelled
        except EventMissing:
            return True

    async def _patch(self, connection: Connection, event_id: str, body: shapes.Json) -> CalendarEvent:
        version = {"conferenceDataVersion": 1, "fields": shapes.FIELDS}
        try:
            return await self._event(
                connection,
                lambda events: events.patch(**_PRIMARY, **_SILENT, **version, eventId=event_id, body=body),
            )
        except CalendarRefused as refused:  # changing what is deleted is forbidden rather than not found
            if await self._is_gone(connection, event_id):
                raise EventMissing("the event has been deleted") from refused
            raise

    async def _event(self, connection: Connection, ask: "Ask") -> CalendarEvent:
        answer = await self._run(connection, ask)
        try:
            return shapes.read_event(answer)
        except ValueError as wrong:
            raise CalendarUnavailable(f"Google's answer is unreadable: {wrong}") from None

    async def _run(self, connection: Connection, ask: "Ask") -> Any:
        token = self._token(connection)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._blocking(token, ask))

    def _token(self, connection: Connection) -> str:
        try:
            return self._vault.open(connection.sealed_token)
        except ValueError as sealed:  # a wrong key is the operator's: no dietitian can mend it
            raise CalendarRefused(
                "the stored permission cannot be opened with this ENCRYPTION_KEY"
            ) from sealed

    def _blocking(self, token: str, ask: "Ask") -> Callable[[], Any]:
        return lambda: self._api().execute(token, ask)

    def _api(self) -> "EventsApi":
        """In a worker thread: loading Google's library takes a tenth of a second and 18 MB."""
        with self._building:
            if self._built is None:
                from integrations.google.api import EventsApi  # noqa: PLC0415 - only who uses Google pays

                self._built = EventsApi(**self._settings)
            return self._built
