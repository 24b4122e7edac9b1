"""A real process that logs everything it can, with the real libraries, and what it left on standard error."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.fernet import Fernet

from sandbox.telegram.serving import served

ROOT = Path(__file__).parents[2]
TOKEN, KEY = "4242424242:AAE-a_token-of_nobody_at-all", "sk_test_0123456789abcdef0123456789abcdef01234567"
CLIENT_SECRET, WEBHOOK_SECRET, FERNET = (
    "GOCSPX-not-a-real-one",
    "between-you-and-me",
    Fernet.generate_key().decode(),
)
MAIL_PASSWORD, DATABASE_PASSWORD = "mail-pass-word", "database-pass-word"
TYPED = "what somebody typed"
SECRETS = (TOKEN, KEY, CLIENT_SECRET, WEBHOOK_SECRET, FERNET, MAIL_PASSWORD, DATABASE_PASSWORD)

PROGRAM = """
import asyncio, logging, os
import aiohttp, httpx, structlog
from telegram.request import HTTPXRequest
from bot.logs import set_up_logs
from bot.settings import load_settings
from integrations.telegram.client import build_bot

settings = load_settings()
set_up_logs(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
for chatty in ("httpx", "httpcore", "hpack"):
    logging.getLogger(chatty).setLevel(logging.DEBUG)
token, key = settings.telegram_bot_token.get_secret_value(), settings.paystack_secret_key.get_secret_value()
url = f"{os.environ['SOMEWHERE']}/bot{token}/getMe"

async def main():
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as client:
        await client.get(url)
        await client.get(url.replace(":A", "%3AA"))
    log = structlog.get_logger("bot.inbox")
    log.info("a line", url=url, header=f"Bearer {key}", settings=repr(settings))
    logging.getLogger("a.library").warning("failed for %s with %s", url, {"Authorization": f"Bearer {key}"})
    for secret in os.environ["SECRETS"].split():
        logging.getLogger("careless").error("here it is: %s", secret)
    try:
        raise RuntimeError(f"POST {url} said no to {key}")
    except RuntimeError:
        log.exception("failed")
    typed = os.environ["TYPED"]
    bot = build_bot(token=token, api_url=os.environ["SOMEWHERE"])
    await bot.request.initialize()
    await bot.set_my_name(typed)
    await bot.request.shutdown()
    for library in ("aiosqlite", "sqlalchemy.engine.Engine", "googleapiclient.discovery", "aiosmtplib", "aiohttp"):
        logging.getLogger(library).debug("with %s", typed)
    try:
        try:
            {}[typed]
        except KeyError as error:
            raise ExceptionGroup("two", [ValueError(typed), OSError(24, "Too many open files")]) from error
    except ExceptionGroup:
        log.exception("failed")
    logging.getLogger("a.library").error("failed", exc_info=ValueError(typed))

asyncio.run(main())
print("done")
"""


async def _answer(_: web.Request) -> web.Response:
    return web.json_response({"ok": True, "result": True})


def _environment(somewhere: str, level: str, form: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SOMEWHERE": somewhere,
        "SECRETS": " ".join(SECRETS),
        "TYPED": TYPED,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "PAYSTACK_SECRET_KEY": KEY,
        "ENCRYPTION_KEY": FERNET,
        "GOOGLE_CLIENT_ID": "x",
        "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
        "SMTP_URL": f"smtp://user:{MAIL_PASSWORD}@mail.example.com:587",
        "MAIL_FROM": "desk@example.com",
        "DATABASE_URL": f"postgresql+asyncpg://user:{DATABASE_PASSWORD}@db.example.com/dietdesk",
        "LOG_LEVEL": level,
        "LOG_FORMAT": form,
    }


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
@pytest.mark.parametrize("form", ["console", "json"])
async def test_no_secret_and_nobodys_words_are_in_any_line(tmp_path: Path, level: str, form: str) -> None:
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", _answer)
    async with served(app) as somewhere:
        run = subprocess.run  # in a thread: the server of this test must go on answering
        command = [sys.executable, "-c", PROGRAM]
        environment = _environment(somewhere, level, form)
        done = await asyncio.to_thread(
            run,
            command,
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.stdout == "done\n", done.stderr
    assert "HTTP Request: GET" in done.stderr  # the library did log the address that holds the token
    assert "/bot[hidden]/getMe" in done.stderr
    assert "Traceback" in done.stderr
    assert [secret for secret in SECRETS if secret in done.stderr] == []
    assert TOKEN.partition(":")[2] not in done.stderr
    assert all(kind in done.stderr for kind in ("KeyError", "ValueError", "Too many open files"))
    assert TYPED not in done.stderr
