"""The ways to every list and card: what is typed, then the buttons pressed, by the beginning of their labels.

The last step is the one that is measured.
"""

from dataclasses import dataclass

from benchmarks.crowd import ADMIN, CLIENT, DIETITIAN


@dataclass(frozen=True, slots=True)
class Walk:
    """`draws`: a picture comes with it, made in a process of its own."""

    name: str
    who: int
    steps: tuple[str, ...]
    draws: bool = False


def _of(who: int, role: str, *walks: tuple[str, ...], draws: bool = False) -> list[Walk]:
    return [Walk(f"{role}: {' → '.join(steps)}", who, steps, draws) for steps in walks]


_REQUEST = ("/request", "🗓 Consultation", "Service 0")
_OF_CLIENT: tuple[tuple[str, ...], ...] = (
    ("/start",),
    ("/requests",),
    ("/requests", "›"),
    ("/requests", "Approved"),
    ("/requests", "Approved", "›"),
    ("/upcoming",),
    ("/upcoming", "›"),
    ("/upcoming", "🔎 Details 1"),
    ("/upcoming", "🔁 Reschedule 1"),
    ("/mealplans",),
    ("/mealplans", "›"),
    ("/mealplans", "🔎 Details 1"),
    ("/book",),
    ("/book", "›"),
    ("/book", "Dr 000"),
    ("/book", "Dr 000", "Service 0"),
    ("/buy",),
    ("/buy", "Dr 000"),
)
_OF_DIETITIAN: tuple[tuple[str, ...], ...] = (
    ("/start",),
    ("/requests",),
    ("/requests", "›"),
    ("/requests", "1"),
    ("/requests", "Approved"),
    ("/requests", "Approved", "›"),
    ("/upcoming",),
    ("/upcoming", "›"),
    ("/upcoming", "🔎 Details 1"),
    ("/plans",),
    ("/plans", "›"),
    ("/plans", "🔎 Details 1"),
    ("/plans", "Late"),
    ("/plans", "Sent"),
    ("/services",),
    ("/services", "›"),
    ("/services", "🗓 Service 2"),
    ("/services", "🗄 Archived"),
    ("/request",),
    ("/request", "🗓 Consultation"),
    _REQUEST,
    (*_REQUEST, "›"),
    (*_REQUEST, "👥 Several"),
    (*_REQUEST, "Client 00000"),
    ("/clients",),
    ("/clients", "›"),
    ("/clients", "🔎 Search"),
    ("/clients", "🔎 Search", "=client 0000"),
    ("/clients", "🔎 Search", "=P2005@"),
    ("/clients", "Client 00000"),
    ("/clients", "Client 00000", "Requests"),
    ("/clients", "Client 00000", "Sessions"),
    ("/clients", "Client 00000", "Meal plans"),
    ("/clients", "Client 00000", "💳 Payments"),
    ("/availability",),
    ("/availability", "Mon"),
    ("/timeoff",),
    ("/timeoff", "›"),
    ("/timeoff", "🏖 1."),
    ("/settings",),
)
_OF_ADMIN: tuple[tuple[str, ...], ...] = (
    ("/start",),
    ("/admin",),
    ("/admin", "💰 Money"),
    ("/admin", "💰 Money", "›"),
    ("/admin", "🔗 Missing"),
    ("/admin", "🥗 Late"),
    ("/admin", "📮 Failed"),
    ("/admin", "📮 Failed", "›"),
    ("/admin", "📥 Backlog"),
    ("/admin", "🟢 Jobs"),
    ("/admin", "📣 Broadcast"),
    ("/admin", "👩‍⚕️ Dietitians"),
    ("/admin", "👩‍⚕️ Dietitians", "›"),
    ("/admin", "👩‍⚕️ Dietitians", "Dr 000"),
    ("/admin", "👩‍⚕️ Dietitians", "Suspended"),
    ("/admin", "👩‍⚕️ Dietitians", "Invited"),
)
WALKS = (
    *_of(CLIENT, "client", *_OF_CLIENT),
    *_of(DIETITIAN, "dietitian", *_OF_DIETITIAN),
    *_of(DIETITIAN, "dietitian", ("/availability", "🖼 Picture"), draws=True),
    *_of(DIETITIAN, "dietitian", ("/stats",), ("/stats", "Week"), ("/stats", "Year"), draws=True),
    *_of(ADMIN, "admin", *_OF_ADMIN),
    *_of(ADMIN, "admin", ("/admin", "📊 Stats"), ("/admin", "📊 Stats", "Year"), draws=True),
)
