"""A booking as a calendar file (RFC 5545, RFC 5546): one UID for the booking's life, a SEQUENCE that rises."""

from datetime import datetime

from domain.model.booking import Booking, BookingState
from domain.model.message import File
from domain.model.views import RequestCard

PRODUCT = "-//Dietdesk//Dietdesk//EN"
DOMAIN = "dietdesk.invalid"  # RFC 2606: a UID needs a right-hand side that nobody can own


def ics(card: RequestCard, booking: Booking, now: datetime, *, for_dietitian: bool = False) -> bytes:
    """CRLF lines, times in UTC. A cancelled booking takes itself out of the calendar it was added to.

    PUBLISH and CANCEL, never REQUEST: nobody is asked to answer a calendar, so there are no attendees.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - a tenth of the program's start, for a rare thing

    cancelled = booking.state is BookingState.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{booking.public_id}@{DOMAIN}")
    event.add("sequence", booking.sequence)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", booking.start)
    event.add("dtend", booking.end)
    event.add("summary", f"Session with {_other(card, for_dietitian=for_dietitian)}")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if card.dietitian.email:
        event.add("organizer", f"mailto:{card.dietitian.email}", {"CN": _quotable(card.dietitian.name)})
    if booking.meeting_url is not None and not cancelled:
        event.add("location", booking.meeting_url)
        event.add("description", f"Join: {booking.meeting_url}")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _other(card: RequestCard, *, for_dietitian: bool) -> str:
    if not for_dietitian:
        return card.dietitian.name
    return card.request.client_name or (card.client.name if card.client else "a client")


def _quotable(name: str) -> str:
    """A parameter's value stands in double quotes and has no way to hold one, nor a control character."""
    return "".join(c for c in name.replace('"', "'") if c.isprintable())


def ics_file(card: RequestCard, booking: Booking, now: datetime, *, for_dietitian: bool = False) -> File:
    content = ics(card, booking, now, for_dietitian=for_dietitian)
    return File(name="session.ics", mime_type="text/calendar", content=content)
