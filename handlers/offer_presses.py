"""The part of the routing table that is about what a dietitian offers."""

from handlers import edit_offers, offers
from handlers.call import Handler
from handlers.callbacks import Verb

OFFER_PRESSES: dict[Verb, Handler] = {
    Verb.OFFERS: offers.services,
    Verb.OFFER: offers.offer,
    Verb.QUESTIONS: offers.questions,
    Verb.ADD_QUESTION: offers.add_question,
    Verb.DROP_QUESTION: offers.drop_question,
    Verb.PUBLIC_LINK: offers.public_link,
    Verb.ARCHIVED: edit_offers.archived,
    Verb.ADD_OFFER: edit_offers.add,
    Verb.ADD_OFFER_ANSWER: edit_offers.add_chosen,
    Verb.ADD_OFFER_BACK: edit_offers.add_back,
    Verb.EDIT_OFFER: edit_offers.edit,
    Verb.SET_OFFER: edit_offers.edit_chosen,
    Verb.SHOW_OFFER: edit_offers.show,
    Verb.PLACE_OFFER: edit_offers.place,
    Verb.ARCHIVE_OFFER: edit_offers.archive,
    Verb.ARCHIVE_OFFER_SURE: edit_offers.archive_sure,
    Verb.RESTORE_OFFER: edit_offers.restore,
}
