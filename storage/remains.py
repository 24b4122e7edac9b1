"""What stays when a person's data are deleted, by table, and why. What becomes of the rest is in `storage.erasing`."""

from collections.abc import Mapping
from typing import Final

KEPT: Final[Mapping[str, str]] = {
    # whose the rest is: nobody's; that they agreed, and when their data went
    "people": "id created_at consented_at consent_version",
    # proof that what was done was lawful: purposes, versions and dates of a person without a name
    "consents": "id person_id purpose version words_hash record given_at withdrawn_at",
    "dietitians": "id public_id person_id zone_is_guessed minimum_notice_hours booking_window_days buffer_minutes "
    "buffer_before_minutes slot_step_minutes daily_maximum free_hours late_refund_percent request_days "
    "book_without_google suspended_at position created_at",
    "invites": "id public_id token_hash created_by created_at expires_at used_by used_at revoked_at",
    # what was sold: the accounts refer to it
    "services": "id public_id dietitian_id slug kind title minutes price currency promised_days by_request_only "
    "position",
    "requests": "id public_id rev dietitian_id client_id origin kind service_id state title minutes price currency "
    "description promised_days created_at sent_at agreed_at decided_at expires_at",
    "bookings": "id public_id rev request_id dietitian_id client_id state start end busy_until hold_until shown_until "
    "free_hours late_refund_percent created_at confirmed_at closed_at meeting_state sequence moved_by_dietitian "
    "move_asked came_late",
    "plans": "id rev request_id dietitian_id client_id state promised_at free_hours late_refund_percent created_at "
    "sent_at received_at closed_at",
    # of a dietitian who left, for the clients who have these plans
    "plan_files": "id public_id dietitian_id request_id number state name size sha256 pages handle uploaded_at "
    "confirmed_at delivered_at mailed_at failed_at",
    # amounts, references and dates: the law on accounts
    "payments": "id reference rev request_id booking_id client_id amount currency domain state outcome "
    "outcome_reason created_at checks next_check_at paid_at paid_amount paid_currency paid_domain channel fees "
    "provider_id settled_at dispute dispute_due_at dispute_resolution",
    "refunds": "id public_id rev payment_id amount currency state reason decided_by provider_id tries error "
    "created_at changed_at next_check_at",
    "ledger": "id payment_id at source target amount currency decided_by reason",
    # who was there decides about money; whose it was is not said
    "attendances": "booking_id role here_at alone_at late_at late_minutes",
    "reviews": "id booking_id stars created_at",
    # who did what: people stand in it by a number that leads to nobody any more
    "audit": "id at actor action record",
    "broadcasts": "id public_id author text created_at sent_at",  # the house's own words to its dietitians
    "inbox": "id source key received_at attempts due_at lane",  # so that nothing is taken in twice
    "outbox": "id errand key due_at attempts created_at batch about_at",  # so that nothing is said twice
    "wordings": "words_hash purpose version words first_given_at",  # the house's notices
    "keyring": "name sealed",
    "restores": "id taken_at restored_at asked_at",
    "retention": "kind kept oldest next_takes taken days began_at ended_at",
    "jobs": "program name every ran_at succeeded_at failed_at error reported_at",  # about machines
}
