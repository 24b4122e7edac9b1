"""The command line. A command loads what it needs when it runs, so that `dietdesk key` does not wait for the rest."""

import asyncio
import gc
import os
import runpy
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.settings_error import SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings

BAD_SETTINGS = 2


def settings_or_exit() -> "Settings":
    """One line per problem on standard error, exit code 2."""
    from bot.settings import load_settings

    try:
        return load_settings()
    except SettingsError as error:
        refuse(error)


def refuse(error: SettingsError) -> NoReturn:
    for problem in error.problems:
        click.echo(problem, err=True)
    sys.exit(BAD_SETTINGS)


def quietly(settings: "Settings") -> None:
    from bot.logs import set_up_logs

    set_up_logs(level="ERROR", form=settings.log_format, secrets=settings.secrets)


def fail(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)


def _leave_when_told() -> None:
    """Nothing is begun yet: until the program minds the signals itself, each of them is a good end."""
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: os._exit(0))


@click.group()
def main() -> None:
    """A dietitian's practice inside Telegram."""


@main.command()
def run() -> None:
    """Serve updates and HTTP until SIGTERM or SIGINT."""
    _leave_when_told()
    gc.disable()  # what is loaded now stays: looking for garbage in it is a fifth of the start
    settings = settings_or_exit()
    from bot.operator import problems_before_live

    if problems := problems_before_live(settings):
        refuse(SettingsError(problems))
    from bot.logs import set_up_logs
    from bot.program import serve
    from integrations.clock import SystemClock

    gc.enable()
    set_up_logs(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    try:
        serve(settings, SystemClock())
    except SettingsError as error:
        refuse(error)


@main.command()
def check() -> None:
    """Validate the settings and reach each service; exit 1 if one fails."""
    settings = settings_or_exit()
    quietly(settings)
    from bot.check import check as look
    from integrations.clock import SystemClock

    async def report() -> bool:
        well = True
        async for finding in look(settings, SystemClock()):
            click.echo(f"{'ok  ' if finding.ok else 'FAIL'} {finding.service}: {finding.words}")
            well = well and finding.ok
        return well

    click.echo("ok   settings: complete")
    sys.exit(0 if asyncio.run(report()) else 1)


@main.group()
def practice() -> None:
    """Declare a practice in a file, or write the file from what is there."""


@practice.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print the difference and change nothing.")
def apply(file: Path, *, dry_run: bool) -> None:
    """Make the database say what FILE declares."""
    settings = settings_or_exit()
    quietly(settings)
    from bot.practice_file import PracticeFileError, read_practice

    try:
        declared = read_practice(file.read_text(encoding="utf-8"), source=str(file))
    except PracticeFileError as error:
        fail(*error.problems)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{file}: is not UTF-8 text")
    from bot.practice import apply_practice
    from domain.errors import Malformed, StorageUnavailable
    from integrations.clock import SystemClock

    try:
        click.echo(asyncio.run(apply_practice(settings, SystemClock(), declared, dry_run=dry_run)), nl=False)
    except SettingsError as error:
        refuse(error)
    except Malformed as error:
        fail(f"{file}: {error}")
    except StorageUnavailable as error:
        fail(f"DATABASE_URL: {error}")


@practice.command()
def export() -> None:
    """Write the practice file to standard output."""
    settings = settings_or_exit()
    quietly(settings)
    from bot.practice import export_practice
    from domain.errors import StorageUnavailable

    try:
        click.echo(asyncio.run(export_practice(settings)), nl=False)
    except SettingsError as error:
        refuse(error)
    except StorageUnavailable as error:
        fail(f"DATABASE_URL: {error}")


@main.group(invoke_without_command=True)
@click.pass_context
def key(context: click.Context) -> None:
    """Print a fresh ENCRYPTION_KEY."""
    if context.invoked_subcommand is None:
        from cryptography.fernet import Fernet

        click.echo(Fernet.generate_key().decode())


@key.command()
def rotate() -> None:
    """Seal everything anew with the first key of ENCRYPTION_KEY, so that the others can be taken out."""
    settings = settings_or_exit()
    quietly(settings)
    from bot.rotation import rotate_keys
    from domain.errors import StorageUnavailable
    from integrations.clock import SystemClock

    try:
        left = asyncio.run(rotate_keys(settings, SystemClock(), click.echo))
    except SettingsError as error:
        refuse(error)
    except StorageUnavailable as error:
        fail(f"DATABASE_URL: {error}")
    sys.exit(1 if left else 0)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
def backup(file: Path, *, force: bool) -> None:
    """Write the whole practice into FILE, sealed with ENCRYPTION_KEY, while the program runs."""
    settings = settings_or_exit()
    quietly(settings)
    if file.exists() and not force:
        fail(f"{file}: is there already; --force writes over it")
    from bot.backup import take
    from domain.errors import StorageUnavailable
    from integrations.clock import SystemClock

    try:
        asyncio.run(take(settings, SystemClock(), file, click.echo))
    except SettingsError as error:
        refuse(error)
    except StorageUnavailable as error:
        fail(f"DATABASE_URL: {error}")
    except OSError as error:
        fail(f"{file}: {error.strerror}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Take away all that is in the database first.")
@click.option("--yes", is_flag=True, help="Don't ask whether you are sure.")
def restore(file: Path, *, replace: bool, yes: bool) -> None:
    """Bring the practice back from FILE into an empty database; the program must not be running."""
    settings = settings_or_exit()
    quietly(settings)
    if replace and not yes:
        click.confirm("Everything in the database goes and can't be had back. Go on?", abort=True)
    from bot.backup import NotABackupError, bring_back
    from domain.errors import StorageUnavailable
    from integrations.clock import SystemClock

    try:
        asyncio.run(bring_back(settings, SystemClock(), file, click.echo, replace=replace))
    except NotABackupError as error:
        fail(f"{file}: {error}. Nothing was changed")
    except StorageUnavailable as error:
        fail(f"DATABASE_URL: {error}. Nothing was changed")
    except OSError as error:
        fail(f"{file}: {error.strerror}")


@main.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Don't ask whether you are sure.")
def erase(number: int, *, yes: bool) -> None:
    """Delete all data of person NUMBER, whom a backup brought back after they had them deleted."""
    settings = settings_or_exit()
    quietly(settings)
    if not yes:
        click.confirm(
            f"All that is held about person:{number} goes and can't be had back. Go on?", abort=True
        )
    from bot.erasing import erase_again
    from domain.errors import Malformed, MovedOn, NotYours, StorageUnavailable
    from integrations.clock import SystemClock

    try:
        asyncio.run(erase_again(settings, SystemClock(), number))
    except SettingsError as error:
        refuse(error)
    except NotYours:
        fail(f"person:{number}: there is none. Nothing was changed")
    except Malformed as error:
        fail(f"person:{number}: {error}. Nothing was changed")
    except MovedOn:
        fail(f"person:{number}: something was paid just now. Nothing was changed")
    except StorageUnavailable as error:
        fail(f"DATABASE_URL: {error}. Nothing was changed")
    click.echo(
        f"person:{number}: deleted are their profile, addresses, answers, notes, files and messages. "
        "Amounts, references and dates of payments stay without them."
    )


@main.command()
def demo() -> None:
    """Start the whole product against the local sandbox; prints one address to open."""
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    runpy.run_module("sandbox", run_name="__main__")
