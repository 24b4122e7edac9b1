"""What clients may take by themselves, and what they began to take."""

import pytest

from domain.model.people import Dietitian
from domain.model.request import Origin, Request, RequestState
from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from storage.database import Database
from tests.clock import MORNING
from tests.storage.plan_seeds import service
from tests.storage.seeds import Practice, dietitian, person, practice, request

TALK = {"kind": ServiceKind.CONSULTATION, "minutes": 45}


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


def hired(uow: UnitOfWork, **fields: object) -> Dietitian:
    return uow.dietitians.add(dietitian(uow.people.add(person()).id, **fields))


async def shelves(database: Database, kind: ServiceKind) -> list[tuple[str, list[str]]]:
    """Read as for the list of dietitians, and as for each one's own; both must say the same."""

    def look(uow: UnitOfWork) -> list[tuple[str, list[str]]]:
        found = []
        for seller in uow.services.sellers(kind):
            page = uow.services.page(seller.dietitian.id, kind=kind, to_all=True, number=0, size=99)
            assert (seller.count, seller.least) == (page.total, min(one.price for one in page.items))
            found.append((seller.dietitian.name, [one.title for one in page.items]))
        return found

    return await database.read(look)


async def test_there_is_a_shelf_for_each_who_offers_the_kind_in_their_order(database: Database) -> None:
    def fill(uow: UnitOfWork) -> None:
        second, first, talker = (
            hired(uow, name=name, position=position)
            for name, position in (("Second", 2), ("First", 1), ("Talker", 0))
        )
        hired(uow, name="Nothing yet", position=0)
        uow.services.add(service(second.id, title="of the second"))
        uow.services.add(service(first.id, title="lower", position=5))
        uow.services.add(service(first.id, title="upper", position=1))
        uow.services.add(service(talker.id, title="talk", **TALK))
        uow.services.add(service(first.id, title="talk too", **TALK))

    await database.write(fill)
    plans = [("First", ["upper", "lower"]), ("Second", ["of the second"])]
    assert await shelves(database, ServiceKind.MEAL_PLAN) == plans
    talks = [("Talker", ["talk"]), ("First", ["talk too"])]
    assert await shelves(database, ServiceKind.CONSULTATION) == talks


async def test_what_is_put_away_or_by_request_only_is_on_no_shelf(database: Database) -> None:
    def fill(uow: UnitOfWork) -> None:
        gone = hired(uow, name="Gone", active=False)
        uow.services.add(service(gone.id))
        there = hired(uow, name="There")
        uow.services.add(service(there.id, title="archived", archived=True))
        uow.services.add(service(there.id, title="for those asked", by_request_only=True))
        uow.services.add(service(there.id, title="for all", position=9))
        asking = hired(uow, name="Asking")
        uow.services.add(service(asking.id, by_request_only=True))

    await database.write(fill)
    assert await shelves(database, ServiceKind.MEAL_PLAN) == [("There", ["for all"])]


async def test_a_shelf_holds_the_records_as_they_are(database: Database) -> None:
    def fill(uow: UnitOfWork) -> tuple[Dietitian, Service]:
        owner = hired(uow)
        questions = ("Why now?", "Kí ni o ń jẹ?")
        return owner, uow.services.add(service(owner.id, promised_days=5, questions=questions))

    owner, offer = await database.write(fill)
    (seller,) = await database.read(lambda uow: uow.services.sellers(ServiceKind.MEAL_PLAN))
    assert (seller.dietitian, seller.least, seller.currency) == (owner, offer.price, offer.currency)
    page = await database.read(lambda uow: uow.services.page(owner.id, number=0, size=5))
    assert list(page.items) == [offer]
    assert await database.read(lambda uow: uow.services.by_public_id(offer.public_id)) == offer


async def test_a_public_id_finds_only_who_is_active(database: Database) -> None:
    there = await database.write(hired)
    gone = await database.write(lambda uow: hired(uow, active=False))
    assert await database.read(lambda uow: uow.dietitians.by_public_id(there.public_id)) == there
    assert await database.read(lambda uow: uow.dietitians.by_public_id(gone.public_id)) is None
    assert await database.read(lambda uow: uow.dietitians.by_public_id("D?")) is None


async def test_an_own_draft_is_the_newest_this_client_began_of_this_service(
    database: Database, seed: Practice
) -> None:
    def fill(uow: UnitOfWork) -> tuple[int, int, Request]:
        wanted, other = (uow.services.add(service(seed.dietitian.id)).id for _ in range(2))

        def begin(client_id: int = seed.client.id, service_id: int = wanted, **fields: object) -> Request:
            own = {"origin": Origin.CLIENT, "state": RequestState.DRAFT, "sent_at": None, **fields}
            return uow.requests.add(request(seed.dietitian.id, client_id, service_id=service_id, **own))

        begin()
        newest = begin()
        begin(service_id=other)
        begin(client_id=uow.people.add(person()).id)
        begin(origin=Origin.DIETITIAN)
        for state in set(RequestState) - {RequestState.DRAFT}:
            begin(state=state, sent_at=MORNING)
        return wanted, other, newest

    wanted, other, newest = await database.write(fill)
    assert await database.read(lambda uow: uow.requests.own_draft(seed.client.id, wanted)) == newest
    assert await database.read(lambda uow: uow.requests.own_draft(seed.client.id, other)) is not None
    nobody = seed.dietitian.person_id
    assert await database.read(lambda uow: uow.requests.own_draft(nobody, wanted)) is None
