"""All repositories over one open transaction."""

from typing import Any

from sqlalchemy import Connection

from storage.repositories.audit import SqlAudit
from storage.repositories.bookings import SqlBookings
from storage.repositories.clients import SqlClients
from storage.repositories.connections import SqlConnections
from storage.repositories.copies import SqlCopies
from storage.repositories.dietitians import SqlDietitians, SqlServices
from storage.repositories.erasures import SqlErasures
from storage.repositories.inbox import SqlInbox
from storage.repositories.intakes import SqlIntakes
from storage.repositories.invites import SqlInvites, SqlTemplates
from storage.repositories.keyring import SqlKeyring
from storage.repositories.links import SqlLinks, SqlSteps
from storage.repositories.office import SqlBroadcasts, SqlJobs
from storage.repositories.outbox import SqlOutbox
from storage.repositories.overview import SqlOverviews
from storage.repositories.payments import SqlPayments
from storage.repositories.people import SqlPeople
from storage.repositories.plans import SqlPlanFiles, SqlPlans
from storage.repositories.refunds import SqlLedger, SqlRefunds
from storage.repositories.requests import SqlRequests
from storage.repositories.restores import SqlRestores
from storage.repositories.sessions import SqlAttendances, SqlReviews, SqlWishes
from storage.repositories.shelves import SqlShelves
from storage.repositories.stats import SqlStats
from storage.repositories.traces import SqlTraces
from storage.repositories.trust import SqlConsents


class SqlUnitOfWork:
    """`domain.ports.UnitOfWork`; whoever opened the connection commits or rolls back."""

    def __init__(self, connection: Connection, *, quick: Any = None) -> None:
        """`quick` is what the repositories use, where it is not the connection itself."""
        self.connection = connection
        connection = quick or connection
        self.people = SqlPeople(connection)
        self.dietitians = SqlDietitians(connection)
        self.clients = SqlClients(connection)
        self.invites = SqlInvites(connection)
        self.templates = SqlTemplates(connection)
        self.services = SqlServices(connection)
        self.requests = SqlRequests(connection)
        self.bookings = SqlBookings(connection)
        self.payments = SqlPayments(connection)
        self.refunds = SqlRefunds(connection)
        self.ledger = SqlLedger(connection)
        self.plans = SqlPlans(connection)
        self.plan_files = SqlPlanFiles(connection)
        self.intakes = SqlIntakes(connection)
        self.attendances = SqlAttendances(connection)
        self.reviews = SqlReviews(connection)
        self.wishes = SqlWishes(connection)
        self.links = SqlLinks(connection)
        self.steps = SqlSteps(connection)
        self.connections = SqlConnections(connection)
        self.inbox = SqlInbox(connection)
        self.outbox = SqlOutbox(connection)
        self.broadcasts = SqlBroadcasts(connection)
        self.jobs = SqlJobs(connection)
        self.overviews = SqlOverviews(connection)
        self.stats = SqlStats(connection)
        self.consents = SqlConsents(connection)
        self.erasures = SqlErasures(connection)
        self.traces = SqlTraces(connection)
        self.copies = SqlCopies(connection)
        self.restores = SqlRestores(self.connection)
        self.audit = SqlAudit(connection)
        self.keyring = SqlKeyring(self.connection)
        self.shelves = SqlShelves(connection)
