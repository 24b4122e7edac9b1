"""Updates of every kind (core.telegram.org/bots/api#update), filled with what people can send."""

from typing import Any

from hypothesis import strategies as st

from handlers.attached import _KINDS
from handlers.router import COMMANDS
from tests.fuzz.words import anything, names, texts, wicked

Json = dict[str, Any]
Values = st.SearchStrategy[Json]
numbers = st.one_of(st.sampled_from([0, 1, -1, 2**31, 2**52, 2**63]), st.integers(-(2**52), 2**52))
sizes = st.one_of(st.sampled_from([0, 1, 20 * 2**20, 20 * 2**20 + 1, 2**40]), st.integers(0, 2**31))
loose: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, wicked),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=6,
)
OTHERS = (
    "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll",
    "poll_answer",
    "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
    "something_new",
)  # fmt: skip
SERVICE = (
    "new_chat_members", "left_chat_member", "new_chat_title", "delete_chat_photo", "group_chat_created",
    "migrate_to_chat_id",
    "pinned_message", "invoice", "successful_payment", "refunded_payment", "chat_shared", "gift",
    "connected_website",
    "write_access_allowed", "passport_data", "proximity_alert_triggered", "boost_added",
    "chat_background_set",
    "forum_topic_created", "giveaway", "video_chat_started", "web_app_data", "checklist_tasks_done",
    "direct_message_price_changed",
    "message_auto_delete_timer_changed", "suggested_post_paid",
)  # fmt: skip
STATUSES = ("member", "kicked", "left", "administrator", "restricted", "creator", "something_new")
file_ids = st.one_of(st.just("AgACAgIAAxkBAAI"), st.text(min_size=1, max_size=80), st.just("x" * 600))


def _given(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Telegram leaves out what is not there."""
    return st.one_of(st.none(), strategy)


def _some(**fields: st.SearchStrategy[Any]) -> Values:
    filled = st.fixed_dictionaries({name: _given(strategy) for name, strategy in fields.items()})
    return filled.map(lambda values: {name: value for name, value in values.items() if value is not None})


documents = st.builds(
    lambda file_id, more: {"file_id": file_id, "file_unique_id": "u", **more},
    file_ids,
    _some(
        file_name=names,
        mime_type=st.one_of(wicked, st.just("application/pdf")),
        file_size=sizes,
        thumbnail=loose,
    ),
)
places = st.builds(
    lambda latitude, longitude: {"latitude": latitude, "longitude": longitude},
    st.one_of(st.floats(-90, 90), st.integers(-90, 90)),
    st.one_of(st.floats(-180, 180), st.integers(-180, 180)),
)
people_shared = st.builds(
    lambda number, users: {"request_id": number, "user_ids": [1], "users": users},
    numbers,
    st.lists(
        st.builds(
            lambda number, more: {"user_id": number, **more},
            st.integers(1, 2**52),
            _some(first_name=names, last_name=names, username=names),
        ),
        min_size=1,
        max_size=3,
    ),
)
commands = st.builds(
    "/{}{}{}".format,
    st.one_of(
        st.sampled_from(sorted(COMMANDS)), anything, st.sampled_from(["start", "START", "ſtart", "x" * 32])
    ),
    st.sampled_from(["", "@dietdesk_bot", "@another_bot", "@"]),
    st.one_of(st.just(""), texts.map(lambda text: " " + text)),
)


def deep_links(tokens: tuple[str, ...]) -> st.SearchStrategy[str]:
    payloads = st.one_of(
        st.sampled_from(tokens),
        st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", max_size=10).map("at-{}".format),
        st.text("abcdefABCDEF0123456789_-", min_size=1, max_size=64),
        wicked,
    )
    return payloads.map("/start {}".format)


def said(typed: st.SearchStrategy[str]) -> Values:
    """What a message holds beside who sent it and where."""
    media = st.builds(
        lambda kind, what, more: {kind: what, **more}, st.sampled_from(_KINDS), loose, _some(caption=texts)
    )
    return st.one_of(
        typed.map(lambda text: {"text": text}),
        typed.map(lambda text: {"text": text}),
        typed.map(lambda text: {"text": text}),
        st.builds(
            lambda text, more: {"text": text, **more},
            typed,
            _some(
                entities=st.just([{"type": "bold", "offset": 0, "length": 10**6}]),
                forward_origin=loose,
                via_bot=loose,
                reply_to_message=loose,
                quote=loose,
                message_thread_id=numbers,
                sender_chat=loose,
                effect_id=wicked,
                is_from_offline=st.booleans(),
                business_connection_id=wicked,
                paid_star_count=numbers,
            ),
        ),
        st.builds(
            lambda file, more: {"document": file, **more},
            documents,
            _some(caption=texts, media_group_id=wicked),
        ),
        st.builds(lambda file: {"animation": file, "document": file}, documents),
        places.map(lambda place: {"location": place}),
        st.builds(
            lambda place, title: {"location": place, "venue": {"location": place, "title": title}},
            places,
            names,
        ),
        people_shared.map(lambda users: {"users_shared": users}),
        media.filter(
            lambda message: (
                not isinstance(message.get("document") or message.get("location"), str | list | int)
            )
        ),
        st.builds(lambda kind, what: {kind: what}, st.sampled_from(SERVICE), loose),
    )


def senders(number: int) -> Values:
    return st.builds(
        lambda first, more: {"id": number, "is_bot": False, "first_name": first, **more},
        names,
        _some(
            last_name=names,
            username=names,
            language_code=st.one_of(st.just("en"), wicked),
            is_premium=st.just(True),
        ),
    )


memberships = st.sampled_from(STATUSES).map(
    lambda status: {
        "date": 1,
        "old_chat_member": {"status": "member", "user": {"id": 1}},
        "new_chat_member": {"status": status, "user": {"id": 1}},
    }
)
others = st.builds(lambda kind, what: {kind: what}, st.sampled_from(OTHERS), loose)
groups = st.sampled_from(["group", "supergroup", "channel", "sender"])
