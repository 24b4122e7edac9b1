"""`dietdesk check`: can every service be reached with these settings? One line each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.keys import prove_key
from bot.operator import is_live, lacking
from bot.settings import Settings
from bot.settings_error import SettingsError
from bot.world import World, build_world
from domain.errors import DietdeskError
from domain.ports import Clock
from integrations.telegram.client import introduce


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    service: str
    ok: bool
    words: str


async def check(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    yield _operator(settings)
    world = build_world(settings, clock)
    try:
        yield await _ask("telegram", lambda: _telegram(world))
        yield await _ask("database", lambda: _database(world))
        yield await _ask("paystack", lambda: _paystack(world))
        if settings.google_client_id is None:
            yield Finding(service="google", ok=True, words="not configured: the fallback link is used")
        else:
            yield await _ask("google", lambda: _google(world))
    finally:
        await world.close()


def _operator(settings: Settings) -> Finding:
    """Nobody may be asked for their data without being told by whom."""
    missing = ", ".join(lacking(settings))
    if not missing:
        return Finding(service="operator", ok=True, words="the privacy notice says who is answerable")
    if is_live(settings):
        words = f"{missing} must be set with a live Paystack key: the privacy notice says who is answerable"
        return Finding(service="operator", ok=False, words=words)
    words = f"WARNING: {missing} not set; a test key works without, a live one does not"
    return Finding(service="operator", ok=True, words=words)


async def _ask(service: str, ask: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(service=service, ok=True, words=await ask())
    except (DietdeskError, TelegramError, SettingsError) as error:
        return Finding(service=service, ok=False, words=str(error) or type(error).__name__)


async def _telegram(world: World) -> str:
    try:
        return f"getMe answers: @{await introduce(world.bot)}"
    finally:
        await world.bot.shutdown()


async def _database(world: World) -> str:
    await world.database.migrate()
    await world.database.open()
    try:
        await world.database.ping()
        await prove_key(world.database, world.vault)
    finally:
        await world.database.close()
    return "answers, its tables are up to date, ENCRYPTION_KEY opens what is sealed in it"


async def _paystack(world: World) -> str:
    await world.gateway.ping()
    return "accepts the key"


async def _google(world: World) -> str:
    await world.authorization.ping()
    return "the token endpoint knows the client"
