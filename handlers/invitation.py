"""A booking as a calendar file (RFC 5545): one UID for the booking's life, a SEQUENCE that rises."""

from datetime import datetime

from domain.model.booking import Booking, BookingState
from domain.model.message import File
from domain.model.views import RequestCard

PRODUCT = "-//Dietdesk//Dietdesk//EN"
DOMAIN = "dietdesk.invalid"  # RFC 2606: a UID needs a right-hand side that nobody can own


def ics(card: RequestCard, booking: Booking, now: datetime) -> bytes:
    """CRLF lines, times in UTC. A cancelled booking takes itself out of the calendar it was added to."""
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
    event.add("summary", f"Session with {card.dietitian.name}")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if booking.meeting_url is not None and not cancelled:
        event.add("location", booking.meeting_url)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def ics_file(card: RequestCard, booking: Booking, now: datetime) -> File:
    return File(name="session.ics", mime_type="text/calendar", content=ics(card, booking, now))
