"""Every use case that a handler may set in motion, with what it needs."""

from typing import Any

from bot.world import World
from domain.ports import Messenger
from domain.usecases.add_service import NewService
from domain.usecases.allowance import GuessLinks
from domain.usecases.answer_request import ApproveRequest, DeclineRequest
from domain.usecases.ask import Ask
from domain.usecases.attend import Attend
from domain.usecases.audit_trail import AuditTrail
from domain.usecases.back_office import BackOffice
from domain.usecases.book_slot import HoldSlot, OfferSlots, ReleaseHold
from domain.usecases.broadcast import Broadcasts
from domain.usecases.busy_times import BusyTimes
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
from handlers.call import (
    AttendCases,
    ClientCases,
    GoogleCases,
    OfficeCases,
    PlanCases,
    ReminderCases,
    RequestCases,
    ServiceCases,
    StatsCases,
    TrustCases,
    UseCases,
    WeekCases,
)


def build_cases(
    world: World,
    settle: SettlePayment,
    start_payment: StartPayment,
    return_credit: ReturnCredit,
    messenger: Messenger,
    busy_times: BusyTimes | None,
) -> UseCases:
    database, clock = world.database, world.clock
    common: dict[str, Any] = {"transactions": database, "clock": clock}
    moving = {**common, "busy_times": busy_times}
    return UseCases(
        **_bookings(world, common, busy_times),
        agree=Agree(**common),
        approve=ApproveRequest(**common),
        ask=Ask(**common),
        attend=_attend(world, common),
        change_profile=ChangeProfile(**common),
        clients=_clients(world, common),
        decline=DeclineRequest(**common),
        desk=Desk(**common),
        discard=DiscardRequest(transactions=database),
        disconnect=Disconnect(**common, vault=world.vault, authorization=world.authorization),
        fill=FillRequest(**common),
        give_account=GiveAccount(**common, gateway=world.gateway, vault=world.vault),
        google=_google(world, common, busy_times),
        guess_links=GuessLinks(**common),
        intake=FillIntake(**common, vault=world.vault),
        look=Look(**common),
        make_all_links=MakeAllLinks(**common),
        meet=MeetPerson(**common, default_timezone=world.settings.default_timezone),
        note_reachability=NoteReachability(**common),
        offers=Offers(**common),
        office=_office(world, common),
        open_link=OpenLink(**common),
        places=world.places,
        plans=_plans(world, messenger),
        read_intake=ReadIntake(**common, vault=world.vault),
        reminders=ReminderCases(set=SetReminders(**common), late=SayLate(**common)),
        renew_link=RenewLink(**common),
        requests=_requests(common),
        retry_refund=RetryRefund(**common),
        return_credit=return_credit,
        send=SendRequest(**common),
        services=_services(world, common),
        set_terms=SetTerms(**common),
        settle=settle,
        shop=Shop(**common),
        start_connecting=StartConnecting(**common, vault=world.vault, authorization=world.authorization),
        start_payment=start_payment,
        start_request=StartRequest(**common),
        stats=StatsCases(look=LookStats(**common), plotter=world.plotter),
        take=TakeService(**common),
        trust=_trust(world, common),
        waiting=WaitingList(**common, offer=OfferSlots(**moving)),
        week=_week(world, moving),
        withdraw=WithdrawRequest(**common),
    )


def _bookings(world: World, common: dict[str, Any], busy_times: BusyTimes | None) -> dict[str, Any]:
    """From a free time to a session with its link, moved or cancelled."""
    moving = {**common, "busy_times": busy_times}
    return {
        "cancel_booking": CancelBooking(**common),
        "get_link": GetLink(
            **common,
            admin_ids=world.settings.admin_telegram_ids,
            calendar_is_offered=world.calendar is not None,
        ),
        "hold": _hold(world, busy_times),
        "move_booking": MoveBooking(**moving),
        "offer": OfferSlots(**moving),
        "offer_moves": OfferMoves(**moving),
        "release": ReleaseHold(**common),
    }


