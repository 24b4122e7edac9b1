"""Telegram in: a press or a text becomes a use case, its outcome becomes a screen."""
