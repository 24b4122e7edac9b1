"""The program in the test's own event loop, on both engines."""

from tests.rig import rig

__all__ = ["rig"]
