"""The use cases as one process holds them, on a real database with Paystack and Telegram in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from bot.alert_errands import AlertErrands
from bot.errands import Errands
from bot.mail_errands import MailErrands
from bot.plan_errands import PlanErrands
from bot.trust_errands import TrustErrands
from domain.model.people import Person
from domain.model.policy import Policy
from domain.ports import UnitOfWork
from domain.usecases.answer_request import ApproveRequest, DeclineRequest
from domain.usecases.attend import Attend, CloseUnanswered
from domain.usecases.book_slot import ExpireHolds, HoldSlot, OfferSlots, ReleaseHold
from domain.usecases.cancel_plan import CancelPlan
from domain.usecases.change_booking import CancelBooking, MoveBooking, OfferMoves
from domain.usecases.close_session import CloseSession
from domain.usecases.compose_request import FillRequest, StartRequest
from domain.usecases.copy_data import CopyData
from domain.usecases.deliver_plan import DeliverPlan, SendAgain, TryAgain
from domain.usecases.desk import Desk
from domain.usecases.disputes import NoteDispute
from domain.usecases.expire_requests import ExpireRequests
from domain.usecases.follow_calendar import FollowCalendar
from domain.usecases.follow_refund import FollowRefund, WatchRefunds
from domain.usecases.give_account import GiveAccount
from domain.usecases.make_meeting import MakeMeeting
from domain.usecases.manage_request import WithdrawRequest
from domain.usecases.meet_person import ChangeProfile, NoteReachability
from domain.usecases.meeting_links import CheckLink
from domain.usecases.refunding import CarryOutRefund, RetryRefund
from domain.usecases.return_credit import ReturnCredit
from domain.usecases.send_request import SendRequest
from domain.usecases.settle_payment import SettlePayment, WatchPayments
from domain.usecases.shop import TakeService
from domain.usecases.start_payment import DeliverPayLink, StartPayment
from domain.usecases.upload_plan import ConfirmFile, SortFile, TakeFile
from domain.usecases.waiting_list import TellWaiting
from domain.usecases.watch_events import CheckEvent
from storage.database import Database
from tests.clock import FrozenClock
from tests.property.paystack import CrashError, ScriptedPaystack
from tests.property.post import Chats, OnePage, PlainVault, Post

T = TypeVar("T")
HOLD = timedelta(minutes=35)
ADMIN = Person(id=1, telegram_id=9001, name="Sade", timezone="Africa/Lagos", created_at=FrozenClock().now())


class Mortal:
    """`Transactions` of a process that can be made to die before or after one of its transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dies_in: int | None = None
        self.after_commit = False

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        due = self._due()
        if due and not self.after_commit:
            raise CrashError
        result = await self._database.write(work)
        if due:
            raise CrashError
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self._database.read(work)

    async def settle(self) -> None:
        await self._database.settle()

    def _due(self) -> bool:
        if self.dies_in is None:
            return False
        self.dies_in -= 1
        return self.dies_in <= 0


