"""Places and the time zones they lie in."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`country` in English words. `part` of it: where it has several of that name."""

    name: str
    part: str = ""
    country: str
    zone: str
    people: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The likeliest first; `exact`: one is called so, or is called so in another language.

    `said`: no place but an abbreviation or an offset, which these use.
    """

    places: Sequence[Place] = ()
    exact: bool = False
    said: str = ""

    @property
    def zone(self) -> str | None:
        """The one zone that can be meant, if there is no doubt."""
        zones = {place.zone for place in self.places}
        return zones.pop() if self.exact and len(zones) == 1 else None
