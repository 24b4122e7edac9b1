"""Who runs this bot, as the settings name them. The law wants it said before anything is taken from anybody."""

from bot.settings import Settings
from domain.model.policy import Operator, Policy, retention_words

_REQUIRED = ("operator_name", "operator_address", "operator_contact")


def lacking(settings: Settings) -> list[str]:
    """The variables without which nobody knows who is answerable."""
    return [name.upper() for name in _REQUIRED if getattr(settings, name) is None]


def is_live(settings: Settings) -> bool:
    return settings.paystack_secret_key.get_secret_value().startswith("sk_live_")


def problems_before_live(settings: Settings) -> list[str]:
    """One line a variable; none while the key is a test key."""
    if not is_live(settings):
        return []
    return [
        f"{name}: is required with a live Paystack key; the privacy notice names it"
        for name in lacking(settings)
    ]


def policy_of(settings: Settings) -> Policy:
    name, address, contact = settings.operator_name, settings.operator_address, settings.operator_contact
    operator = None
    if name is not None and address is not None and contact is not None:
        operator = Operator(name=name, address=address, contact=contact, officer=settings.operator_dpo)
    return Policy(operator=operator, kept_for=retention_words(settings.retention))
