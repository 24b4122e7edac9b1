"""A practice with a record of every kind in every state that a button is about, and the button's data for each verb."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.model.attendance import Attendance, Review
from domain.model.booking import BookingState, MeetingState
from domain.model.broadcast import Broadcast
from domain.model.erasure import Erasure, ErasureState
from domain.model.ids import new_public_id, token_hash
from domain.model.intake import Intake
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.people import Client, Invite, Person, Role, Template
from domain.model.plan import Plan, PlanFileState, PlanState
from domain.model.refund import Refund, RefundState
from domain.model.request import Request, RequestState
from domain.model.service import Service, ServiceKind
from domain.model.wish import Wish
from domain.ports import UnitOfWork, Vault
from domain.usecases.telling import by, record
from tests.handlers.tour_back_office import given_up
from tests.handlers.tour_shop import stall, stock
from tests.rig import Cast
from tests.storage import plan_seeds, seeds

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SESSION, PLAN = ServiceKind.CONSULTATION, ServiceKind.MEAL_PLAN
PDF = b"%PDF-1.4 never opened here"
QUESTIONS = ("Any allergies?", "Your aim?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnished:
    """`ids`: what a button calls each record, by our name for it; `revs` the requests' revisions."""

    cast: Cast
    ids: dict[str, str]
    revs: dict[str, int]


@dataclass(slots=True, kw_only=True)
class _Furnisher:
    uow: UnitOfWork
    cast: Cast
    vault: Vault
    now: datetime
    ids: dict[str, str]
    revs: dict[str, int]

    def request(self, name: str, **fields: Any) -> Request:
        cast = self.cast
        given = {
            "public_id": new_public_id(),
            "kind": SESSION,
            "service_id": cast.service.id,
            "title": cast.service.title,
            "minutes": 45,
            "price": cast.service.price,
            "currency": "NGN",
            "client_name": cast.client.name,
            "client_email": "amina@example.com",
            "expires_at": self.now + 30 * DAY,
        }
        client = fields.pop("client_id", cast.client.id)
        made = self.uow.requests.add(seeds.request(cast.dietitian.id, client, **{**given, **fields}))
        self.ids[name], self.revs[name] = made.public_id, made.rev
        return made

    def paid(self, of: Request, outcome: MoneyOutcome, booking_id: int | None = None) -> Payment:
        price = self.cast.service.price
        return self.uow.payments.add(
            seeds.payment(
                of,
                reference=f"DD-{of.public_id}",
                booking_id=booking_id,
                state=PaymentState.SUCCEEDED,
                outcome=outcome,
                paid_at=self.now,
                paid_amount=price,
                paid_currency="NGN",
                paid_domain="test",
                settled_at=self.now,
                next_check_at=None,
            )
        )

    def session(self, name: str, ahead: timedelta, **fields: Any) -> Request:
        """Paid; it begins so long from now."""
        made = self.request(name, state=RequestState.APPROVED, agreed_at=self.now, decided_at=self.now)
        start = self.now + ahead
        given = {
            "end": start + 45 * MINUTE,
            "busy_until": start + 45 * MINUTE,
            "state": BookingState.CONFIRMED,
            "hold_until": None,
            "confirmed_at": self.now,
            "meeting_state": MeetingState.MISSING,
        }
        booking = self.uow.bookings.add(seeds.booking(made, start, **{**given, **fields}))
        self.paid(made, MoneyOutcome.VALUE, booking.id)
        self.ids[f"{name} booking"] = str(booking.id)
        return made

    def plan(self, name: str, state: PlanState) -> Request:
        made = self.request(
            name,
            kind=PLAN,
            minutes=None,
            state=RequestState.APPROVED,
            agreed_at=self.now,
            decided_at=self.now,
        )
        self.uow.plans.add(
            Plan(
                request_id=made.id,
                dietitian_id=self.cast.dietitian.id,
                client_id=self.cast.client.id,
                state=state,
                promised_at=self.now + 7 * DAY,
                free_hours=24,
                late_refund_percent=0,
                created_at=self.now,
            )
        )
        self.paid(made, MoneyOutcome.VALUE)
        return made

    def file(self, name: str, of: Request, **fields: Any) -> None:
        file = replace(plan_seeds.file(of), public_id=new_public_id(), **fields)
        self.ids[name] = file.public_id
        self.uow.plan_files.add(file, self.vault.seal_bytes(PDF))

    def client(self, name: str, person: Person, **fields: Any) -> None:
        made = Client(
            dietitian_id=self.cast.dietitian.id, person_id=person.id, name=name, created_at=self.now, **fields
        )
        self.ids[name] = str(self.uow.clients.add(made).id)


def furnish(uow: UnitOfWork, cast: Cast, vault: Vault, now: datetime) -> Furnished:
    room = _Furnisher(uow=uow, cast=cast, vault=vault, now=now, ids={}, revs={})
    _on_offer(room)
    _people(room)
    _asked(room)
    _sessions(room)
    _money(room)
    _plans(room)
    return Furnished(cast=cast, ids=room.ids, revs=room.revs)


def _on_offer(room: _Furnisher) -> None:
    uow, dietitian = (
        room.uow,
        replace(room.cast.dietitian, public_id=new_public_id(), fallback_meeting_url=None),
    )
    uow.dietitians.save(dietitian)
    service = replace(room.cast.service, public_id=new_public_id(), questions=QUESTIONS)
    uow.services.save(service)
    room.cast = replace(room.cast, dietitian=dietitian, service=service)
    stock(uow, dietitian, PLAN)
    archived: Service = stock(uow, dietitian, SESSION, archived=True)
    template = Template(
        public_id=new_public_id(), dietitian_id=dietitian.id, text="Bring your results.", created_at=room.now
    )
    uow.templates.add(template)
    room.ids |= {
        "dietitian": dietitian.public_id,
        "service": service.public_id,
        "archived": archived.public_id,
        "template": template.public_id,
    }


