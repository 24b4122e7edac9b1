"""The composition root: the only place that knows every class."""

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from telegram.error import TelegramError

from bot.alert_errands import AlertErrands
from bot.blame import place_of
from bot.cases import build_cases
from bot.errands import Errands
from bot.events import EventWorker
from bot.gate import Gate
from bot.inbox import InboxKeeper, InboxWorker
from bot.mail_errands import MailErrands
from bot.metrics import Metrics
from bot.operator import policy_of
from bot.outbox import OutboxWorker
from bot.plan_errands import PlanErrands
from bot.poller import Poller, sender_of, update_item
from bot.tasks import Nursery, Shared
from bot.trust_errands import TrustErrands
from bot.updates import UpdateWorker
from bot.world import World
from domain.errors import StorageUnavailable
from domain.model.queue import Errand, InboxItem, OutboxItem, Source
from domain.usecases.after_restore import AskAboutTheGap
from domain.usecases.attend import CloseUnanswered
from domain.usecases.book_slot import ExpireHolds
from domain.usecases.busy_times import BusyTimes
from domain.usecases.connect_google import FinishConnecting, GoOnConnecting
from domain.usecases.copy_data import CopyData
from domain.usecases.deliver_plan import DeliverPlan
from domain.usecases.disputes import NoteDispute
from domain.usecases.elsewhere import NoteElsewhere
from domain.usecases.erase_person import EraseWaiting
from domain.usecases.expire_requests import ExpireRequests
from domain.usecases.follow_calendar import FollowCalendar
from domain.usecases.follow_refund import FollowRefund, WatchRefunds
from domain.usecases.make_meeting import MakeMeeting
from domain.usecases.meeting_links import CheckLink
from domain.usecases.record_event import RecordEvent
from domain.usecases.refunding import CarryOutRefund
from domain.usecases.return_credit import ReturnCredit
from domain.usecases.settle_payment import SettlePayment, WatchPayments
from domain.usecases.start_payment import DeliverPayLink, StartPayment
from domain.usecases.telling import tell_admins
from domain.usecases.waiting_list import TellWaiting
from domain.usecases.watch_events import CheckEvent
from handlers.call import House
from handlers.router import Router
from integrations.paystack.keys import expected_domain
from integrations.paystack.webhook import parse_event, signature_is_right
from integrations.telegram.messenger import TelegramMessenger
from webhooks.doors import Doors


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Everything that runs."""

    world: World
    name: str
    nursery: Nursery
    router: Router
    gate: Gate
    keeper: InboxKeeper
    inbox: InboxWorker
    outbox: OutboxWorker
    poller: Poller
    doors: Doors
    expire_holds: ExpireHolds
    expire_requests: ExpireRequests
    erase_waiting: EraseWaiting
    watch_payments: WatchPayments
    watch_refunds: WatchRefunds
    ask_about_the_gap: AskAboutTheGap


def build_machine(world: World, *, bot_username: Callable[[], str]) -> Machine:
    """`bot_username` is empty as long as Telegram has not said it; only pages are made before that."""
    common: dict[str, Any] = {"transactions": world.database, "clock": world.clock}
    hands: dict[str, Any] = {
        **common,
        "owner": f"{os.getpid()}-{os.urandom(4).hex()}",
        "nursery": (nursery := Nursery()),
    }
    messenger, start_payment = TelegramMessenger(world.bot), _start_payment(world)
    busy_times = BusyTimes(**common, calendar=world.calendar) if world.calendar is not None else None
    settle = SettlePayment(**common, gateway=world.gateway, calendar_is_offered=world.calendar is not None)
    follow_refund = FollowRefund(**common, gateway=world.gateway)
    return_credit = ReturnCredit(**common)
    router = Router(
        cases=build_cases(world, settle, start_payment, return_credit, messenger, busy_times),
        house=_house(world, bot_username),
    )
    updates = UpdateWorker(**common, messenger=messenger, router=router, vault=world.vault)
    events = _events(world, common, settle, follow_refund)
    keeper = InboxKeeper(**hands, vault=world.vault)
    gate = _gate(updates, nursery)
    inbox = InboxWorker(
        **hands, keeper=keeper, work=_by_source(updates, events), on_bug=partial(_tell_of_bug, world, updates)
    )
    errands = _errands(world, messenger, start_payment, return_credit, bot_username, busy_times)
    outbox = OutboxWorker(**hands, deliver=errands, on_dead=partial(_tell_of_dead, world), pace=world.pace)
    world.database.on_outbox = outbox.nudge
    return Machine(
        world=world,
        name=hands["owner"],
        nursery=nursery,
        router=router,
        gate=gate,
        keeper=keeper,
        inbox=inbox,
        outbox=outbox,
        poller=Poller(
            bot=world.bot, request=world.updates_request, keeper=keeper, gate=gate, clock=world.clock
        ),
        doors=_doors(world, nursery, keeper, gate, settle, bot_username),
        expire_holds=ExpireHolds(**common),
        expire_requests=ExpireRequests(**common),
        erase_waiting=EraseWaiting(**common, vault=world.vault, authorization=world.authorization),
        watch_payments=WatchPayments(**common, settle=settle),
        watch_refunds=WatchRefunds(**common, follow_refund=follow_refund),
        ask_about_the_gap=AskAboutTheGap(
            **common, gateway=world.gateway, settle=settle, follow_refund=follow_refund
        ),
    )


def _events(
    world: World, common: dict[str, Any], settle: SettlePayment, follow_refund: FollowRefund
) -> EventWorker:
    return EventWorker(
        **common,
        settle=settle,
        follow_refund=follow_refund,
        note_dispute=NoteDispute(**common),
        note_elsewhere=NoteElsewhere(**common, gateway=world.gateway),
    )


def _gate(updates: UpdateWorker, nursery: Nursery) -> Gate:
    def ask_to_wait(update: dict[str, Any], seconds: int) -> None:
        nursery.start(updates.ask_to_wait(update, seconds), name="ask to wait")

    return Gate(sender_of=sender_of, on_flood=ask_to_wait)


def _start_payment(world: World) -> StartPayment:
    settings = world.settings
    return StartPayment(
        transactions=world.database,
        clock=world.clock,
        gateway=world.gateway,
        domain=expected_domain(settings.paystack_secret_key.get_secret_value()),
        callback_url=f"{settings.public_url}/payments/return" if settings.public_url else None,
        link_lives=timedelta(minutes=settings.hold_minutes),
    )


def _errands(
    world: World,
    messenger: TelegramMessenger,
    start_payment: StartPayment,
    return_credit: ReturnCredit,
    bot_username: Callable[[], str],
    busy_times: BusyTimes | None,
) -> Errands:
    common: dict[str, Any] = {"transactions": world.database, "clock": world.clock}
    calendar: dict[str, Any] = {**common, "calendar": world.calendar}
    if busy_times is not None:
        calendar["changed"] = busy_times.forget
    return Errands(
        **common,
        messenger=messenger,
        mailer=world.mailer,
        vault=world.vault,
        make_meeting=MakeMeeting(**calendar),
        follow_calendar=FollowCalendar(**calendar),
        carry_out_refund=CarryOutRefund(**common, gateway=world.gateway),
        return_credit=return_credit,
        check_link=CheckLink(**common),
        check_event=CheckEvent(**common, calendar=world.calendar),
        close_unanswered=CloseUnanswered(**common),
        tell_waiting=TellWaiting(**common, busy_times=busy_times),
        deliver_pay_link=DeliverPayLink(**common, start_payment=start_payment),
        alerts=AlertErrands(**common, messenger=messenger, admin_ids=world.settings.admin_telegram_ids),
        plans=PlanErrands(
            **common,
            messenger=messenger,
            mailer=world.mailer,
            deliver_plan=DeliverPlan(**common, vault=world.vault, mail_is_sent=world.mailer.configured),
        ),
        trust=TrustErrands(
            transactions=world.database,
            messenger=messenger,
            copy=CopyData(**common, vault=world.vault),
        ),
        mails=MailErrands(**common, mailer=world.mailer, bot_username=bot_username),
        policy=policy_of(world.settings),
    )


def _house(world: World, bot_username: Callable[[], str]) -> House:
    settings = world.settings
    return House(
        clock=world.clock,
        username=bot_username,
        default_timezone=settings.default_timezone,
        authorization=world.authorization,
        public_url=settings.public_url,
        hold=timedelta(minutes=settings.hold_minutes),
        admin_ids=settings.admin_telegram_ids,
        mail_is_sent=world.mailer.configured,
        policy=policy_of(settings),
    )


def _doors(
    world: World,
    nursery: Nursery,
    keeper: InboxKeeper,
    gate: Gate,
    settle: SettlePayment,
    bot_username: Callable[[], str],
) -> Doors:
    settings = world.settings
    secret = settings.telegram_webhook_secret if settings.telegram_mode == "webhook" else None
    metrics = Metrics(transactions=world.database, clock=world.clock, gate=gate)

    async def keep_updates(updates: Sequence[dict[str, object]]) -> None:
        let_in = gate.admit(updates)
        if let_in:
            await keeper.keep([update_item(update, world.clock) for update in let_in])

    async def keep_event(item: InboxItem) -> None:
        await keeper.keep([item])

    return Doors(
        bot_username=bot_username,
        policy=policy_of(settings),
        record_event=RecordEvent(clock=world.clock, keep=keep_event),
        settle=settle,
        finish_connecting=_finish_connecting(world),
        go_on_connecting=GoOnConnecting(
            transactions=world.database,
            clock=world.clock,
            vault=world.vault,
            authorization=world.authorization,
        ),
        is_signed=partial(signature_is_right, settings.paystack_secret_key.get_secret_value()),
        read_event=parse_event,
        keep_updates=keep_updates,
        telegram_secret=secret.get_secret_value() if secret is not None else None,
        ready=Shared(partial(_ready, world), nursery=nursery, name="ready"),
        render_metrics=Shared(metrics.render, nursery=nursery, name="metrics"),
        is_secure=(settings.public_url or "").startswith("https://"),
        paystack_addresses=settings.paystack_allowed_ips,
        trusted_proxies=settings.trusted_proxies,
    )


def _finish_connecting(world: World) -> FinishConnecting | None:
    if world.calendar is None or not world.authorization.configured:
        return None
    return FinishConnecting(
        transactions=world.database,
        clock=world.clock,
        vault=world.vault,
        authorization=world.authorization,
        calendar=world.calendar,
    )


def _by_source(
    updates: Callable[[InboxItem], Awaitable[None]], events: Callable[[InboxItem], Awaitable[None]]
) -> Callable[[InboxItem], Awaitable[None]]:
    async def work(item: InboxItem) -> None:
        await (updates if item.source is Source.TELEGRAM else events)(item)

    return work


async def _ready(world: World) -> dict[str, bool]:
    parts = {"database": True, "telegram": True}
    try:
        await world.database.ping()
    except StorageUnavailable:
        parts["database"] = False
    try:
        await world.bot.get_me()
    except TelegramError:
        parts["telegram"] = False
    return parts


async def _tell_of_bug(world: World, updates: UpdateWorker, item: InboxItem, error: BaseException) -> None:
    detail = {"what": "A stored update or event failed", "row": f"inbox {item.id}", "why": place_of(error)}
    await world.database.write(lambda uow: tell_admins(uow, f"inbox:{item.id}", world.clock.now(), detail))
    if item.source is Source.TELEGRAM:
        await updates.apologise(item)


async def _tell_of_dead(world: World, item: OutboxItem, error: str) -> None:
    if item.errand is Errand.ALERT:
        return  # an alert that cannot be delivered must not beget another
    detail = {"what": "Something could not be delivered", "row": f"outbox {item.id}", "why": error[:300]}
    await world.database.write(lambda uow: tell_admins(uow, f"outbox:{item.id}", world.clock.now(), detail))
