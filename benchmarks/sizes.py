"""How much there is in a practice: ten of everything, or years of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`some` is how many there are of what is new, due or wrong; every how many requests is the one client's: `own`."""

    name: str
    services: int = 10
    clients: int = 10
    past: int = 10
    coming: int = 10
    some: int = 10
    stored: int = 10
    own: int = 1
    own_past: int = 1

    @property
    def bookings(self) -> int:
        return self.past + self.coming

    @property
    def words(self) -> str:
        return f"{self.services:,} services, {self.clients:,} clients, {self.bookings:,} bookings"

    @property
    def plans(self) -> int:
        return max(self.bookings // 10, 3 * self.some)

    @property
    def waiting(self) -> int:
        """Requests that nobody has answered yet."""
        return max(self.clients // 10, self.some)


TEN = Size(name="10 of each")
HUNDREDS = Size(
    name="hundreds", services=60, clients=200, past=300, coming=100, some=40, stored=300, own=4, own_past=4
)
YEARS = Size(
    name="years",
    services=200,
    clients=5_000,
    past=49_800,
    coming=200,
    some=50,
    stored=100_000,
    own=20,
    own_past=1_000,
)
