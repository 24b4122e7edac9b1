"""What a dietitian wants to know before a plan or a first consultation. Health data: asked with consent of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

INTAKE_CONSENT_VERSION = "2026-11-25"
MOST_QUESTIONS = 12
LONGEST_QUESTION = 200
LONGEST_ANSWER = 1000
SKIPPED = ""

Answers = tuple[str | None, ...]
"""One a question, in their order: None is not asked yet, `SKIPPED` was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One a request. The questions are copied when it is paid for, so that later edits of the service change nothing.

    `sealed_answers` holds `Answers` as sealed JSON, None before the first; `declined_at`: the client would rather not.
    """

    id: int = 0
    rev: int = 1
    request_id: int
    questions: tuple[str, ...]
    sealed_answers: str | None = None
    consented_at: datetime | None = None
    consent_version: str | None = None
    declined_at: datetime | None = None
    completed_at: datetime | None = None
    created_at: datetime


def next_open(answers: Sequence[str | None]) -> int | None:
    """The first question that was not asked yet."""
    return next((place for place, answer in enumerate(answers) if answer is None), None)
