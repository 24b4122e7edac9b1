"""What each kind of outbox row does when its time has come."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alert_errands import AlertErrands
from bot.answers import message_from, note_pay_screen
from bot.mail_errands import MailErrands, notice_of
from bot.outbox import Done, Dropped, Outcome, Postponed
from bot.plan_errands import PlanErrands
from bot.trust_errands import TrustErrands
from domain.errors import DeliveryRefused, GatewayUnavailable, NotYours, RecipientGone
from domain.model.booking import LIVE, MeetingState
from domain.model.broadcast import Broadcast
from domain.model.calendar import Connection
from domain.model.message import Message
from domain.model.notice import Notice, NoticeKind, Post
from domain.model.people import Dietitian
from domain.model.policy import Policy
from domain.model.queue import Errand, OutboxItem
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.model.wish import Wish
from domain.ports import Clock, Mailer, Messenger, Transactions, UnitOfWork, Vault
from domain.usecases.attend import CloseUnanswered
from domain.usecases.clients_desk import message_unreached
from domain.usecases.follow_calendar import FollowCalendar
from domain.usecases.make_meeting import MakeMeeting
from domain.usecases.meeting_links import CheckLink
from domain.usecases.refunding import CarryOutRefund
from domain.usecases.return_credit import ReturnCredit
from domain.usecases.start_payment import DeliverPayLink
from domain.usecases.unreached import tell_unreached
from domain.usecases.waiting_list import TellWaiting, freed_of, wish_for
from domain.usecases.watch_events import CheckEvent
from handlers.notices import Facts, say
from handlers.notices.attend import ABOUT_SESSION
from handlers.notices.google import ABOUT_CONNECTION
from handlers.notices.reminders import EDITS, is_silent, why_unsaid
from handlers.screens import desk

PROGRESS_LASTS = timedelta(minutes=10)
REFUND_PAUSE = timedelta(minutes=1)
ON_ITS_WAY = timedelta(minutes=1)
LATEST = timedelta(days=3)  # an answer older than that is noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    transactions: Transactions
    clock: Clock
    messenger: Messenger
    mailer: Mailer
    vault: Vault
    make_meeting: MakeMeeting
    follow_calendar: FollowCalendar
    carry_out_refund: CarryOutRefund
    return_credit: ReturnCredit
    check_link: CheckLink
    check_event: CheckEvent
    close_unanswered: CloseUnanswered
    deliver_pay_link: DeliverPayLink
    tell_waiting: TellWaiting
    alerts: AlertErrands
    plans: PlanErrands
    trust: TrustErrands
    mails: MailErrands
    policy: Policy

    async def __call__(self, item: OutboxItem) -> Outcome:
        """Raises an `OutsideError` where it could not be delivered."""
        match item.errand:
            case Errand.NOTICE:
                return await self._notice(notice_of(item), item.created_at)
            case Errand.ANSWER:
                return await self._answer(item)
            case Errand.ALERT:
                return await self.alerts(item)
            case Errand.MAIL | Errand.NOTICE_MAIL | Errand.RECEIPT:
                return await self.mails(item, self._facts)
            case Errand.CALENDAR:
                again = await self.make_meeting(
                    booking_id=item.payload["booking_id"], attempts=item.attempts, since=item.created_at
                )
                return Done() if again is None else Postponed(due_at=again.due_at, why=again.why)
            case Errand.PAY_LINK:
                made = await self.deliver_pay_link(request_id=item.payload["request_id"])
                return Done() if made else Dropped(why="no longer wanted")
            case Errand.PROGRESS:
                return await self._progress(item)
            case Errand.WAITING:
                payload = item.payload
                again_at = await self.tell_waiting(
                    dietitian_id=payload["dietitian_id"], freed=freed_of(payload)
                )
                return Done() if again_at is None else Postponed(due_at=again_at, why="the calendar is away")
            case Errand.PLAN | Errand.PLAN_MAIL | Errand.PLAN_LATE:
                return await self.plans(item)
            case _:
                return await self._about_money_or_calendar(item)

    async def _about_money_or_calendar(self, item: OutboxItem) -> Outcome:
        payload = item.payload
        match item.errand:
            case Errand.MY_DATA | Errand.FAREWELL:
                return await self.trust(item)
            case Errand.REFUND:
                return await self._refund(payload["refund_id"])
            case Errand.CREDIT_LAPSE:
                lapsed = await self.return_credit.lapsed(payment_id=payload["payment_id"])
                return Done() if lapsed else Dropped(why="the client chose")
            case Errand.LINK_CHECK:
                start = datetime.fromisoformat(payload["start"])
                missing = await self.check_link(booking_id=payload["booking_id"], start=start)
                return Done() if missing else Dropped(why="there is a link, or no meeting")
            case Errand.EVENT_CHECK:
                start = datetime.fromisoformat(payload["start"])
                asked = await self.check_event(booking_id=payload["booking_id"], start=start)
                return Done() if asked else Dropped(why="the calendar says what the booking says")
            case Errand.SESSION_CLOSE:
                start = datetime.fromisoformat(payload["start"])
                closed = await self.close_unanswered(booking_id=payload["booking_id"], start=start)
                if isinstance(closed, datetime):
                    return Postponed(due_at=closed, why="its dietitian was asked late")
                return Done() if closed else Dropped(why="its end is known, or it was moved")
            case _:
                changed = await self.follow_calendar(booking_id=payload["booking_id"])
                return Done() if changed else Dropped(why="nothing to change in the calendar")

    async def _refund(self, refund_id: int) -> Outcome:
        try:
            await self.carry_out_refund(refund_id=refund_id)
        except GatewayUnavailable as error:
            if not error.maybe_done:
                raise
            # Paystack may still be at it: what is asked for again too soon is not in its list yet
            return Postponed(due_at=self.clock.now() + REFUND_PAUSE, why=str(error))
        return Done()

    async def _progress(self, item: OutboxItem) -> Outcome:
        """Edit the admin's message until every link is made, or known not to be."""
        ids = item.payload["booking_ids"]
        bookings = await self.transactions.read(lambda uow: [uow.bookings.get(one) for one in ids])
        waiting = {MeetingState.NONE, MeetingState.WAITING}
        open_ones = [one for one in bookings if one.state in LIVE and one.meeting_state in waiting]
        missing = [one for one in bookings if one.state in LIVE and one.meeting_state is MeetingState.MISSING]
        message = desk.progress(len(ids) - len(open_ones), len(ids), len(missing))
        await self.messenger.edit(item.payload["telegram_id"], item.payload["message_id"], message)
        now = self.clock.now()
        if not open_ones or now - item.created_at > PROGRESS_LASTS:
            return Done()
        return Postponed(due_at=now + timedelta(seconds=2), why=f"{len(open_ones)} still being made")

    async def _notice(self, notice: Notice, since: datetime) -> Outcome:
        try:
            facts = await self.transactions.read(lambda uow: self._facts(uow, notice))
        except NotYours:
            return Dropped(why="its record is gone")  # a placeholder that became another person
        message = say(facts)
        if message is None:
            return Dropped(why=why_unsaid(facts))
        reader = facts.reader
        if not reader.can_be_written_to and await self._by_mail(facts):
            return Done()
        if reader.telegram_id is None or reader.started_at is None:
            return Dropped(why="has not opened the chat")
        return await self._tell(reader.telegram_id, facts, message, since)

    async def _tell(self, telegram_id: int, facts: Facts, message: Message, since: datetime) -> Outcome:
        notice = facts.notice
        try:
            if notice.kind in EDITS:
                return await self._edit(telegram_id, notice, message, since)
            message = replace(message, silent=is_silent(facts))
            message_id = await self.messenger.send(telegram_id, message)
            await note_pay_screen(self.transactions, message, message_id)
            return Done(receipt=str(message_id))
        except RecipientGone:
            if await self.transactions.write(lambda uow: self._unreachable(uow, facts)):
                return Done()
            if notice.kind in EDITS:
                return Dropped(why="cannot be reached, and an edit tells nothing new")
            raise
        except DeliveryRefused:
            if notice.kind is NoticeKind.MESSAGE:
                await self.transactions.write(
                    lambda uow: message_unreached(uow, notice, self.clock.now(), refused=True)
                )
            raise

    async def _edit(self, telegram_id: int, notice: Notice, message: Message, since: datetime) -> Outcome:
        """A message that was sent before; one that was on its way when the change came is waited for."""
        message_id: str | None = notice.detail.get("message_id")
        if message_id is None:
            key = notice.detail["reminder"]
            message_id = await self.transactions.read(lambda uow: uow.outbox.receipt(key))
        if message_id is not None:
            await self.messenger.edit(telegram_id, int(message_id), message)
            return Done()
        now = self.clock.now()
        if now - since < ON_ITS_WAY:
            return Postponed(due_at=now + timedelta(seconds=2), why="on its way")
        return Dropped(why="never arrived")

    async def _by_mail(self, facts: Facts) -> bool:
        if not self.mailer.configured:
            return False
        return await self.transactions.write(lambda uow: self.mails.hand_over(uow, facts))

    def _unreachable(self, uow: UnitOfWork, facts: Facts) -> bool:
        """Whether it goes by e-mail instead; what becomes of that is told when it is known."""
        if facts.reader.telegram_id is not None:
            uow.people.set_reachable(facts.reader.telegram_id, reachable=False)
        handed_over = self.mails.hand_over(uow, facts)
        if not handed_over and facts.notice.kind not in EDITS:
            now = self.clock.now()
            tell_unreached(uow, facts.notice, facts.reader, facts.card, Post.NONE, now)
        return handed_over

    def _facts(self, uow: UnitOfWork, notice: Notice) -> Facts:
        reader = uow.people.get(notice.to)
        card = uow.requests.card_by_id(notice.request_id) if notice.request_id is not None else None
        booking = uow.bookings.get(notice.booking_id) if notice.booking_id is not None else None
        payment = uow.payments.get(notice.payment_id) if notice.payment_id is not None else None
        practice = uow.dietitians.by_telegram_id(reader.telegram_id) if reader.telegram_id else None
        return Facts(
            notice=notice,
            reader=reader,
            card=card,
            booking=booking,
            payment=payment,
            plan=uow.plans.of_request(card.request.id) if card is not None and _is_plan(card) else None,
            attendances=uow.attendances.of(booking.id) if booking and notice.kind in ABOUT_SESSION else {},
            intake=uow.intakes.of_request(card.request.id) if card and notice.kind in _OF_INTAKE else None,
            practice=practice,
            connection=_connection(uow, practice) if notice.kind in ABOUT_CONNECTION else None,
            wish=_wish(uow, notice, card, self.clock.now()),
            broadcast=_broadcast(uow, notice),
            refund=uow.refunds.of_payment(payment.id) if payment and notice.kind in _OF_REFUND else None,
            words=self.vault.open(notice.detail["sealed"]) if "sealed" in notice.detail else None,
            mail_is_sent=self.mailer.configured,
            policy=self.policy,
            timezone=practice.timezone if practice is not None else reader.timezone,
            now=self.clock.now(),
        )

    async def _answer(self, item: OutboxItem) -> Outcome:
        if self.clock.now() - item.created_at > LATEST:
            return Dropped(why="too old")
        message = message_from(item.payload["message"], self.vault)
        message_id = item.payload["message_id"]
        if message_id is not None:
            await self.messenger.edit(item.payload["telegram_id"], message_id, message)
            return Done()
        sent_id = await self.messenger.send(item.payload["telegram_id"], message)
        await note_pay_screen(self.transactions, message, sent_id)
        return Done(receipt=str(sent_id))


_OF_INTAKE = {
    NoticeKind.INTAKE_OPEN, NoticeKind.INTAKE_DONE, NoticeKind.INTAKE_CHANGED, NoticeKind.INTAKE_WAITING,
    NoticeKind.INTAKE_TAKEN_BACK,
}  # fmt: skip
_OF_REFUND = {NoticeKind.REFUND_WAITING}


def _connection(uow: UnitOfWork, practice: Dietitian | None) -> Connection | None:
    return uow.connections.of(practice.id) if practice is not None else None


def _broadcast(uow: UnitOfWork, notice: Notice) -> Broadcast | None:
    public_id = notice.detail.get("broadcast")
    return None if public_id is None else uow.broadcasts.by_public_id(public_id)


def _wish(uow: UnitOfWork, notice: Notice, card: RequestCard | None, now: datetime) -> Wish | None:
    """Of a notice of a free time, as long as it is free."""
    if notice.kind is not NoticeKind.TIME_FREE or card is None:
        return None
    return wish_for(uow, card, datetime.fromisoformat(notice.detail["start"]), now)


def _is_plan(card: RequestCard) -> bool:
    return card.request.kind is ServiceKind.MEAL_PLAN
