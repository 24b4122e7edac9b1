"""A transaction is a plain function of a `UnitOfWork`: it is run whole, on one connection.

It cannot wait for anything else, so no network call can ever stand inside one. Leaving it by `return` commits,
by any exception rolls back.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from domain.ports.erasure import Copies, Erasures, Traces
from domain.ports.figures import Overviews, Stats
from domain.ports.kept import Keyring, Shelves
from domain.ports.queues import Broadcasts, Inbox, Jobs, Outbox
from domain.ports.repositories import (
    Bookings,
    Clients,
    Connections,
    Dietitians,
    Intakes,
    Invites,
    Ledger,
    Links,
    Payments,
    People,
    PlanFiles,
    Plans,
    Refunds,
    Requests,
    Services,
    Steps,
    Templates,
)
from domain.ports.restores import Restores
from domain.ports.sessions import Attendances, Reviews, Wishes
from domain.ports.trust import Audit, Consents

T = TypeVar("T")


class UnitOfWork(Protocol):
    """All repositories over one open transaction."""

    @property
    def people(self) -> People: ...
    @property
    def dietitians(self) -> Dietitians: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def invites(self) -> Invites: ...
    @property
    def templates(self) -> Templates: ...
    @property
    def services(self) -> Services: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def bookings(self) -> Bookings: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def refunds(self) -> Refunds: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def plans(self) -> Plans: ...
    @property
    def plan_files(self) -> PlanFiles: ...
    @property
    def intakes(self) -> Intakes: ...
    @property
    def attendances(self) -> Attendances: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def wishes(self) -> Wishes: ...
    @property
    def links(self) -> Links: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def connections(self) -> Connections: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def broadcasts(self) -> Broadcasts: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def overviews(self) -> Overviews: ...
    @property
    def stats(self) -> Stats: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def erasures(self) -> Erasures: ...
    @property
    def traces(self) -> Traces: ...
    @property
    def copies(self) -> Copies: ...
    @property
    def restores(self) -> Restores: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def keyring(self) -> Keyring: ...
    @property
    def shelves(self) -> Shelves: ...


class Transactions(Protocol):
    """Runs functions of a unit of work. `StorageUnavailable` where the database cannot be reached."""

    async def write(self, work: Callable[[UnitOfWork], T]) -> T: ...
    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Must not write; does not wait behind writers."""

    async def settle(self) -> None:
        """After something was deleted for good: it goes from the database's files too, as far as that can be done."""
