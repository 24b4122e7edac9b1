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
from storage.tables.records import (
    LIVE,
    OPEN_MONEY,
    PENDING,
    REFUND_WATCHED,
    WATCHED,
    audit,
    bookings,
    ledger,
    links,
    payments,
    refunds,
    requests,
    steps,
)

__all__ = [
    "DUE",
    "LIVE",
    "NEW",
    "OPEN_MONEY",
    "PENDING",
    "REFUND_WATCHED",
    "WATCHED",
    "audit",
    "bookings",
    "clients",
    "connections",
    "dietitians",
    "inbox",
    "ledger",
    "links",
    "metadata",
    "oauth_attempts",
    "opening_hours",
    "outbox",
    "payments",
    "people",
    "refunds",
    "requests",
    "services",
    "steps",
    "time_off",
]
