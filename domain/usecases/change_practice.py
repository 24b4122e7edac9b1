"""A dietitian changes what a practice file says of them and no other screen does. What is booked stays as it was."""

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import Malformed
from domain.model.people import Dietitian
from domain.model.practice import HOURS_A_YEAR, LONGEST_WAIT
from domain.model.terms import ALL
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.freeing import more_time
from domain.usecases.telling import by, record


class ProfileField(StrEnum):
    NAME = "name"
    EMAIL = "email"
    ZONE = "zone"
    ROOM = "room"
    FREE_HOURS = "hours"
    LATE_REFUND = "part"
    REQUEST_DAYS = "days"


COLUMNS = {
    ProfileField.NAME: "name",
    ProfileField.EMAIL: "email",
    ProfileField.ZONE: "timezone",
    ProfileField.ROOM: "fallback_meeting_url",
    ProfileField.FREE_HOURS: "free_hours",
    ProfileField.LATE_REFUND: "late_refund_percent",
    ProfileField.REQUEST_DAYS: "request_days",
}
BOUNDS = {
    ProfileField.FREE_HOURS: (0, HOURS_A_YEAR),
    ProfileField.LATE_REFUND: (0, ALL),
    ProfileField.REQUEST_DAYS: (1, LONGEST_WAIT),
}
"""As the practice file has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePractice:
    transactions: Transactions
    clock: Clock

    async def __call__(
        self, *, dietitian: Dietitian, field: ProfileField, value: str | int | None
    ) -> Dietitian:
        """None takes the room away; nothing else can be without a value."""
        _check(field, value)

        def change(uow: UnitOfWork) -> Dietitian:
            current = uow.dietitians.lock(dietitian.id)
            changed = replace(current, **{COLUMNS[field]: value})  # type: ignore[arg-type]
            if field is ProfileField.ZONE and isinstance(value, str):
                changed = replace(changed, zone_is_guessed=False)
                # as in the set-up: the practice's zone is where its dietitian is
                uow.people.save(replace(uow.people.get(current.person_id), timezone=value))
            uow.steps.clear(dietitian.telegram_id)
            if changed != current:
                uow.dietitians.save(changed)
                more_time(uow, changed.id, self.clock.now())
                subject = f"dietitian:{dietitian.public_id}"
                at, who = self.clock.now(), by(dietitian.person_id)
                record(uow, at, who, "changed practice", subject, field=field.value)
            return changed

        return await self.transactions.write(change)


def _check(field: ProfileField, value: str | int | None) -> None:
    if field not in BOUNDS:
        if value is None and field is not ProfileField.ROOM:
            raise Malformed("That cannot be left empty.")
        return
    least, most = BOUNDS[field]
    if not isinstance(value, int) or not least <= value <= most:
        raise Malformed(f"That must be {least:,} to {most:,}.")
