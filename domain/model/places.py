"""Places and the time zones they lie in."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`country` in English words; nothing for a time zone that was named itself."""

    name: str
    country: str
    zone: str
    people: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The likeliest first; `exact`: one is called so, or is called so in another language."""

    places: Sequence[Place] = ()
    exact: bool = False

    @property
    def zone(self) -> str | None:
        """The one zone that can be meant, if there is no doubt."""
        zones = {place.zone for place in self.places}
        return zones.pop() if self.exact and len(zones) == 1 else None
