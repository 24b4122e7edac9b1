"""`dietdesk run`: start everything, serve until told to stop, finish what is in hand."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Awaitable
from functools import partial
from typing import NoReturn

import structlog
from aiohttp import web
from telegram.error import InvalidToken, TelegramError

from bot.keys import SealOld, prove_key
from bot.menus import Menus
from bot.nights import Nights
from bot.poller import ALLOWED
from bot.scheduler import JobReports, Ticks
from bot.settings import Settings
from bot.settings_error import SettingsError
from bot.wiring import Machine, build_machine
from bot.world import World, build_world
from domain.errors import OutsideError, StorageUnavailable
from domain.ports import Clock
from integrations.telegram.client import introduce
from webhooks.app import build_app
from webhooks.server import Crowd, Runner

log = structlog.get_logger(__name__)
IN_HAND_SECONDS = 5.0
LEAVE_SECONDS = 7.5  # after the signal: what hangs by then is broken off
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_CLOSE_SECONDS = 1.0
_GC_THRESHOLD = 10_000
_PAUSE = 1.0
_GAP_PAUSE = 10.0


def serve(settings: Settings, clock: Clock) -> NoReturn:
    """`run`, then exit 0 at once: a thread that waits for a name server or for Google would keep the process."""
    runner = asyncio.Runner()  # kept: with it go the signal handlers, and a second SIGTERM would kill
    runner.run(run(settings, clock))
    for signum in _SIGNALS:
        signal.signal(signum, signal.SIG_IGN)
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


async def run(settings: Settings, clock: Clock) -> None:
    """Until SIGTERM or SIGINT; whatever hangs then, it is over within ten seconds."""
    stop, limit = asyncio.Event(), asyncio.timeout(None)
    try:
        async with limit:
            _on_signals(stop, limit)
            await _run(settings, clock, stop)
    except TimeoutError:
        if not limit.expired():
            raise
        log.warning("something hung; what matters is stored and goes on after the next start")


def _on_signals(stop: asyncio.Event, limit: asyncio.Timeout) -> None:
    loop = asyncio.get_running_loop()

    def stop_soon() -> None:
        if not stop.is_set():
            stop.set()
            limit.reschedule(loop.time() + LEAVE_SECONDS)

    for signum in _SIGNALS:
        loop.add_signal_handler(signum, stop_soon)


async def _run(settings: Settings, clock: Clock, stop: asyncio.Event) -> None:
    world = build_world(settings, clock)
    try:
        await _open_database(world, stop)
        await _prove_key(world, stop)
        await _serve(world, stop)
    finally:
        await _close(world.close())
        await _close(world.database.close())


async def _close(closing: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await closing
    except TimeoutError:
        log.warning("did not close in time")


async def _open_database(world: World, stop: asyncio.Event) -> None:
    """A database that is not up yet is waited for."""
    while not stop.is_set():
        try:
            await world.database.migrate()
            await world.database.open()
        except StorageUnavailable as error:
            if _is_a_file(world.settings):  # nothing will bring it: the path is at fault
                raise SettingsError([f"DATABASE_URL: {error}"]) from None
            log.warning("waiting for the database", error=str(error))
            await asyncio.sleep(_PAUSE)
        else:
            return


async def _prove_key(world: World, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await prove_key(world.database, world.vault)
        except StorageUnavailable as error:
            log.warning("waiting for the database", error=str(error))
            await asyncio.sleep(_PAUSE)
        else:
            return


async def _serve(world: World, stop: asyncio.Event) -> None:
    """HTTP first: until Telegram has said who we are, what arrives is stored, and worked after that."""
    async with world.updates_request:
        machine = build_machine(world, bot_username=partial(_username, world))
        machine.inbox.stop()
        machine.outbox.stop()
        runner = await _listen(machine)
        try:
            await _work(machine, runner, stop)
        finally:
            await world.bot.shutdown()


async def _work(machine: Machine, runner: web.AppRunner, stop: asyncio.Event) -> None:
    ticks, alone = _ticks(machine), _is_alone(machine.world.settings)
    reports = _reports(machine, ticks, alone=alone)
    try:
        if await _is_known(machine, stop):
            await _begin(machine, ticks, alone=alone)
            await stop.wait()
    finally:
        log.info("stopping")
        ticks.stop()
        await _stop(machine, runner)
        await reports.stop()


async def _begin(machine: Machine, ticks: Ticks, *, alone: bool) -> None:
    await machine.inbox.resume(alone=alone)
    await machine.outbox.resume(alone=alone)
    await _take_updates(machine)
    ticks.start()
    machine.nursery.start(ticks.keep_time(), name="keep time")
    machine.nursery.start(_ask_about_the_gap(machine), name="gap")
    _leave_alone_what_stays()
    log.info("serving", mode=machine.world.settings.telegram_mode, bot=_username(machine.world))


async def _is_known(machine: Machine, stop: asyncio.Event) -> bool:
    """Telegram is asked who we are; the answer is waited for until all is to stop."""
    asking = machine.nursery.start(_is_accepted(machine.world), name="who we are")
    told = machine.nursery.start(stop.wait(), name="told to stop")
    await asyncio.wait((asking, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not asking.done():
        asking.cancel()
        return False
    if not asking.result():
        raise SettingsError(["TELEGRAM_BOT_TOKEN: Telegram does not accept it"])
    return True


async def _is_accepted(world: World) -> bool:
    while True:
        try:
            await introduce(world.bot)
        except InvalidToken:
            return False
        except TelegramError as error:
            log.warning("waiting for Telegram", error=str(error))
            await asyncio.sleep(_PAUSE)
        else:
            return True


def _username(world: World) -> str:
    """Empty until Telegram has said it."""
    try:
        return world.bot.username
    except RuntimeError:
        return ""


def _leave_alone_what_stays() -> None:
    """Modules and classes are there for good: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD, 20, 20)


