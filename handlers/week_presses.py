"""The part of the routing table that is about when a dietitian is there, and their calendar."""

from handlers import availability, google, timeoff
from handlers.call import Handler
from handlers.callbacks import Verb

WEEK_PRESSES: dict[Verb, Handler] = {
    Verb.WEEK: availability.week,
    Verb.WEEK_DAY: availability.day,
    Verb.WEEK_PRESET: availability.preset,
    Verb.WEEK_ADD: availability.add,
    Verb.WEEK_DROP: availability.drop,
    Verb.WEEK_COPY: availability.copy,
    Verb.WEEK_COPY_SURE: availability.copy_sure,
    Verb.WEEK_RULES: availability.rules,
    Verb.WEEK_RULE: availability.rule,
    Verb.WEEK_RULE_SET: availability.rule_chosen,
    Verb.WEEK_PICTURE: availability.picture,
    Verb.WEEK_OUTSIDE: availability.outside,
    Verb.TIME_OFF: timeoff.time_off,
    Verb.TIME_OFF_ENTRY: timeoff.entry,
    Verb.TIME_OFF_REMOVE: timeoff.remove,
    Verb.TIME_OFF_REMOVE_SURE: timeoff.remove_sure,
    Verb.TIME_OFF_ADD: timeoff.add,
    Verb.TIME_OFF_CONFIRM: timeoff.confirm,
    Verb.TIME_OFF_REASON: timeoff.reason,
    Verb.TIME_OFF_SKIP: timeoff.skip,
    Verb.CLASHES: timeoff.clashes,
    Verb.ASK_TO_MOVE: timeoff.ask_to_move,
    Verb.ASK_ALL_TO_MOVE: timeoff.ask_all,
    Verb.GOOGLE: google.show,
    Verb.CONNECT: google.connect,
    Verb.DISCONNECT: google.disconnect,
    Verb.DISCONNECT_SURE: google.disconnect_sure,
    Verb.WITHOUT_GOOGLE: google.choose,
    Verb.FOLLOW_EVENT: google.follow_event,
    Verb.PUT_EVENT_BACK: google.put_event_back,
    Verb.MAKE_EVENT_AGAIN: google.make_event_again,
}
