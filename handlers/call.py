"""What a handler gets, and what it gives back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from domain.model.message import Document, Message
from domain.model.people import Dietitian, Person
from domain.model.policy import Policy
from domain.ports import CalendarAuthorization, Clock, Places, Plotter
from domain.usecases.add_service import NewService
from domain.usecases.allowance import GuessLinks
from domain.usecases.answer_request import ApproveRequest, DeclineRequest
from domain.usecases.ask import Ask
from domain.usecases.attend import Attend
from domain.usecases.audit_trail import AuditTrail
from domain.usecases.back_office import BackOffice
from domain.usecases.book_slot import HoldSlot, OfferSlots, ReleaseHold
from domain.usecases.broadcast import Broadcasts
from domain.usecases.cancel_plan import CancelPlan
from domain.usecases.change_booking import CancelBooking, MoveBooking, OfferMoves
from domain.usecases.change_practice import ChangePractice
from domain.usecases.clashes import AskToMove, FindClashes
from domain.usecases.clients_desk import BlockClient, ClientsDesk, MessageClient
from domain.usecases.close_session import CloseSession
from domain.usecases.compose_request import DiscardRequest, FillRequest, StartRequest
from domain.usecases.connect_google import ChooseWithoutGoogle, Disconnect, StartConnecting
from domain.usecases.consenting import Agreements
from domain.usecases.copy_data import CopyData
from domain.usecases.deliver_plan import SendAgain, TryAgain
from domain.usecases.desk import Desk
from domain.usecases.edit_service import EditService
from domain.usecases.erase_person import ErasePerson
from domain.usecases.follow_up import FollowUp
from domain.usecases.give_account import GiveAccount
from domain.usecases.intake import FillIntake
from domain.usecases.invites import Invitations, OpenInvite, Roster
from domain.usecases.leaving import Leave
from domain.usecases.look import Look
from domain.usecases.look_plans import LookPlans
from domain.usecases.manage_request import RemindClient, RenewLink, WithdrawRequest
from domain.usecases.meet_person import Agree, ChangeProfile, MeetPerson, NoteReachability
from domain.usecases.meeting_links import GetLink, MakeAllLinks
from domain.usecases.notes import Notes
from domain.usecases.offers import Offers
from domain.usecases.open_link import OpenLink
from domain.usecases.overview import LookAround
from domain.usecases.read_intake import ReadIntake
from domain.usecases.refunding import RetryRefund
from domain.usecases.return_credit import ReturnCredit
from domain.usecases.review_session import ReviewSession
from domain.usecases.say_late import SayLate
from domain.usecases.send_request import SendRequest
from domain.usecases.session_card import LookBeside
from domain.usecases.set_hours import LookAhead, SetHours
from domain.usecases.set_reminders import SetReminders
from domain.usecases.set_terms import SetRequestDays, SetTerms
from domain.usecases.set_time_off import SetTimeOff
from domain.usecases.set_up import SetUp
from domain.usecases.settle_payment import SettlePayment
from domain.usecases.several_clients import SeveralClients
from domain.usecases.shop import Shop, TakeService
from domain.usecases.start_payment import StartPayment
from domain.usecases.stats import LookStats
from domain.usecases.suspend_dietitian import SuspendDietitian
from domain.usecases.templates import Templates
from domain.usecases.upload_plan import ConfirmFile, SortFile, TakeFile
from domain.usecases.waiting_list import WaitingList
from domain.usecases.watch_events import SortOutEvent
from handlers.callbacks import Press


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendCases:
    """The session itself, and what is said of it afterwards."""

    tap: Attend
    close: CloseSession
    beside: LookBeside
    review: ReviewSession
    follow_up: FollowUp


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCases:
    """All about meal plans that are paid for."""

    look: LookPlans
    take: TakeFile
    sort: SortFile
    confirm: ConfirmFile
    cancel: CancelPlan
    send_again: SendAgain
    try_again: TryAgain


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCases:
    """What a dietitian offers is added and changed."""

    new: NewService
    edit: EditService


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCases:
    """What a dietitian does with a client beside requests."""

    desk: ClientsDesk
    notes: Notes
    message: MessageClient
    block: BlockClient


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCases:
    """What helps a dietitian with many requests."""

    several: SeveralClients
    templates: Templates
    remind: RemindClient
    set_days: SetRequestDays


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsCases:
    """What a time brought, in figures and as a picture."""

    look: LookStats
    plotter: Plotter


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleCases:
    """What a dietitian decides about their calendar and its events."""

    choose: ChooseWithoutGoogle
    sort_out: SortOutEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCases:
    """Who has a practice here and how they come to it; what waits for whom; the machinery behind it."""

    roster: Roster
    invitations: Invitations
    open_invite: OpenInvite
    set_up: SetUp
    suspension: SuspendDietitian
    look_around: LookAround
    change_practice: ChangePractice
    machinery: BackOffice
    broadcasts: Broadcasts
    trail: AuditTrail


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCases:
    """When a dietitian is there, and what becomes of sessions when they are not."""

    hours: SetHours
    off: SetTimeOff
    clashes: FindClashes
    ask_to_move: AskToMove
    look_ahead: LookAhead
    plotter: Plotter


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderCases:
    """What somebody is reminded of, and what is said close to a session."""

    set: SetReminders
    late: SayLate


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustCases:
    """What is held about somebody: agreed to, shown to them, and deleted."""

    agreements: Agreements
    copy: CopyData
    erase: ErasePerson
    leave: Leave


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """Everything a handler may set in motion."""

    agree: Agree
    approve: ApproveRequest
    ask: Ask
    attend: AttendCases
    cancel_booking: CancelBooking
    change_profile: ChangeProfile
    clients: ClientCases
    decline: DeclineRequest
    discard: DiscardRequest
    desk: Desk
    disconnect: Disconnect
    fill: FillRequest
    get_link: GetLink
    give_account: GiveAccount
    google: GoogleCases
    guess_links: GuessLinks
    hold: HoldSlot
    intake: FillIntake
    look: Look
    make_all_links: MakeAllLinks
    meet: MeetPerson
    move_booking: MoveBooking
    note_reachability: NoteReachability
    offer: OfferSlots
    offer_moves: OfferMoves
    offers: Offers
    office: OfficeCases
    open_link: OpenLink
    places: Places
    plans: PlanCases
    read_intake: ReadIntake
    release: ReleaseHold
    reminders: ReminderCases
    renew_link: RenewLink
    requests: RequestCases
    retry_refund: RetryRefund
    return_credit: ReturnCredit
    send: SendRequest
    services: ServiceCases
    set_terms: SetTerms
    settle: SettlePayment
    shop: Shop
    start_connecting: StartConnecting
    start_payment: StartPayment
    start_request: StartRequest
    stats: StatsCases
    take: TakeService
    trust: TrustCases
    waiting: WaitingList
    week: WeekCases
    withdraw: WithdrawRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What does not change while the program runs."""

    clock: Clock
    username: Callable[[], str]
    default_timezone: str
    authorization: CalendarAuthorization
    public_url: str | None
    hold: timedelta
    admin_ids: frozenset[int]
    mail_is_sent: bool
    policy: Policy

    @property
    def bot_username(self) -> str:
        return self.username()


