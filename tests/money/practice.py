"""A practice whose money is looked at: booked sessions, an admin, and what must hold of every kobo."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from icalendar import Calendar

from domain.model.calendar import Connection
from domain.model.ledger import LedgerAccount, standing
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.people import CONSENT_VERSION
from domain.model.refund import Refund
from domain.model.request import Request
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from sandbox.telegram.phone import Phone
from tests.rig import ACCOUNT, ADMIN, Cast, Rig
from tests.storage import seeds

MAIL = "amina@example.com"
PRICE = 1_250_000
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LAPSED = timedelta(minutes=36)
_SCOPES = tuple(f"https://www.googleapis.com/auth/calendar.{name}" for name in ("events", "freebusy"))


async def play(rig: Rig, **terms: Any) -> Cast:
    """A dietitian with these terms (free_hours, late_refund_percent …), a client with an e-mail, an admin."""
    cast = await rig.cast(email=MAIL)
    dietitian = replace(cast.dietitian, **terms)
    await rig.write(lambda uow: uow.dietitians.save(dietitian))
    await admin_of(rig)
    return replace(cast, dietitian=dietitian)


async def admin_of(rig: Rig) -> Phone:
    phone = rig.telegram.phone(ADMIN, first_name="Sade")

    def known(uow: UnitOfWork) -> None:
        if uow.people.by_telegram_id(ADMIN) is None:
            uow.people.add(
                seeds.person(
                    telegram_id=ADMIN,
                    name="Sade",
                    started_at=rig.clock.now(),
                    consented_at=rig.clock.now(),
                    consent_version=CONSENT_VERSION,
                )
            )

    await rig.write(known)
    return phone


async def another(rig: Rig, cast: Cast) -> Cast:
    """Somebody else with the same dietitian."""
    person, phone = await rig.person(name="Tunde Cole", email="tunde@example.com")
    return replace(cast, client=person, amina=phone)


async def held(rig: Rig, cast: Cast, *, day: int = 3, slot: int = 0) -> tuple[Request, str]:
    """A hold on the screen; the request and the payment's reference. `day` and `slot` count what is offered."""
    request = await rig.approved(cast)
    await choose(rig, cast.amina, day, slot)
    return request, (await rig.references(request))[-1]


async def choose(rig: Rig, phone: Phone, day: int, slot: int) -> str:
    """From the list of days; the words of the answer to the slot."""
    await rig.press(phone, phone.last.labels[day])
    return await rig.press(phone, phone.last.labels[slot])


async def booked(rig: Rig, cast: Cast, *, day: int = 3, slot: int = 0) -> tuple[Request, str]:
    request, reference = await held(rig, cast, day=day, slot=slot)
    await rig.pay(reference)
    assert (await card(rig, request)).request.state == "approved"
    return request, reference


async def too_late(rig: Rig) -> tuple[Cast, Request, str]:
    """Paid when the hold had lapsed and somebody else had taken and paid the time: a credit."""
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.pass_time(LAPSED)
    await booked(rig, await another(rig, cast))
    await rig.pay(reference)
    return cast, request, reference


async def card(rig: Rig, request: Request) -> RequestCard:
    found: RequestCard = await rig.read(lambda uow: uow.requests.card_by_id(request.id))
    return found


async def payment_of(rig: Rig, reference: str) -> Payment:
    found: Payment = await rig.read(lambda uow: uow.payments.by_reference(reference))
    return found


async def refund_of(rig: Rig, reference: str) -> Refund | None:
    payment = await payment_of(rig, reference)
    found: Refund | None = await rig.read(lambda uow: uow.refunds.of_payment(payment.id))
    return found


async def refund_state(rig: Rig, reference: str) -> str:
    refund = await refund_of(rig, reference)
    return "none" if refund is None else refund.state.value


async def stands(rig: Rig, reference: str) -> dict[str, int]:
    """Where the payment's money stands, by the ledger; accounts with nothing are left out."""
    payment = await payment_of(rig, reference)
    moves = await rig.read(lambda uow: uow.ledger.of_payment(payment.id))
    return {account.value: sum_ for account, sum_ in standing(moves).items() if sum_ > 0}


def texts(phone: Phone) -> list[str]:
    return [one.text for one in phone.messages if not one.mine]


def told(phone: Phone, words: str) -> int:
    """How many messages of the bot say so."""
    return sum(words in text for text in texts(phone))


def screen(phone: Phone, words: str) -> list[str]:
    """The buttons of the newest message that says so."""
    found = [one for one in phone.messages if not one.mine and words in one.text]
    assert found, f"nothing says {words!r}: {texts(phone)[-5:]}"
    return found[-1].labels


def invitations(phone: Phone) -> list[tuple[str, str, str, int, Any]]:
    """Of every calendar file that came: method, status, UID, sequence, start."""
    seen = []
    for one in phone.messages:
        if one.document is None or one.document.name != "session.ics":
            continue
        raw = one.document.bytes
        assert raw.count(b"\n") == raw.count(b"\r\n") > 0
        calendar = Calendar.from_ical(raw)
        event: Any = calendar.walk("VEVENT")[0]
        seen.append(
            (
                str(calendar["METHOD"]),
                str(event["STATUS"]),
                str(event["UID"]),
                int(event["SEQUENCE"]),
                event["DTSTART"].dt,
            )
        )
    return seen


async def connect_google(rig: Rig, cast: Cast) -> None:
    """As if she had connected it some time ago."""
    connection = Connection(
        dietitian_id=cast.dietitian.id,
        account=ACCOUNT,
        sealed_token=rig.world.vault.seal(rig.google.grant(ACCOUNT, _SCOPES)),
        scopes=" ".join(_SCOPES),
        connected_at=rig.clock.now(),
    )
    rig.google.pending_gets = 0
    await rig.write(lambda uow: uow.connections.put(connection))


async def all_well(rig: Rig, *phones: Phone) -> None:
    """Every kobo has one place, nothing met a bug, nobody looks at a progress bar."""
    assert await rig.failed() == []
    for phone in (*phones, rig.telegram.phone(ADMIN)):
        assert phone.unanswered_callbacks == []
    payments = await rig.read(_payments)
    for payment, moves, refund in payments:
        totals = {account: sum_ for account, sum_ in standing(moves).items() if sum_}
        if payment.state is not PaymentState.SUCCEEDED:
            assert totals == {}
            continue
        assert totals.pop(LedgerAccount.OUTSIDE) == -payment.paid_amount
        assert sum(totals.values()) == payment.paid_amount
        _agrees(payment, totals, refund)


def _agrees(payment: Payment, totals: dict[LedgerAccount, int], refund: Refund | None) -> None:
    """The payment's own word and the refund's row say what the ledger says."""
    assert payment.outcome is not None
    if payment.outcome is not MoneyOutcome.VALUE:
        assert totals == {LedgerAccount(payment.outcome.value): payment.paid_amount}
    given_back = totals.get(LedgerAccount.REFUND, 0)
    under_way = 0 if refund is None or refund.state == "failed" else refund.amount
    assert given_back == under_way


def _payments(uow: UnitOfWork) -> list[Any]:
    moves = uow.ledger.all()
    ids = Counter(move.payment_id for move in moves)
    return [(uow.payments.get(one), uow.ledger.of_payment(one), uow.refunds.of_payment(one)) for one in ids]
