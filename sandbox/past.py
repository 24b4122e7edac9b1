"""What happened before the demo opens: two phones that know the bot, one client known to the practice.

Everything goes through the phones, as it would for people; afterwards their chats are cleared. So the demo
begins with clean screens, and a confirmed booking needs no typing.
"""

from sandbox.telegram import Phone

_REASON = "I am travelling this week. Could we talk after that?"


async def live_through(*, dietitian: Phone, client: Phone, email: str) -> None:
    await _meet(dietitian)
    await _meet(client)
    await _give_email(client, email)
    await _ask(dietitian, client)
    await _decline(client)
    await dietitian.wait_for("declined")
    await dietitian.wait_until(lambda: "request" in dietitian.commands)
    for phone in (dietitian, client):
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


async def _ask(dietitian: Phone, client: Phone) -> None:
    await dietitian.send("/request")
    for label in ("Consultation", "Follow-up", "From Telegram"):
        await dietitian.wait_for_button(label)
        await dietitian.press(label)
    await dietitian.wait_for("choose your client")
    chat = client.chat
    picker = next(button for row in dietitian.keyboard for button in row if button.request_users)
    asked = int((picker.request_users or {})["request_id"])
    await dietitian.share_users(asked, [(chat.id, chat.first_name, chat.last_name)])
    for label in ("Skip", "Send"):
        await dietitian.wait_for_button(label)
        await dietitian.press(label)


async def _decline(client: Phone) -> None:
    await client.wait_for_button("Decline")
    await client.press("Decline")
    await client.wait_for_button("Skip")
    await client.send(_REASON)