@dataclass(slots=True, kw_only=True)
class Cases:
    """What a process holds in memory; made anew after a crash."""

    database: Mortal
    clock: FrozenClock
    paystack: ScriptedPaystack
    chats: Chats
    post: Post

    def __post_init__(self) -> None:
        common: dict[str, Any] = {"transactions": self.database, "clock": self.clock}
        paid: dict[str, Any] = {**common, "gateway": self.paystack}
        self.start_request, self.fill, self.send = (
            StartRequest(**common),
            FillRequest(**common),
            SendRequest(**common),
        )
        self.approve, self.decline = ApproveRequest(**common), DeclineRequest(**common)
        self.withdraw, self.profile = WithdrawRequest(**common), ChangeProfile(**common)
        self.offer, self.release = OfferSlots(**common), ReleaseHold(**common)
        self.hold = HoldSlot(**common, hold_minutes=35, calendar_is_offered=False)
        self.expire, self.expire_requests = ExpireHolds(**common), ExpireRequests(**common)
        self.pay = StartPayment(**paid, domain="test", callback_url=None, link_lives=HOLD)
        self.settle = SettlePayment(**paid, calendar_is_offered=False)
        self.watch = WatchPayments(**common, settle=self.settle)
        self.follow = FollowRefund(**paid)
        self.watch_refunds = WatchRefunds(**common, follow_refund=self.follow)
        self.carry_out, self.retry = CarryOutRefund(**paid), RetryRefund(**common)
        self.account = GiveAccount(**paid, vault=PlainVault())
        self.credit, self.desk, self.dispute = ReturnCredit(**common), Desk(**common), NoteDispute(**common)
        self.cancel, self.move, self.moves = (
            CancelBooking(**common),
            MoveBooking(**common),
            OfferMoves(**common),
        )
        self.tap, self.unanswered = Attend(**common), CloseUnanswered(**common)
        self.close = CloseSession(**common, admin_ids=frozenset({ADMIN.telegram_id or 0}))
        self.take, self.reachability = TakeService(**common), NoteReachability(**common)
        self._open_the_plans(common)
        self._open_the_post(common)

    def _open_the_post(self, common: dict[str, Any]) -> None:
        self.errands = Errands(
            **common,
            messenger=self.chats,
            mailer=self.post,
            vault=PlainVault(),
            make_meeting=MakeMeeting(**common, calendar=None),
            follow_calendar=FollowCalendar(**common, calendar=None),
            carry_out_refund=self.carry_out,
            return_credit=self.credit,
            check_link=CheckLink(**common),
            check_event=CheckEvent(**common, calendar=None),
            close_unanswered=CloseUnanswered(**common),
            tell_waiting=TellWaiting(**common),
            deliver_pay_link=DeliverPayLink(**common, start_payment=self.pay),
            plans=PlanErrands(
                **common, messenger=self.chats, mailer=self.post, deliver_plan=self.deliver_plan
            ),
            alerts=AlertErrands(
                **common, messenger=self.chats, admin_ids=frozenset({ADMIN.telegram_id or 0})
            ),
            mails=MailErrands(**common, mailer=self.post, bot_username=lambda: "dietdesk_bot"),
            trust=TrustErrands(
                transactions=common["transactions"],
                messenger=self.chats,
                copy=CopyData(**common, vault=PlainVault()),
            ),
            policy=Policy(),
        )

    def _open_the_plans(self, common: dict[str, Any]) -> None:
        sealed: dict[str, Any] = {**common, "vault": PlainVault()}
        self.upload = TakeFile(**sealed, messenger=self.chats, inspector=OnePage())
        self.sort = SortFile(transactions=common["transactions"], inspector=OnePage(), vault=sealed["vault"])
        self.confirm = ConfirmFile(**common)
        self.deliver_plan = DeliverPlan(**sealed, mail_is_sent=self.post.configured)
        self.send_again, self.try_again = SendAgain(**common), TryAgain(**common)
        self.cancel_plan = CancelPlan(**common)

    start_request: StartRequest = field(init=False)
    fill: FillRequest = field(init=False)
    send: SendRequest = field(init=False)
    approve: ApproveRequest = field(init=False)
    decline: DeclineRequest = field(init=False)
    withdraw: WithdrawRequest = field(init=False)
    profile: ChangeProfile = field(init=False)
    offer: OfferSlots = field(init=False)
    release: ReleaseHold = field(init=False)
    hold: HoldSlot = field(init=False)
    expire: ExpireHolds = field(init=False)
    expire_requests: ExpireRequests = field(init=False)
    pay: StartPayment = field(init=False)
    settle: SettlePayment = field(init=False)
    watch: WatchPayments = field(init=False)
    follow: FollowRefund = field(init=False)
    watch_refunds: WatchRefunds = field(init=False)
    carry_out: CarryOutRefund = field(init=False)
    retry: RetryRefund = field(init=False)
    account: GiveAccount = field(init=False)
    credit: ReturnCredit = field(init=False)
    desk: Desk = field(init=False)
    dispute: NoteDispute = field(init=False)
    cancel: CancelBooking = field(init=False)
    move: MoveBooking = field(init=False)
    moves: OfferMoves = field(init=False)
    tap: Attend = field(init=False)
    unanswered: CloseUnanswered = field(init=False)
    close: CloseSession = field(init=False)
    take: TakeService = field(init=False)
    reachability: NoteReachability = field(init=False)
    upload: TakeFile = field(init=False)
    sort: SortFile = field(init=False)
    confirm: ConfirmFile = field(init=False)
    deliver_plan: DeliverPlan = field(init=False)
    send_again: SendAgain = field(init=False)
    try_again: TryAgain = field(init=False)
    cancel_plan: CancelPlan = field(init=False)
    errands: Errands = field(init=False)
