"""What happened in the week before the demo opens: people who know the bot, plans paid for, sent and owed.

Everything goes through the phones, as it would for people, on a clock that begins a week ago; afterwards their
chats are cleared. So the demo begins with clean screens, and a confirmed booking needs no typing.
"""

from datetime import timedelta

from sandbox.sample_plan import sample_plan
from sandbox.stage import ADMIN, CLIENT, DIETITIAN, Stage
from sandbox.telegram import Phone

PAST = timedelta(days=9)  # what was promised within a week is late by then, and that was told
_EMAIL = "amina.bello@example.com"
_NOTE = "Start on Monday. Write to me if the market has no ugu this week."
_ANSWERS = (
    "To lose 6 kg before my sister's wedding in March.",
    "1.64 m, 81 kg this morning.",
    "Groundnuts give me a rash.",
)


async def live_through(stage: Stage) -> None:
    """The clock stands `PAST` back when it begins, and right when it ends."""
    ada, amina, admin = (stage.telegram.phone(number) for number in (DIETITIAN, CLIENT, ADMIN))
    ngozi = stage.telegram.phone(2003, first_name="Ngozi", last_name="Eze")
    bisi = stage.telegram.phone(2004, first_name="Bisi", last_name="Adeyemi")
    for phone in (ada, amina, ngozi, bisi, admin):
        await _meet(phone)
    await _give_email(amina, _EMAIL)
    await _buy(stage, amina, "Four-week")
    await _send_plan(ada, amina)
    await _buy(stage, ngozi, "Two-week", email="ngozi@example.com")
    stage.clock.advance(PAST)
    await ada.wait_for("it is late now")
    await _buy(stage, bisi, "Four-week", email="bisi@example.com")
    await _answer(bisi)
    await ada.wait_until(lambda: "request" in ada.commands)
    admin.clear()
    for phone in (ada, amina):
        phone.clear()
        await phone.start()
        await phone.wait_for_button("Help")


async def _meet(phone: Phone) -> None:
    await phone.start()
    await phone.wait_for_button("Agree")
    await phone.press("Agree")
    await phone.wait_for_button("Settings")


async def _give_email(client: Phone, email: str) -> None:
    await client.send("/settings")
    await client.wait_for_button("E-mail")
    await client.press("E-mail")
    await client.wait_for("Which e-mail")
    await client.send(email)
    await client.wait_for(email)


async def _buy(stage: Stage, client: Phone, title: str, *, email: str = "") -> None:
    """From the list of dietitians to the money; the e-mail is typed where nobody has given one yet."""
    await client.send("/buy")
    for label in ("Ada Obi", title):
        await client.wait_for_button(label)
        await client.press(label)
    if email:
        await client.wait_for("Type your e-mail")
        await client.send(email)
    await client.wait_for_button("Pay ₦")
    page = client.url_of("Pay ₦")
    await stage.paystack.pay(
        next(one.reference for one in stage.paystack.transactions if one.access_code in page)
    )
    await client.wait_for("prepares your plan")


async def _send_plan(dietitian: Phone, client: Phone) -> None:
    await dietitian.wait_for_button("Upload")
    await dietitian.press("Upload")
    await dietitian.wait_for("send the PDF")
    await dietitian.send_document("amina-four-weeks.pdf", sample_plan(client.chat.first_name), _NOTE)
    await dietitian.wait_for_button("Confirm")
    await dietitian.press("Confirm")
    await dietitian.wait_for("has received the plan")


async def _answer(client: Phone) -> None:
    """What the dietitian would like to know; the last questions stay open."""
    await client.wait_for("would like to know")
    await client.press("Agree")
    for number, answer in enumerate(_ANSWERS, start=1):
        await client.wait_for(f"Question {number} of")
        await client.send(answer)
    await client.wait_for(f"Question {len(_ANSWERS) + 1} of")
