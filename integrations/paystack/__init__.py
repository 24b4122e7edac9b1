"""Paystack: the client that asks, and the reading of what its webhooks say."""
