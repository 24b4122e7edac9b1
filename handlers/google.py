"""/google: connect, look, disconnect."""

from handlers.call import Call, Reply
from handlers.compose import practice
from handlers.screens import google


async def show(call: Call) -> Reply:
    dietitian = practice(call)
    connection = await call.cases.look.connection(dietitian=dietitian)
    if connection is not None:
        return Reply(screen=google.connected(connection, dietitian.timezone))
    if not call.house.authorization.configured:
        return Reply(screen=google.not_configured(dietitian, _missing(call)))
    return Reply(screen=google.not_connected(dietitian))


def _missing(call: Call) -> str:
    return "PUBLIC_URL" if call.house.public_url is None else "GOOGLE_CLIENT_ID"


async def connect(call: Call) -> Reply:
    dietitian = practice(call)
    if not call.house.authorization.configured:
        return Reply(screen=google.not_configured(dietitian, _missing(call)))
    return Reply(screen=google.go_to_google(await call.cases.start_connecting(dietitian=dietitian)))


async def disconnect(call: Call) -> Reply:
    practice(call)
    return Reply(screen=google.disconnect_sure())


async def disconnect_sure(call: Call) -> Reply:
    dietitian = practice(call)
    await call.cases.disconnect(dietitian=dietitian)
    return Reply(screen=google.disconnected(dietitian))
