"""A preview would open a link before the person for whom it is: no message asks for one."""

import json

import pytest

from handlers.callbacks import Verb
from sandbox.telegram.call import Recorded
from tests.handlers.test_every_button import SCREENS
from tests.handlers.tour import callbacks
from tests.rig import Rig

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
WITH_LINKS = {
    "sent by link": "start=",
    "unopened card": None,
    "desk: invited": "start=",
    "consent": "/o/oauth2/",
}


def spoken(rig: Rig) -> list[Recorded]:
    """Every call that puts words into a chat; under a picture or a file Telegram shows no preview."""
    return [call for call in rig.telegram.requests if call.method in {"sendMessage", "editMessageText"}]


def previews_are_off(call: Recorded) -> bool:
    given = call.params["link_preview_options"]
    return bool((json.loads(given) if isinstance(given, str) else given) == {"is_disabled": True})


async def test_no_message_with_a_link_in_it_asks_for_a_preview(rig: Rig) -> None:
    for name, link in WITH_LINKS.items():
        scene = await SCREENS[name](rig)
        for button in callbacks(scene.bubble):
            if button.data is not None and button.data.split(":")[1] in {Verb.RENEW, Verb.PUBLIC_LINK}:
                await rig.press(scene.phone, button.label)
        found = [call for call in spoken(rig) if link is None or link in str(call.params)]
        assert found, name
    assert sum("start=" in str(call.params) for call in spoken(rig)) >= 3
    assert all(previews_are_off(call) for call in spoken(rig))