def _people(room: _Furnisher) -> None:
    other = room.uow.people.add(seeds.person(telegram_id=None, name="Bola Ade"))
    room.client("client", room.cast.client, sealed_notes=room.vault.seal("No nuts."))
    room.client("blocked", other, blocked_at=room.now)


def _asked(room: _Furnisher) -> None:
    now = room.now
    unreached = room.uow.people.add(seeds.person(telegram_id=None, name="Chidi Eze"))
    room.request("draft", state=RequestState.DRAFT, sent_at=None, message="See you soon.")
    room.request("offer")
    room.request("unopened", client_id=unreached.id)
    room.request("closed", state=RequestState.DECLINED, decided_at=now)
    agreed = room.request("agreed", agreed_at=now)
    room.uow.wishes.add(
        Wish(
            request_id=agreed.id,
            dietitian_id=agreed.dietitian_id,
            client_id=room.cast.client.id,
            timezone="Africa/Lagos",
            created_at=now,
            expires_at=now + 30 * DAY,
        )
    )
    held = room.request("held", agreed_at=now)
    start = now + 2 * DAY
    until = now + 35 * MINUTE
    booking = room.uow.bookings.add(seeds.booking(held, start, hold_until=until, shown_until=until))
    url = "https://checkout.example.com/pay"
    room.uow.payments.add(
        seeds.payment(
            held,
            booking_id=booking.id,
            state=PaymentState.OPEN,
            authorization_url=url,
            next_check_at=now + DAY,
        )
    )


def _sessions(room: _Furnisher) -> None:
    session = room.session("session", 4 * DAY, event_id="anevent")
    room.uow.intakes.add(
        Intake(
            request_id=session.id,
            questions=QUESTIONS,
            sealed_answers=room.vault.seal('["peanuts", null]'),
            consented_at=room.now,
            consent_version="1",
            created_at=room.now,
        )
    )
    unasked = room.session("unasked", 5 * DAY)
    room.uow.intakes.add(plan_seeds.intake(unasked))
    room.session("near", 10 * MINUTE)
    room.session("over", -60 * MINUTE)
    room.session("unclear", -3 * DAY)
    alone = Attendance(
        booking_id=int(room.ids["unclear booking"]), role=Role.CLIENT, alone_at=room.now - 3 * DAY
    )
    room.uow.attendances.put(alone)
    room.session("done", -120 * MINUTE, state=BookingState.COMPLETED, closed_at=room.now)
    review = Review(booking_id=int(room.ids["done booking"]), stars=4, created_at=room.now)
    room.uow.reviews.add(review)


def _money(room: _Furnisher) -> None:
    credit = room.request("credit", agreed_at=room.now)
    room.paid(credit, MoneyOutcome.CREDIT)
    odd = room.request("quarantined", agreed_at=room.now)
    room.ids["payment"] = room.paid(odd, MoneyOutcome.QUARANTINE).reference
    for name, state in (("refund", RefundState.NEEDS_ATTENTION), ("failed refund", RefundState.FAILED)):
        of = room.request(f"{name} of", state=RequestState.CANCELLED, agreed_at=room.now, decided_at=room.now)
        payment = room.paid(of, MoneyOutcome.REFUND)
        refund = Refund(
            public_id=new_public_id(),
            payment_id=payment.id,
            amount=payment.amount,
            currency="NGN",
            state=state,
            reason="cancelled by the client",
            decided_by="clock",
            provider_id=payment.id + 40_000,
            sealed_account=room.vault.seal('{"bank_id": 1, "number": "0123456789"}'),
            created_at=room.now,
            changed_at=room.now,
        )
        room.ids[name] = room.uow.refunds.add(refund).public_id
        room.ids[f"{name}'s payment"] = payment.reference


def _plans(room: _Furnisher) -> None:
    waiting = room.plan("plan", PlanState.WAITING)
    room.file("file", waiting)
    room.file("loose file", waiting, request_id=None, sha256="0" * 64)
    sent = room.plan("sent plan", PlanState.SENT)
    confirmed = {"state": PlanFileState.CONFIRMED, "number": 1, "confirmed_at": room.now}
    room.file("failed file", sent, failed_at=room.now, **confirmed)
    received = room.plan("received plan", PlanState.RECEIVED)
    room.file("version", received, delivered_at=room.now, **confirmed)


def furnish_office(uow: UnitOfWork, cast: Cast, admin: Person, now: datetime) -> dict[str, str]:
    """What is any admin's."""
    given_up(uow, cast, 1)
    row = uow.outbox.dead_page(number=0, size=1).items[0].item.id
    invite = Invite(
        public_id=new_public_id(),
        token_hash=token_hash("nobody knows it"),
        name="Dr New",
        created_by=admin.id,
        created_at=now,
        expires_at=now + 7 * DAY,
    )
    draft = Broadcast(public_id=new_public_id(), author=admin.id, text="Hello to all.", created_at=now)
    uow.invites.add(invite)
    uow.broadcasts.add(draft)
    leaver = stall(uow, "Dr Off")
    leaving = Erasure(person_id=leaver.person_id, state=ErasureState.LEAVING, asked_at=now)
    record(uow, now, by(admin.id), "invited", f"invite:{invite.public_id}")
    entry = uow.audit.of(f"invite:{invite.public_id}")[0].id
    return {
        "row": str(row),
        "invite": invite.public_id,
        "broadcast": draft.public_id,
        "audit entry": str(entry),
        "leaving": str(uow.erasures.add(leaving).id),
    }
