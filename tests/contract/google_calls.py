"""Google's own client against the stand-in over real HTTP: what the tests of it share."""

from datetime import UTC, datetime, timedelta

from domain.model.calendar import CalendarEvent, Connection
from integrations.google.authorization import EVENTS, FREE_BUSY
from integrations.google.calendar import GoogleCalendar
from sandbox.google.standin import GoogleStandIn

ADA = "ada@example.com"
EVENT = "0123456789abcdef0123456789abcdef0"
START = datetime(2030, 5, 6, 9, 0, tzinfo=UTC)
END = START + timedelta(minutes=45)
EVENTS_PATH = "/calendar/v3/calendars/primary/events"


class GlassVault:
    """Seals with a prefix: what reaches Google must be what was inside."""

    def seal(self, plain: str) -> str:
        return f"sealed:{plain}"

    def open(self, sealed: str) -> str:
        if not sealed.startswith("sealed:"):
            raise ValueError("none of the keys opens this")
        return sealed.removeprefix("sealed:")

    def seal_bytes(self, plain: bytes) -> bytes:
        return self.seal(plain.decode()).encode()

    def open_bytes(self, sealed: bytes) -> bytes:
        return self.open(sealed.decode()).encode()


def calendar_at(api_url: str, token_url: str) -> GoogleCalendar:
    return GoogleCalendar(
        client_id="dietdesk", client_secret="hush", api_url=api_url, token_url=token_url,
        vault=GlassVault(), timeout=1.0, threads=4,
    )  # fmt: skip


def connection_with(refresh_token: str) -> Connection:
    return Connection(
        dietitian_id=1, account=ADA, sealed_token=GlassVault().seal(refresh_token),
        scopes=f"{EVENTS} {FREE_BUSY}", connected_at=START,
    )  # fmt: skip


async def insert(
    calendar: GoogleCalendar, connection: Connection, *, event_id: str = EVENT, conference: bool = True
) -> CalendarEvent:
    return await calendar.insert(
        connection,
        event_id=event_id,
        conference_request_id=f"{event_id}-1" if conference else None,
        title="Consultation with A. O.",
        start=START,
        end=END,
        timezone="Africa/Lagos",
        booking="BK23456789",
    )


def posts(google: GoogleStandIn) -> int:
    return google.calls.count(f"POST {EVENTS_PATH}")
