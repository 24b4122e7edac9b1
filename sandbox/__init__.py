"""The outside world, pretended over real HTTP on loopback: Telegram, Paystack, Google, a chat, a clock."""
