"""The outside services, built from the settings, opened and closed together."""

from dataclasses import dataclass

from telegram.ext import ExtBot
from telegram.request import BaseRequest

from bot.settings import Settings
from domain.ports import Clock, Mailer, PdfInspector, Places, Plotter, Vault
from integrations.google.authorization import GoogleAuthorization
from integrations.google.calendar import GoogleCalendar
from integrations.mail import NoMailer, SmtpMailer
from integrations.paystack.gateway import PaystackGateway
from integrations.pdf.inspector import SubprocessPdfInspector
from integrations.places import Gazetteer
from integrations.plots.plotter import SubprocessPlotter
from integrations.telegram.client import build_bot, updates_request
from integrations.telegram.limiter import PerChatLimiter
from integrations.telegram.pace import Pace
from storage.database import Database
from storage.vault import FernetVault


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The outside services, opened and closed together."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    bot: ExtBot[None]
    pace: Pace | None
    updates_request: BaseRequest
    gateway: PaystackGateway
    calendar: GoogleCalendar | None
    authorization: GoogleAuthorization
    mailer: Mailer
    pdf_inspector: PdfInspector
    plotter: Plotter
    places: Places

    async def close(self) -> None:
        await self.gateway.aclose()
        await self.authorization.aclose()
        if self.calendar is not None:
            await self.calendar.aclose()


def build_world(settings: Settings, clock: Clock) -> World:
    vault = FernetVault(settings.fernet_keys)
    updates = updates_request()
    return World(
        settings=settings,
        clock=clock,
        database=Database.from_url(settings.database_url.get_secret_value(), vault),
        vault=vault,
        bot=build_bot(
            token=settings.telegram_bot_token.get_secret_value(),
            api_url=settings.telegram_api_url,
            limiter=PerChatLimiter(),
            updates=updates,
        ),
        pace=Pace(),
        updates_request=updates,
        gateway=PaystackGateway(
            secret_key=settings.paystack_secret_key.get_secret_value(), api_url=settings.paystack_api_url
        ),
        calendar=_calendar(settings, vault),
        authorization=_authorization(settings),
        mailer=_mailer(settings),
        pdf_inspector=SubprocessPdfInspector(),
        plotter=SubprocessPlotter(),
        places=Gazetteer(),
    )


def _calendar(settings: Settings, vault: Vault) -> GoogleCalendar | None:
    if settings.google_client_id is None or settings.google_client_secret is None:
        return None
    return GoogleCalendar(
        client_id=settings.google_client_id,
        client_secret=settings.google_client_secret.get_secret_value(),
        api_url=settings.google_api_url,
        token_url=settings.google_token_url,
        vault=vault,
    )


def _authorization(settings: Settings) -> GoogleAuthorization:
    secret = settings.google_client_secret
    return GoogleAuthorization(
        client_id=settings.google_client_id or "",
        client_secret=secret.get_secret_value() if secret is not None else "",
        auth_url=settings.google_auth_url,
        token_url=settings.google_token_url,
        revoke_url=settings.google_revoke_url,
        redirect_uri=f"{settings.public_url}/google/callback" if settings.public_url else None,
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_url is None or settings.mail_from is None:
        return NoMailer()
    return SmtpMailer(smtp_url=settings.smtp_url.get_secret_value(), mail_from=settings.mail_from)