def _is_alone(settings: Settings) -> bool:
    """Telegram lets one program poll, and SQLite is one program's file: what is unworked can only be ours."""
    return settings.telegram_mode == "polling" or _is_a_file(settings)


def _is_a_file(settings: Settings) -> bool:
    return settings.database_url.get_secret_value().startswith("sqlite")


async def _listen(machine: Machine) -> web.AppRunner:
    settings = machine.world.settings
    runner = Runner(build_app(machine.doors), crowd=Crowd(settings.trusted_proxies), shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.http_host, settings.http_port).start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError([f"HTTP_HOST, HTTP_PORT: cannot listen there: {error.strerror}"]) from None
    return runner


def _ticks(machine: Machine) -> Ticks:
    ticks = Ticks(machine.nursery, clock=machine.world.clock, program=machine.name)
    ticks.every(1, machine.outbox.tick, name="outbox")
    ticks.every(3, machine.inbox.sweep, name="inbox")
    ticks.every(3, machine.expire_holds, name="holds")
    ticks.every(3, machine.expire_requests, name="requests")
    ticks.every(5, machine.erase_waiting, name="deletions")
    ticks.every(3, machine.watch_payments, name="payments")
    ticks.every(3, machine.watch_refunds, name="refunds")
    ticks.every(3, _menus(machine.world).tick, name="menus")
    ticks.every(3, SealOld(machine.world.database, machine.world.vault).tick, name="seal what is old")
    ticks.every(3, _nights(machine.world).tick, name="nights")
    return ticks


def _reports(machine: Machine, ticks: Ticks, *, alone: bool) -> JobReports:
    world = machine.world
    reports = JobReports(ticks, transactions=world.database, clock=world.clock, alone=alone)
    ticks.every(3, reports.tick, name="reports")
    return reports


def _nights(world: World) -> Nights:
    settings = world.settings
    return Nights(
        transactions=world.database,
        clock=world.clock,
        kept=settings.retention,
        timezone=settings.default_timezone,
    )


def _menus(world: World) -> Menus:
    return Menus(bot=world.bot, database=world.database, admin_ids=world.settings.admin_telegram_ids)


async def _take_updates(machine: Machine) -> None:
    settings = machine.world.settings
    if settings.telegram_mode == "polling":
        machine.nursery.start(machine.poller.run(), name="poller")
        return
    machine.nursery.start(_set_webhook(machine), name="webhook")


async def _set_webhook(machine: Machine) -> None:
    settings = machine.world.settings
    secret = settings.telegram_webhook_secret
    while True:
        try:
            await machine.world.bot.set_webhook(
                f"{settings.public_url}/telegram/webhook",
                secret_token=secret.get_secret_value() if secret else None,
                allowed_updates=list(ALLOWED),
                drop_pending_updates=False,
            )
        except TelegramError as error:
            log.warning("webhook not set yet", error=str(error))
            await asyncio.sleep(_PAUSE)
        else:
            return


async def _ask_about_the_gap(machine: Machine) -> None:
    """After a backup was brought back; after every other start there is nothing to ask."""
    while True:
        try:
            await machine.ask_about_the_gap()
        except OutsideError as error:
            log.warning("what happened since the backup is not known yet", error=str(error))
            await asyncio.sleep(_GAP_PAUSE)
        else:
            return


async def _stop(machine: Machine, runner: web.AppRunner) -> None:
    """Take nothing new, finish what is in hand, leave the rest stored."""
    machine.inbox.stop()
    machine.outbox.stop()
    machine.nursery.cancel_named({"poller", "keep time", "webhook", "gap"})
    await runner.cleanup()
    if not await machine.nursery.finish(within=IN_HAND_SECONDS):
        log.warning("something was still in hand; it is stored and goes on after the next start")
