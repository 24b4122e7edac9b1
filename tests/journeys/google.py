"""The dietitian connects her calendar: as a browser does it, or, where that is not the matter, at once."""

from urllib.parse import parse_qs, urlsplit

import aiohttp

from domain.model.calendar import Connection
from domain.ports import UnitOfWork
from sandbox.stage import ACCOUNT, DIETITIAN, Stage
from storage.vault import FernetVault
from tests.engines import database_of
from tests.journeys.consultation import Consultation, press

SCOPES = tuple(f"https://www.googleapis.com/auth/calendar.{name}" for name in ("events", "freebusy"))


async def to_google(journey: Consultation) -> str:
    """The address of the consent page."""
    await journey.ada.send("/google")
    await journey.ada.wait_for_button("Connect")
    await press(journey.ada, "Connect")
    await journey.ada.wait_for_button("Connect with Google")
    return journey.ada.url_of("Connect with Google")


async def answer(url: str, *, decision: str = "allow", without: str = " ") -> tuple[int, str, str]:
    """On the consent page, every box ticked but those named `without`: status, words and address of the end."""
    scopes = [one for one in parse_qs(urlsplit(url).query)["scope"][0].split() if without not in one]
    form = [("decision", decision), ("account", ACCOUNT), *(("scope", scope) for scope in scopes)]
    async with aiohttp.ClientSession() as browser, browser.post(url, data=form) as page:
        return page.status, await page.text(), str(page.url)


async def connect(journey: Consultation) -> None:
    status, text, _ = await answer(await to_google(journey))
    assert status == 200, text
    assert "Google is connected" in text
    await journey.ada.wait_for("Google is connected")


async def put_connection(stage: Stage) -> None:
    """As if she had connected it some time ago."""
    token = FernetVault([stage.environment()["ENCRYPTION_KEY"]]).seal(stage.google.grant(ACCOUNT, SCOPES))

    def put(uow: UnitOfWork) -> None:
        dietitian = uow.dietitians.by_telegram_id(DIETITIAN)
        assert dietitian is not None
        connection = Connection(
            dietitian_id=dietitian.id,
            account=ACCOUNT,
            sealed_token=token,
            scopes=" ".join(SCOPES),
            connected_at=stage.clock.now(),
        )
        uow.connections.put(connection)

    database = database_of(stage.environment())
    await database.open()
    await database.write(put)
    await database.close()
