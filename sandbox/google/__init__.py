"""Google sign-in and Calendar, pretended over HTTP on loopback."""

from sandbox.google.model import SCOPE_ROOT, Account, Conference, Grant
from sandbox.google.standin import GoogleStandIn

__all__ = ["SCOPE_ROOT", "Account", "Conference", "GoogleStandIn", "Grant"]
