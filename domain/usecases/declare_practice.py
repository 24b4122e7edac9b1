"""Make the database say what a practice file declares, and read it back."""

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.errors import Malformed
from domain.model.ids import new_public_id
from domain.model.people import Dietitian, Person
from domain.model.practice import DeclaredDietitian, DeclaredService, Practice
from domain.model.service import DEFAULT_PROMISED_DAYS, Service, ServiceKind
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.audit_trail import EVERYTHING, OPERATOR
from domain.usecases.freeing import more_time
from domain.usecases.telling import record

_EVER = timedelta(days=3660)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPractice:
    """All of it or nothing. A dietitian or service that the file no longer names is put away, not deleted.

    `Malformed` where work that is paid would be put away with its dietitian: an older file must not do that unasked.
    """

    transactions: Transactions
    clock: Clock
    currency: str

    async def __call__(self, practice: Practice) -> None:
        await self.transactions.write(lambda uow: self._apply(uow, practice))

    async def check(self, practice: Practice) -> None:
        """Whether it would be refused; nothing changes."""
        await self.transactions.read(lambda uow: self._keep_what_is_paid(uow, practice))

    def _keep_what_is_paid(self, uow: UnitOfWork, practice: Practice) -> None:
        now, declared = self.clock.now(), {one.telegram_id for one in practice.dietitians}
        for dietitian in uow.dietitians.all():
            if dietitian.telegram_id in declared or not dietitian.active:
                continue
            ahead = uow.bookings.ahead(dietitian.id, after=now, before=now + _EVER, now=now)
            waiting = uow.plans.page_for_dietitian(dietitian.id, tab="waiting", now=now, number=0, size=1)
            if ahead or waiting.total:
                raise Malformed(
                    f"{dietitian.name} (telegram_id {dietitian.telegram_id}) is not in the file, but has "
                    f"{len(ahead)} sessions ahead and {waiting.total} meal plans to deliver. Keep them in the file "
                    "until that is done, or suspend them in the chat: /admin, Dietitians. Nothing was changed."
                )

    def _apply(self, uow: UnitOfWork, practice: Practice) -> None:
        self._keep_what_is_paid(uow, practice)
        known = {dietitian.telegram_id: dietitian for dietitian in uow.dietitians.all()}
        for position, declared in enumerate(practice.dietitians):
            former = known.pop(declared.telegram_id, None)
            dietitian = self._dietitian(uow, former, declared, position)
            self._note(uow, dietitian, "declared" if former is None else "changed", was=former)
            uow.dietitians.set_hours(dietitian.id, declared.hours)
            uow.dietitians.set_openings(dietitian.id, declared.openings)
            uow.dietitians.set_time_off(dietitian.id, declared.time_off)
            self._services(uow, dietitian, declared.services)
            more_time(uow, dietitian.id, self.clock.now())
        for left_out in known.values():
            if left_out.active:
                put_away = replace(uow.dietitians.lock(left_out.id), active=False)
                uow.dietitians.save(put_away)
                self._note(uow, put_away, "put away", was=left_out)
        record(uow, self.clock.now(), OPERATOR, "applied practice", EVERYTHING)

    def _note(self, uow: UnitOfWork, dietitian: Dietitian, action: str, *, was: Dietitian | None) -> None:
        if dietitian != was:
            record(uow, self.clock.now(), OPERATOR, action, f"dietitian:{dietitian.public_id}")

    def _dietitian(
        self, uow: UnitOfWork, known: Dietitian | None, declared: DeclaredDietitian, position: int
    ) -> Dietitian:
        fields = {
            "name": declared.name,
            "email": declared.email,
            "timezone": declared.timezone,
            "zone_is_guessed": False,
            "minimum_notice_hours": declared.minimum_notice_hours,
            "booking_window_days": declared.booking_window_days,
            "buffer_minutes": declared.buffer_minutes,
            "buffer_before_minutes": declared.buffer_before_minutes,
            "slot_step_minutes": declared.slot_step_minutes,
            "daily_maximum": declared.daily_maximum,
            "request_days": declared.request_days,
            "book_without_google": declared.book_without_google,
            "fallback_meeting_url": declared.fallback_meeting_url,
            "free_hours": declared.free_hours,
            "late_refund_percent": declared.late_refund_percent,
            "active": True,
            "position": position,
        }
        if known is not None:
            # what the file does not say, a suspension for one, stays as it is by now
            known = uow.dietitians.lock(known.id)
            changed = replace(known, **fields)  # type: ignore[arg-type]
            if changed != known:
                uow.dietitians.save(changed)
            return changed
        person = self._person(uow, declared)
        return uow.dietitians.add(
            Dietitian(
                public_id=new_public_id(),
                person_id=person.id,
                telegram_id=declared.telegram_id,
                created_at=self.clock.now(),
                **fields,  # type: ignore[arg-type]
            )
        )

    def _person(self, uow: UnitOfWork, declared: DeclaredDietitian) -> Person:
        return uow.people.by_telegram_id(declared.telegram_id) or uow.people.add(
            Person(
                telegram_id=declared.telegram_id,
                name=declared.name,
                email=declared.email,
                timezone=declared.timezone,
                created_at=self.clock.now(),
            )
        )

    def _services(self, uow: UnitOfWork, dietitian: Dietitian, declared: tuple[DeclaredService, ...]) -> None:
        known = {service.slug: service for service in uow.services.everything_of(dietitian.id)}
        for position, service in enumerate(declared):
            fields = {
                "kind": service.kind,
                "title": service.title,
                "minutes": service.minutes,
                "price": service.price,
                "currency": self.currency,
                "description": service.description,
                "promised_days": service.promised_days,
                "questions": service.questions,
                "by_request_only": service.by_request_only,
                "position": position,
                "archived": False,
            }
            former = known.pop(service.slug, None)
            if former is None:
                uow.services.add(
                    Service(
                        public_id=new_public_id(),
                        dietitian_id=dietitian.id,
                        slug=service.slug,
                        **fields,  # type: ignore[arg-type]
                    )
                )
            elif replace(former, **fields) != former:  # type: ignore[arg-type]
                uow.services.save(replace(former, **fields))  # type: ignore[arg-type]
        for left_out in known.values():
            if not left_out.archived:
                uow.services.save(replace(left_out, archived=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPractice:
    """The practice as it stands, in the order of its file; what was put away is left out."""

    transactions: Transactions

    async def __call__(self) -> Practice:
        return await self.transactions.read(self._read)

    def _read(self, uow: UnitOfWork) -> Practice:
        # one who has not come as far as their e-mail could not be declared
        active = [dietitian for dietitian in uow.dietitians.all() if dietitian.active and dietitian.email]
        return Practice(dietitians=tuple(self._dietitian(uow, dietitian) for dietitian in active))

    def _dietitian(self, uow: UnitOfWork, dietitian: Dietitian) -> DeclaredDietitian:
        return DeclaredDietitian(
            telegram_id=dietitian.telegram_id,
            name=dietitian.name,
            email=dietitian.email,
            timezone=dietitian.timezone,
            minimum_notice_hours=dietitian.minimum_notice_hours,
            booking_window_days=dietitian.booking_window_days,
            buffer_minutes=dietitian.buffer_minutes,
            buffer_before_minutes=dietitian.buffer_before_minutes,
            slot_step_minutes=dietitian.slot_step_minutes,
            daily_maximum=dietitian.daily_maximum,
            request_days=dietitian.request_days,
            book_without_google=dietitian.book_without_google,
            fallback_meeting_url=dietitian.fallback_meeting_url,
            free_hours=dietitian.free_hours,
            late_refund_percent=dietitian.late_refund_percent,
            hours=uow.dietitians.hours(dietitian.id),
            openings=tuple(uow.dietitians.openings(dietitian.id)),
            time_off=tuple(uow.dietitians.time_off(dietitian.id)),
            services=tuple(_declared(service) for service in uow.services.of(dietitian.id)),
        )


def _declared(service: Service) -> DeclaredService:
    days = service.promised_days
    if days is None and service.kind is ServiceKind.MEAL_PLAN:
        days = DEFAULT_PROMISED_DAYS  # declared before plans had a promised day
    return DeclaredService(
        slug=service.slug,
        kind=service.kind,
        title=service.title,
        minutes=service.minutes,
        price=service.price,
        description=service.description,
        promised_days=days,
        questions=service.questions,
        by_request_only=service.by_request_only,
    )
