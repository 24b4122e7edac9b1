"""The tables of a practice file, and what they become in the domain."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from bot import practice_fields as fields
from domain.model.availability import SLOT_STEP_MINUTES, MinuteRange
from domain.model.intake import MOST_QUESTIONS
from domain.model.practice import (
    LONGEST_BUFFER,
    LONGEST_STEP,
    LONGEST_WAIT,
    MOST_SESSIONS,
    REQUEST_DAYS,
    SHORTEST_STEP,
    DeclaredDietitian,
    DeclaredService,
    Opening,
    Practice,
    TimeOff,
)
from domain.model.service import DEFAULT_PROMISED_DAYS, ServiceKind

LARGEST_ID: Final = 2**52  # core.telegram.org/bots/api#user: at most 52 significant bits
HOURS_A_YEAR: Final = 8760
LONGEST_MINUTES: Final = 480
LONGEST_PROMISE: Final = 90  # days
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _whole(low: int, high: int) -> BeforeValidator:
    return BeforeValidator(partial(fields.whole, low=low, high=high))


Line = Annotated[str, BeforeValidator(fields.line_of_text)]
LongText = Annotated[str, BeforeValidator(fields.long_text)]
Hours = Annotated[int, _whole(0, HOURS_A_YEAR)]
Day = Annotated[date, BeforeValidator(fields.day)]
Ranges = list[Annotated[MinuteRange, BeforeValidator(fields.opening_range)]]
YesOrNo = Annotated[bool, BeforeValidator(fields.yes_or_no)]
Question = Annotated[str, BeforeValidator(fields.question)]


class Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CancellationTable(Table):
    free_hours: Hours = 24
    late_refund_percent: Annotated[int, _whole(0, 100)] = 0


class HoursTable(Table):
    mon: Ranges = []
    tue: Ranges = []
    wed: Ranges = []
    thu: Ranges = []
    fri: Ranges = []
    sat: Ranges = []
    sun: Ranges = []


class TimeOffTable(Table):
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    begins: Annotated[int, BeforeValidator(fields.begins)] | None = None
    ends: Annotated[int, BeforeValidator(fields.ends)] | None = None
    reason: LongText | None = None

    @field_validator("last")
    @classmethod
    def _not_before_first(cls, last: date, info: ValidationInfo) -> date:
        if last < info.data.get("first", last):
            raise ValueError(f"{last} is before {info.data['first']}")
        return last

    @field_validator("ends")
    @classmethod
    def _not_before_begins(cls, ends: int | None, info: ValidationInfo) -> int | None:
        begins, found = info.data.get("begins"), info.data
        one_day = "last" in found and found["last"] == found.get("first")
        if one_day and ends is not None and begins is not None and ends <= begins:
            raise ValueError(f"{fields.clock(ends)} is not after {fields.clock(begins)} on the same day")
        return ends

    def declared(self) -> TimeOff:
        return TimeOff(
            first=self.first, last=self.last, begins=self.begins, ends=self.ends, reason=self.reason
        )


class OpeningTable(Table):
    day: Day
    hours: Ranges

    @field_validator("hours")
    @classmethod
    def _says_something(cls, hours: list[MinuteRange]) -> list[MinuteRange]:
        if not hours:
            raise ValueError("is empty")
        return hours

    def declared(self) -> Iterator[Opening]:
        return (Opening(day=self.day, opens=opens, closes=closes) for opens, closes in self.hours)


class ServiceTable(Table):
    slug: Annotated[str, BeforeValidator(fields.slug)]
    kind: Literal["consultation", "meal_plan"]
    title: Line
    minutes: int | None = Field(default=None, validate_default=True)
    price: Annotated[int, BeforeValidator(fields.price)]
    description: LongText | None = None
    promised_days: int | None = Field(default=None, validate_default=True)
    by_request_only: YesOrNo = False
    questions: list[Question] = Field(default=[], max_length=MOST_QUESTIONS)

    @field_validator("minutes", mode="before")
    @classmethod
    def _as_its_kind_has_it(cls, minutes: Any, info: ValidationInfo) -> int | None:
        kind = info.data.get("kind")
        if minutes is None and kind == ServiceKind.CONSULTATION:
            raise ValueError("is missing: a consultation has a length")
        if minutes is not None and kind == ServiceKind.MEAL_PLAN:
            raise ValueError("is not a field of a meal plan")
        return None if minutes is None else fields.whole(minutes, 5, LONGEST_MINUTES)

    @field_validator("promised_days", mode="before")
    @classmethod
    def _of_a_meal_plan(cls, days: Any, info: ValidationInfo) -> int | None:
        kind = info.data.get("kind")
        if days is None:
            return DEFAULT_PROMISED_DAYS if kind == ServiceKind.MEAL_PLAN else None
        if kind == ServiceKind.CONSULTATION:
            raise ValueError("is not a field of a consultation")
        return fields.whole(days, 1, LONGEST_PROMISE)

    def declared(self) -> DeclaredService:
        return DeclaredService(
            slug=self.slug,
            kind=ServiceKind(self.kind),
            title=self.title,
            minutes=self.minutes,
            price=self.price,
            description=self.description,
            promised_days=self.promised_days,
            questions=tuple(self.questions),
            by_request_only=self.by_request_only,
        )


class DietitianTable(Table):
    telegram_id: Annotated[int, _whole(1, LARGEST_ID)]
    name: Line
    email: Annotated[str, BeforeValidator(fields.email)]
    timezone: Annotated[str, BeforeValidator(fields.time_zone)]
    minimum_notice_hours: Hours = 2
    booking_window_days: Annotated[int, _whole(1, 365)] = 60
    buffer_minutes: Annotated[int, _whole(0, LONGEST_BUFFER)] = 0
    buffer_before_minutes: Annotated[int, _whole(0, LONGEST_BUFFER)] = 0
    slot_step_minutes: Annotated[int, _whole(SHORTEST_STEP, LONGEST_STEP)] = SLOT_STEP_MINUTES
    daily_maximum: Annotated[int, _whole(1, MOST_SESSIONS)] | None = None
    request_days: Annotated[int, _whole(1, LONGEST_WAIT)] = REQUEST_DAYS
    book_without_google: YesOrNo = True
    fallback_meeting_url: Annotated[str, BeforeValidator(fields.https_url)] | None = None
    cancellation: CancellationTable = CancellationTable()
    hours: HoursTable = HoursTable()
    opening: list[OpeningTable] = []
    time_off: list[TimeOffTable] = []
    service: list[ServiceTable] = []

    def declared(self) -> DeclaredDietitian:
        """Time off and openings by their days, as they are kept: in a file they may stand in any order."""
        time_off = (period.declared() for period in self.time_off)
        openings = chain.from_iterable(once.declared() for once in self.opening)
        return DeclaredDietitian(
            telegram_id=self.telegram_id,
            name=self.name,
            email=self.email,
            timezone=self.timezone,
            minimum_notice_hours=self.minimum_notice_hours,
            booking_window_days=self.booking_window_days,
            buffer_minutes=self.buffer_minutes,
            buffer_before_minutes=self.buffer_before_minutes,
            slot_step_minutes=self.slot_step_minutes,
            daily_maximum=self.daily_maximum,
            request_days=self.request_days,
            book_without_google=self.book_without_google,
            fallback_meeting_url=self.fallback_meeting_url,
            free_hours=self.cancellation.free_hours,
            late_refund_percent=self.cancellation.late_refund_percent,
            hours=tuple(tuple(getattr(self.hours, day)) for day in WEEK),
            openings=tuple(sorted(openings, key=attrgetter("day", "opens"))),
            time_off=tuple(sorted(time_off, key=attrgetter("first"))),
            services=tuple(service.declared() for service in self.service),
        )


class PracticeTable(Table):
    dietitian: list[DietitianTable] = Field(min_length=1)

    def declared(self) -> Practice:
        return Practice(dietitians=tuple(dietitian.declared() for dietitian in self.dietitian))


def _keys(table: type[Table]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in table.model_fields.items())


KEYS: Final = {
    (): _keys(PracticeTable),
    ("dietitian",): _keys(DietitianTable),
    ("dietitian", "cancellation"): _keys(CancellationTable),
    ("dietitian", "hours"): _keys(HoursTable),
    ("dietitian", "opening"): _keys(OpeningTable),
    ("dietitian", "time_off"): _keys(TimeOffTable),
    ("dietitian", "service"): _keys(ServiceTable),
}
"""The keys of each table, by the table's name."""

LISTS: Final = frozenset(
    {("dietitian",), ("dietitian", "opening"), ("dietitian", "time_off"), ("dietitian", "service")}
)
"""The tables of which there are several: written in double brackets."""
