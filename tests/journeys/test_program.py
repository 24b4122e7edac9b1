"""The program from its command line: stopping, checking, declaring a practice, refusing bad settings."""

import asyncio
import hmac
import socket
import time

import aiohttp
import pytest
from aiohttp import web

from sandbox.faults import Fault, FaultKind
from sandbox.stage import CLIENT_SECRET, PAYSTACK_KEY, PRACTICE, TOKEN, Launch, Stage, in_a_new_interpreter
from sandbox.telegram.serving import served
from tests.engines import ENGINES
from tests.journeys.checks import assert_all_well, assert_log_is_clean, quiet, rows, secrets
from tests.journeys.consultation import ARRIVES, PAYS, TO_PAY, Consultation, offers
from tests.journeys.google import put_connection
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

WRONG = {
    "TELEGRAM_BOT_TOKEN": "not-a-token-but-secret",
    "PAYSTACK_SECRET_KEY": "pk_live_wrong-sort-of-key",
    "ENCRYPTION_KEY": "too-short-a-key",
    "HTTP_PORT": "eighty",
    "PUBLIC_URL": "http://example.com",
    "ADMIN_TELEGRAM_IDS": "me",
    "DEFAULT_TIMEZONE": "Lagos/Africa",
}


@pytest.fixture
def launch() -> Launch:
    return in_a_new_interpreter


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_it_stops_within_ten_seconds_and_goes_on_where_it_was(open_stage: OpenStage, mode: str) -> None:
    async with open_stage(mode=mode) as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        hang = Fault(match="GET /transaction/verify/*", kind=FaultKind.HANG, seconds=30)
        stage.paystack.faults.plan(hang)
        await journey.pay()
        began = time.monotonic()
        assert await stage.stop() == 0
        assert time.monotonic() - began < 10
        await stage.start()
        await journey.see(PAYS, seconds=20)
        await assert_all_well(journey, events=0)


