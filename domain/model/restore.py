"""The practice was brought back from a backup: what happened between the two is to be found out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.model.queue import Errand

MARGIN = timedelta(hours=1)
"""before the backup: what was under way at Paystack then"""
MAY_HAVE_BEEN_SENT = "may have been sent before the practice was brought back from a backup"
MAY_HAVE_BEEN_WORKED = "may have been answered before the practice was brought back from a backup"
MESSAGES = (
    Errand.NOTICE,
    Errand.ANSWER,
    Errand.MAIL,
    Errand.ALERT,
    Errand.PLAN,
    Errand.PLAN_MAIL,
    Errand.PROGRESS,
)
"""What reaches a person; every other errand looks first at what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """`asked_at`: when Paystack had been asked about everything since `taken_at`."""

    id: int = 0
    taken_at: datetime
    restored_at: datetime
    asked_at: datetime | None = None
