"""What a suspension stops, and what it leaves alone: whatever is new stops, what is booked or paid goes on."""

from domain.errors import Suspended
from domain.model.people import Dietitian


def must_take_new(dietitian: Dietitian) -> None:
    """`Suspended` where nothing new can be asked of, booked with or bought from this dietitian."""
    if not dietitian.takes_new:
        raise Suspended(dietitian.person_id)
