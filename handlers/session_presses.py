"""The part of the routing table that is about a booked session, from its card to what was said of it."""

from handlers import attend, reminders, sessions, upcoming
from handlers.call import Handler
from handlers.callbacks import Verb

SESSION_PRESSES: dict[Verb, Handler] = {
    Verb.BOOKING: sessions.show,
    Verb.GET_LINK: sessions.get_link,
    Verb.CANCEL_BOOKING: sessions.cancel,
    Verb.CANCEL_BOOKING_SURE: sessions.cancel_sure,
    Verb.MOVE: sessions.move,
    Verb.MOVE_DAY: sessions.move_day,
    Verb.MOVE_SLOT: sessions.move_slot,
    Verb.MOVE_SURE: sessions.move_sure,
    Verb.CALENDAR: sessions.calendar,
    Verb.PAST: upcoming.my_past,
    Verb.PAST_AGENDA: upcoming.past_agenda,
    Verb.LATE: reminders.late,
    Verb.LATE_SURE: reminders.late_sure,
    Verb.HERE: attend.tap,
    Verb.SESSION_END: attend.ending,
    Verb.HELD: attend.held,
    Verb.NO_SHOW: attend.no_show,
    Verb.NO_SHOW_SURE: attend.no_show_sure,
    Verb.ABSENT: attend.absent,
    Verb.ABSENT_SURE: attend.absent_sure,
    Verb.TAKE_BACK: attend.take_back,
    Verb.FOLLOW_UP: attend.follow_up,
    Verb.RATE: attend.rate,
    Verb.REVIEW_WORDS: attend.ask_words,
}
