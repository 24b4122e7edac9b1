"""Every table."""

from storage.tables.base import metadata
from storage.tables.practice import (
    clients,
    connections,
    dietitians,
    oauth_attempts,
    opening_hours,
    people,
    services,
    time_off,
)
from storage.tables.queues import DUE, NEW, inbox, outbox
from storage.tables.records import LIVE, PENDING, WATCHED, audit, bookings, links, payments, requests, steps

__all__ = [
    "DUE",
    "LIVE",
    "NEW",
    "PENDING",
    "WATCHED",
    "audit",
    "bookings",
    "clients",
    "connections",
    "dietitians",
    "inbox",
    "links",
    "metadata",
    "oauth_attempts",
    "opening_hours",
    "outbox",
    "payments",
    "people",
    "requests",
    "services",
    "steps",
    "time_off",
]