def _attend(world: World, common: dict[str, Any]) -> AttendCases:
    database = world.database
    return AttendCases(
        tap=Attend(**common),
        close=CloseSession(**common, admin_ids=world.settings.admin_telegram_ids),
        beside=LookBeside(transactions=database, vault=world.vault, look=Look(**common)),
        review=ReviewSession(**common, vault=world.vault),
        follow_up=FollowUp(transactions=database, start=StartRequest(**common), fill=FillRequest(**common)),
    )


def _clients(world: World, common: dict[str, Any]) -> ClientCases:
    return ClientCases(
        desk=ClientsDesk(**common),
        notes=Notes(**common, vault=world.vault),
        message=MessageClient(**common, vault=world.vault),
        block=BlockClient(**common),
    )


def _google(world: World, common: dict[str, Any], busy_times: BusyTimes | None) -> GoogleCases:
    move_booking = MoveBooking(**common, busy_times=busy_times)
    return GoogleCases(
        choose=ChooseWithoutGoogle(**common),
        sort_out=SortOutEvent(**common, calendar=world.calendar, move_booking=move_booking),
    )


def _hold(world: World, busy_times: BusyTimes | None) -> HoldSlot:
    return HoldSlot(
        transactions=world.database,
        clock=world.clock,
        hold_minutes=world.settings.hold_minutes,
        calendar_is_offered=world.calendar is not None,
        busy_times=busy_times,
    )


def _office(world: World, common: dict[str, Any]) -> OfficeCases:
    return OfficeCases(
        roster=Roster(transactions=world.database),
        invitations=Invitations(**common),
        open_invite=OpenInvite(**common, admin_ids=world.settings.admin_telegram_ids),
        set_up=SetUp(**common, currency=world.settings.currency),
        suspension=SuspendDietitian(**common),
        look_around=LookAround(**common),
        change_practice=ChangePractice(**common),
        machinery=BackOffice(**common),
        broadcasts=Broadcasts(**common),
        trail=AuditTrail(**common),
    )


def _plans(world: World, messenger: Messenger) -> PlanCases:
    common: dict[str, Any] = {"transactions": world.database, "clock": world.clock}
    return PlanCases(
        look=LookPlans(**common),
        take=TakeFile(**common, messenger=messenger, inspector=world.pdf_inspector, vault=world.vault),
        sort=SortFile(transactions=world.database, inspector=world.pdf_inspector, vault=world.vault),
        confirm=ConfirmFile(**common),
        cancel=CancelPlan(**common),
        send_again=SendAgain(**common),
        try_again=TryAgain(**common),
    )


def _requests(common: dict[str, Any]) -> RequestCases:
    return RequestCases(
        several=SeveralClients(transactions=common["transactions"]),
        templates=Templates(**common),
        remind=RemindClient(**common),
        set_days=SetRequestDays(**common),
    )


def _services(world: World, common: dict[str, Any]) -> ServiceCases:
    return ServiceCases(
        new=NewService(**common, currency=world.settings.currency), edit=EditService(**common)
    )


def _trust(world: World, common: dict[str, Any]) -> TrustCases:
    return TrustCases(
        agreements=Agreements(**common),
        copy=CopyData(**common, vault=world.vault),
        erase=ErasePerson(**common),
        leave=Leave(
            **common,
            vault=world.vault,
            authorization=world.authorization,
            suspension=SuspendDietitian(**common),
            cancel_booking=CancelBooking(**common),
            cancel_plan=CancelPlan(**common),
        ),
    )


def _week(world: World, moving: dict[str, Any]) -> WeekCases:
    common = {key: value for key, value in moving.items() if key != "busy_times"}
    return WeekCases(
        hours=SetHours(**common),
        off=SetTimeOff(**common),
        clashes=FindClashes(**common),
        ask_to_move=AskToMove(**common),
        look_ahead=LookAhead(**moving),
        plotter=world.plotter,
    )