async def test_it_stops_in_time_while_google_hangs(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await put_connection(stage)
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        stage.google.faults.plan(Fault(match="*", kind=FaultKind.HANG, seconds=60, times=-1))
        await journey.pay()
        await journey.client.wait_for("The link to join follows")
        began = time.monotonic()
        assert await stage.stop() == 0
        assert time.monotonic() - began < 10


async def test_it_stops_in_time_while_telegram_does_not_say_who_it_is(open_stage: OpenStage) -> None:
    async with open_stage(start=False) as stage:
        stage.telegram.faults.plan(Fault(match="getMe", kind=FaultKind.HANG, seconds=60, times=-1))
        stage.bot = await stage.launch(stage)
        await asyncio.sleep(4)
        began = time.monotonic()
        assert await stage.stop() == 0
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_while_telegram_is_away_it_answers_and_stores_and_then_works(
    open_stage: OpenStage, mode: str
) -> None:
    async with open_stage(start=False, mode=mode) as stage, aiohttp.ClientSession() as browser:
        stage.telegram.faults.plan(Fault(match="getMe", kind=FaultKind.STATUS, status=502, times=-1))
        stage.bot = await stage.launch(stage)
        await until_it_lives(stage, browser)
        async with browser.get(f"{stage.public_url}/readyz") as ready:
            assert (ready.status, await ready.json()) == (503, {"database": True, "telegram": False})
        async with browser.get(f"{stage.public_url}/privacy") as page:
            assert (page.status, "t.me" in await page.text()) == (200, False)
        raw = b'{"event":"charge.success","data":{"id":1,"reference":"DD-unknown","status":"success"}}'
        signed = {"x-paystack-signature": hmac.new(PAYSTACK_KEY.encode(), raw, "sha512").hexdigest()}
        event = browser.post(f"{stage.public_url}/paystack/webhook", data=raw, headers=signed)
        async with event as answer:
            assert answer.status == 200
        if mode == "webhook":
            secret = {"X-Telegram-Bot-Api-Secret-Token": stage.environment()["TELEGRAM_WEBHOOK_SECRET"]}
            update = browser.post(
                f"{stage.public_url}/telegram/webhook", json={"update_id": 1}, headers=secret
            )
            async with update as answer:
                assert answer.status == 200
        stored = 2 if mode == "webhook" else 1
        assert await rows(stage, "SELECT count(*) FROM inbox WHERE state = 'new'") == [(stored,)]
        stage.telegram.faults.clear()
        await quiet(stage)
        assert await rows(stage, "SELECT count(*) FROM inbox WHERE state = 'done'") == [(stored,)]
        async with browser.get(f"{stage.public_url}/privacy") as page:
            assert 'href="https://t.me/' in await page.text()
        assert_log_is_clean(stage)


async def until_it_lives(stage: Stage, browser: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                async with browser.get(f"{stage.public_url}/healthz") as alive:
                    assert alive.status == 200
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


async def test_a_token_that_telegram_refuses_is_a_setting_to_be_named(open_stage: OpenStage) -> None:
    wrong = {"TELEGRAM_BOT_TOKEN": "4242:a-token-that-was-revoked"}
    async with open_stage(start=False, extra=wrong) as stage:
        code, out, err = await stage.command("run")
        assert (code, out) == (2, "")
        assert err.splitlines()[-1] == "TELEGRAM_BOT_TOKEN: Telegram does not accept it"
        assert "Traceback" not in err
        code, out, checked = await stage.command("check")
        assert (code, checked) == (1, "")
        assert "FAIL telegram: Telegram does not accept the token" in out.splitlines()
        assert "revoked" not in err + out


async def test_check_says_in_one_line_that_what_answers_is_not_telegram(open_stage: OpenStage) -> None:
    async def welcome(_: web.Request) -> web.Response:
        return web.Response(text="<html>Welcome to our network</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", welcome)
    async with served(app) as root, open_stage(start=False, extra={"TELEGRAM_API_URL": root}) as stage:
        code, out, err = await stage.command("check")
    failed = [line.split()[1] for line in out.splitlines() if not line.startswith("ok")]
    assert (code, err, failed) == (1, "", ["telegram:"])


async def test_check_names_each_service(open_stage: OpenStage) -> None:
    async with open_stage(start=False) as stage:
        code, out, err = await stage.command("check")
        assert (code, err) == (0, "")
        lines = out.splitlines()
        assert all(line.startswith("ok ") for line in lines)
        for service in ("settings", "telegram", "database", "paystack", "google"):
            assert any(f" {service}:" in line for line in lines)


async def test_check_fails_where_one_service_does_not_answer(open_stage: OpenStage) -> None:
    wrong = {"PAYSTACK_SECRET_KEY": "sk_test_ofSomebodyElse", "GOOGLE_CLIENT_SECRET": "another-secret"}
    async with open_stage(start=False, extra=wrong) as stage:
        code, out, err = await stage.command("check")
        failed = [line.split()[1] for line in out.splitlines() if line.startswith("FAIL")]
        assert (code, failed) == (1, ["paystack:", "google:"])
        for secret in [*wrong.values(), *secrets(stage)]:
            assert secret not in out + err


async def test_bad_settings_are_named_without_their_values(open_stage: OpenStage) -> None:
    async with open_stage(start=False, seeded=False, extra=WRONG) as stage:
        for command in (["run"], ["check"], ["practice", "export"]):
            code, out, err = await stage.command(*command)
            assert (code, out) == (2, "")
            assert sorted(line.partition(":")[0] for line in err.splitlines()) == sorted(WRONG)
            for value in [*list(WRONG.values())[:3], PAYSTACK_KEY, CLIENT_SECRET, TOKEN]:
                assert value not in err


async def test_a_port_that_is_taken_is_a_setting_to_be_named(open_stage: OpenStage) -> None:
    async with open_stage(start=False) as stage:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", stage.http_port))
            taken.listen()
            code, out, err = await stage.command("run")
        assert (code, out) == (2, "")
        last = err.splitlines()[-1]
        assert last.startswith("HTTP_HOST, HTTP_PORT: cannot listen there")
        assert "Traceback" not in err


async def test_a_database_file_that_cannot_be_is_a_setting_to_be_named(open_stage: OpenStage) -> None:
    async with open_stage(start=False) as stage:
        stage.database_url = "sqlite+aiosqlite:////proc/none/of/it.db"
        code, _, err = await stage.command("run")
    assert code == 2
    assert err.splitlines()[-1].startswith("DATABASE_URL: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("engine_name", ENGINES)
async def test_a_practice_is_declared_while_the_program_runs(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(ARRIVES)
        changed = stage.directory / "changed.toml"
        changed.write_text(PRACTICE.read_text().replace('"First consultation"', '"First long talk"'))
        (_, before, _), dry, (_, after, _) = (
            await stage.command("practice", "export"),
            await stage.command("practice", "apply", "--dry-run", str(changed)),
            await stage.command("practice", "export"),
        )
        assert (dry[0], after) == (0, before)
        assert "First long talk" in dry[1]
        assert (await stage.command("practice", "apply", str(changed)))[0] == 0
        exported = (await stage.command("practice", "export"))[1]
        assert exported == before.replace('"First consultation"', '"First long talk"')
        changed.write_text(exported)
        assert (await stage.command("practice", "apply", str(changed)))[0] == 0
        assert (await stage.command("practice", "export"))[1] == exported
        await journey.ada.send("/request")
        await journey.ada.wait_for_button("Consultation")
        await journey.ada.press("Consultation")
        await journey.ada.wait_until(lambda: offers(journey.ada, "First long talk"))
        assert_log_is_clean(stage)


async def test_a_bad_practice_file_changes_nothing(open_stage: OpenStage) -> None:
    async with open_stage(start=False) as stage:
        before = await stage.command("practice", "export")
        bad = stage.directory / "bad.toml"
        bad.write_text(PRACTICE.read_text().replace('price = "8000.00"', 'price = "8000.005"'))
        line = 1 + next(n for n, row in enumerate(bad.read_text().splitlines()) if "8000.005" in row)
        code, _, err = await stage.command("practice", "apply", str(bad))
        assert code == 1
        assert f"{line}" in err
        assert "price" in err
        assert await stage.command("practice", "export") == before


async def test_it_waits_for_telegram_and_stops_meanwhile(open_stage: OpenStage) -> None:
    async with open_stage(start=False) as stage:
        stage.telegram.faults.plan(Fault(match="getMe", kind=FaultKind.STATUS, status=502, times=3))
        starting = asyncio.get_running_loop().create_task(stage.start())
        await starting
        journey = Consultation(stage=stage)
        await journey.go(ARRIVES)
        assert await stage.stop() == 0


@pytest.mark.parametrize("command", [("run",), ("practice", "export"), ("key", "rotate")])
async def test_with_the_key_of_another_database_it_refuses_and_says_which_setting(
    open_stage: OpenStage, command: tuple[str, ...]
) -> None:
    extra: dict[str, str] = {}
    async with open_stage(start=False, extra=extra) as stage:
        assert (await stage.command("practice", "export"))[0] == 0
        _, key, _ = await stage.command("key")
        extra["ENCRYPTION_KEY"] = key.strip()
        code, out, err = await stage.command(*command)
        assert (code, out) == (2, "")
        assert err.startswith("ENCRYPTION_KEY: none of its keys opens what is stored in this database")
        assert len(err.splitlines()) == 1
        assert key.strip() not in err
