"""Every use case that a handler may set in motion, with what it needs."""

from typing import Any

from bot.world import World
from domain.ports import Messenger
from domain.usecases.answer_request import ApproveRequest, DeclineRequest
from domain.usecases.ask import Ask
from domain.usecases.book_slot import HoldSlot, OfferSlots, ReleaseHold
from domain.usecases.cancel_plan import CancelPlan
from domain.usecases.change_booking import CancelBooking, MoveBooking, OfferMoves
from domain.usecases.compose_request import DiscardRequest, FillRequest, SendRequest, StartRequest
from domain.usecases.connect_google import Disconnect, StartConnecting
from domain.usecases.deliver_plan import SendAgain, TryAgain
from domain.usecases.desk import Desk
from domain.usecases.give_account import GiveAccount
from domain.usecases.intake import FillIntake
from domain.usecases.look import Look
from domain.usecases.look_plans import LookPlans
from domain.usecases.manage_request import RenewLink, WithdrawRequest
from domain.usecases.meet_person import Agree, ChangeProfile, MeetPerson, NoteReachability
from domain.usecases.meeting_links import GetLink, MakeAllLinks
from domain.usecases.offers import Offers
from domain.usecases.open_link import OpenLink
from domain.usecases.read_intake import ReadIntake
from domain.usecases.refunding import RetryRefund
from domain.usecases.return_credit import ReturnCredit
from domain.usecases.set_terms import SetTerms
from domain.usecases.settle_payment import SettlePayment
from domain.usecases.shop import Shop, TakeService
from domain.usecases.start_payment import StartPayment
from domain.usecases.upload_plan import ConfirmFile, SortFile, TakeFile
from handlers.call import PlanCases, UseCases


def build_cases(
    world: World,
    settle: SettlePayment,
    start_payment: StartPayment,
    return_credit: ReturnCredit,
    messenger: Messenger,
) -> UseCases:
    database, clock = world.database, world.clock
    common: dict[str, Any] = {"transactions": database, "clock": clock}
    return UseCases(
        agree=Agree(**common),
        approve=ApproveRequest(**common),
        ask=Ask(**common),
        cancel_booking=CancelBooking(**common),
        change_profile=ChangeProfile(**common),
        decline=DeclineRequest(**common),
        desk=Desk(**common),
        discard=DiscardRequest(transactions=database),
        disconnect=Disconnect(**common, vault=world.vault, authorization=world.authorization),
        fill=FillRequest(**common),
        get_link=GetLink(**common, admin_ids=world.settings.admin_telegram_ids),
        give_account=GiveAccount(**common, gateway=world.gateway, vault=world.vault),
        hold=_hold(world),
        intake=FillIntake(**common, vault=world.vault),
        look=Look(**common),
        make_all_links=MakeAllLinks(**common),
        meet=MeetPerson(**common, default_timezone=world.settings.default_timezone),
        move_booking=MoveBooking(**common),
        note_reachability=NoteReachability(**common),
        offer=OfferSlots(**common),
        offer_moves=OfferMoves(**common),
        offers=Offers(**common),
        open_link=OpenLink(**common),
        plans=_plans(world, messenger),
        read_intake=ReadIntake(**common, vault=world.vault),
        release=ReleaseHold(**common),
        renew_link=RenewLink(**common),
        retry_refund=RetryRefund(**common),
        return_credit=return_credit,
        send=SendRequest(**common),
        set_terms=SetTerms(**common),
        settle=settle,
        shop=Shop(transactions=database),
        start_connecting=StartConnecting(**common, vault=world.vault, authorization=world.authorization),
        start_payment=start_payment,
        start_request=StartRequest(**common),
        take=TakeService(**common),
        withdraw=WithdrawRequest(**common),
    )


def _hold(world: World) -> HoldSlot:
    return HoldSlot(
        transactions=world.database,
        clock=world.clock,
        hold_minutes=world.settings.hold_minutes,
        calendar_is_offered=world.calendar is not None,
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
