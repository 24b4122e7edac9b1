"""The part of the routing table that is about /settings."""

from handlers import privacy, profile, reminders, settings, zones
from handlers.call import Handler
from handlers.callbacks import Verb

SETTINGS_PRESSES: dict[Verb, Handler] = {
    Verb.SETTINGS: settings.show,
    Verb.PRIVACY: privacy.show,
    Verb.CONSENT: privacy.words,
    Verb.DROP_CONSENT: privacy.drop,
    Verb.DROP_CONSENT_SURE: privacy.drop_sure,
    Verb.MAIL_NOTICE: privacy.mail_notice,
    Verb.MAIL_AGREE: privacy.mail_agree,
    Verb.CHANGE_NAME: settings.change_name,
    Verb.CHANGE_EMAIL: settings.change_email,
    Verb.CHANGE_ZONE: zones.choose,
    Verb.REMINDERS: reminders.show,
    Verb.REMIND_ME: reminders.choose,
    Verb.QUIET: reminders.ask_quiet,
    Verb.QUIET_OFF: reminders.quiet_off,
    Verb.TERMS: settings.terms,
    Verb.SET_TERMS: settings.set_terms,
    Verb.REQUEST_DAYS: settings.request_days,
    Verb.SET_REQUEST_DAYS: settings.set_request_days,
    Verb.ZONE: zones.numbered,
    Verb.ZONE_NAMED: zones.named,
    Verb.SHARE_PLACE: zones.share,
    Verb.PROFILE: profile.profile,
    Verb.PROFILE_FIELD: profile.ask,
    Verb.PROFILE_SET: profile.chosen,
    Verb.PROFILE_NO_ROOM: profile.no_room,
}