async def _nothing() -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One press or text. `message_id` is the pressed message; `acknowledge` ends the progress bar early."""

    cases: UseCases
    house: House
    person: Person
    dietitian: Dietitian | None
    press: Press | None = None
    command: str = ""  # without the slash
    text: str = ""
    message_id: int | None = None
    shared: tuple[int, str] | None = None
    place: str | None = None  # the time zone where they are, empty if that is none
    document: Document | None = None
    media: str | None = None
    item_id: int = 0  # the inbox row it came by
    acknowledge: Callable[[], Awaitable[None]] = field(default=_nothing)

    @property
    def telegram_id(self) -> int:
        if self.person.telegram_id is None:
            raise LookupError(self.person.id)  # nobody writes without one
        return self.person.telegram_id

    @property
    def is_admin(self) -> bool:
        return self.person.telegram_id in self.house.admin_ids

    @property
    def button(self) -> Press:
        if self.press is None:
            raise LookupError("not a press")
        return self.press


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`screen` replaces the pressed message (after a text it is a new one); `also` are new messages.

    `onward`: what they came for before they were asked something else. It is answered in place of this.
    """

    screen: Message | None = None
    also: tuple[Message, ...] = ()
    toast: str | None = None
    alert: bool = False
    onward: Call | None = None


Handler = Callable[[Call], Awaitable[Reply]]
