"""What home cards, the desk and the statistics count. Implemented by storage."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from domain.model.overview import ClientFacts, DeskFacts, DietitianFacts, OfficeFacts
from domain.model.stats import Gathered, StatsRow
from domain.model.views import RequestCard


class Overviews(Protocol):
    """What waits for somebody; one statement each, however much there is."""

    def of_client(self, person_id: int, now: datetime) -> ClientFacts: ...
    def of_dietitian(
        self, dietitian_id: int, now: datetime, *, day: datetime, next_day: datetime
    ) -> DietitianFacts:
        """`day` and `next_day` are when the dietitian's today begins and ends."""

    def of_desk(self, now: datetime) -> DeskFacts: ...
    def of_office(self, now: datetime) -> OfficeFacts: ...
    def cards(self, request_ids: Collection[int]) -> dict[int, RequestCard]: ...


class Stats(Protocol):
    """What happened from `since` on and before `before`; `whose` None: of all dietitians."""

    def gathered(
        self, whose: int | None, *, since: datetime, before: datetime, now: datetime
    ) -> Gathered: ...
    def rows(self, whose: int | None, *, since: datetime, before: datetime, now: datetime) -> list[StatsRow]:
        """The lines behind the figures, oldest first."""
