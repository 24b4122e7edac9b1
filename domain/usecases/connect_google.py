"""A dietitian connects their Google Calendar, looks at the connection, or ends it."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import CalendarError, LinkUsedUp
from domain.model.calendar import OAUTH_STATE_LIVES, Connection, OAuthAttempt
from domain.model.ids import new_token, token_hash
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian
from domain.ports import Calendar, CalendarAuthorization, Clock, Transactions, UnitOfWork, Vault
from domain.usecases.change_booking import follow_in_calendar
from domain.usecases.confirming import ask_for_meeting
from domain.usecases.telling import by, record, tell

_ROOM_IS_KEPT = timedelta(hours=2)
"""So near a session its link is left as both know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The address of Google's consent page for one press of Connect; `state` can be used once."""

    url: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartConnecting:
    """Begins an attempt, which lives for ten minutes."""

    transactions: Transactions
    clock: Clock
    vault: Vault
    authorization: CalendarAuthorization

    async def __call__(self, *, dietitian: Dietitian) -> Way:
        state, verifier = new_token(), secrets.token_urlsafe(64)
        attempt = OAuthAttempt(
            state_hash=token_hash(state),
            dietitian_id=dietitian.id,
            sealed_verifier=self.vault.seal(verifier),
            expires_at=self.clock.now() + OAUTH_STATE_LIVES,
        )
        await self.transactions.write(lambda uow: uow.connections.add_attempt(attempt))
        return Way(url=self.authorization.url(state=state, verifier=verifier), state=state)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOnConnecting:
    """The same address by its state, for who copies a short one into their browser. Takes nothing.

    Raises `LinkUsedUp` for a state that is unknown, used or expired.
    """

    transactions: Transactions
    clock: Clock
    vault: Vault
    authorization: CalendarAuthorization

    async def __call__(self, *, state: str) -> str:
        now = self.clock.now()
        attempt = await self.transactions.read(lambda uow: uow.connections.attempt(token_hash(state), now))
        if attempt is None:
            raise LinkUsedUp
        return self.authorization.url(state=state, verifier=self.vault.open(attempt.sealed_verifier))


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishConnecting:
    """What the consent page sends back. Raises `LinkUsedUp` for a state that is unknown, used or expired,
    and a `CalendarError` where Google gives no lasting access: a connection that was there stays as it was.
    """

    transactions: Transactions
    clock: Clock
    vault: Vault
    authorization: CalendarAuthorization
    calendar: Calendar

    async def __call__(self, *, state: str, code: str) -> Connection:
        now = self.clock.now()
        attempt = await self.transactions.write(
            lambda uow: uow.connections.take_attempt(token_hash(state), now)
        )
        if attempt is None:
            raise LinkUsedUp
        token, scopes = await self.authorization.exchange(
            code=code, verifier=self.vault.open(attempt.sealed_verifier)
        )
        connection = Connection(
            dietitian_id=attempt.dietitian_id,
            account=None,
            sealed_token=self.vault.seal(token),
            scopes=scopes,
            connected_at=now,
        )
        with suppress(CalendarError):  # the account's name is a courtesy; the connection stands without it
            connection = replace(connection, account=await self.calendar.account(connection))
        former = await self.transactions.write(lambda uow: self._store(uow, connection))
        if former is not None and _are_two_accounts(former, connection):
            await self.authorization.revoke(self.vault.open(former.sealed_token))
        return connection

    def _store(self, uow: UnitOfWork, connection: Connection) -> Connection | None:
        """What was connected before."""
        former = uow.connections.of(connection.dietitian_id)
        uow.connections.put(connection)
        dietitian = uow.dietitians.get(connection.dietitian_id)
        now = self.clock.now()
        catch_up(uow, dietitian, now)
        record(uow, now, by(dietitian.person_id), "connected google", f"dietitian:{dietitian.public_id}")
        connected = Notice(
            kind=NoticeKind.GOOGLE_CONNECTED,
            to=dietitian.person_id,
            key=f"google-connected:{dietitian.id}:{connection.connected_at.isoformat()}",
        )
        tell(uow, connected, now)
        return former


def _are_two_accounts(one: Connection, other: Connection) -> bool:
    """Of one account all permissions are one, however often it was given: to end the old would end the new."""
    return bool(one.account and other.account and one.account != other.account)


def catch_up(uow: UnitOfWork, dietitian: Dietitian, now: datetime) -> None:
    """What was booked, moved and cancelled while there was no way into the calendar."""
    again = f":{now.isoformat()}"
    for booking in uow.bookings.without_meet(dietitian.id, now):
        if booking.meeting_url is None or booking.start - now > _ROOM_IS_KEPT:
            ask_for_meeting(uow, booking, now, again=again)
    for booking in uow.bookings.astray(dietitian.id, now):
        follow_in_calendar(uow, booking, now, again=again)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """Forget the tokens, then ask Google to do the same; the first must not wait for the second."""

    transactions: Transactions
    clock: Clock
    vault: Vault
    authorization: CalendarAuthorization

    async def __call__(self, *, dietitian: Dietitian) -> bool:
        def forget(uow: UnitOfWork) -> Connection | None:
            connection = uow.connections.of(dietitian.id)
            if connection is not None:
                uow.connections.remove(dietitian.id)
                record(
                    uow,
                    self.clock.now(),
                    by(dietitian.person_id),
                    "disconnected google",
                    f"dietitian:{dietitian.public_id}",
                )
            return connection

        connection = await self.transactions.write(forget)
        if connection is None:
            return False
        await self.authorization.revoke(self.vault.open(connection.sealed_token))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseWithoutGoogle:
    """Whether times are offered while Google cannot say when the dietitian is busy."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, offered: bool) -> Dietitian:
        def choose(uow: UnitOfWork) -> Dietitian:
            current = uow.dietitians.lock(dietitian.id)
            if current.book_without_google is offered:
                return current
            changed = replace(current, book_without_google=offered)
            uow.dietitians.save(changed)
            words = "offers times without google" if offered else "offers no times without google"
            record(uow, self.clock.now(), by(dietitian.person_id), words, f"dietitian:{dietitian.public_id}")
            return changed

        return await self.transactions.write(choose)
