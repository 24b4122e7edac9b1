"""HTTP in: payment events, Telegram's updates, the payer's and the dietitian's browsers, health, metrics."""
