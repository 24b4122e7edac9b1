"""What a dietitian offers: a consultation takes time, a meal plan does not."""

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_PROMISED_DAYS = 7
LONGEST_TITLE, LONGEST_DESCRIPTION = 100, 1000
FEWEST_MINUTES, MOST_MINUTES = 5, 480
MOST_PROMISED_DAYS = 90
LEAST_PRICE, HIGHEST_PRICE = 5_000, 99_999_999_999  # subunits; Paystack takes nothing less


class ServiceKind(StrEnum):
    CONSULTATION = "consultation"
    MEAL_PLAN = "meal_plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstService:
    """The first service of a set-up, as far as it is told; the rest is asked for."""

    dietitian_id: int
    kind: ServiceKind
    title: str | None = None
    minutes: int | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`price` is in the currency's subunit (kobo); `minutes` is None for a meal plan."""

    id: int = 0
    public_id: str
    dietitian_id: int
    slug: str
    kind: ServiceKind
    title: str
    minutes: int | None
    price: int
    currency: str
    description: str | None = None
    promised_days: int | None = None  # a meal plan: how long after the payment it is due
    questions: tuple[str, ...] = ()  # asked of the client after the payment
    by_request_only: bool = False  # then clients cannot book or buy it by themselves
    position: int = 0
    archived: bool = False
