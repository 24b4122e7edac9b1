"""Ports to listen at, for programs that must be told theirs before they start."""

import os
import socket
from itertools import count

# Below those that Linux gives to connections going out (ip(7), ip_local_port_range), so that none of these takes
# the port before its listener does; each process goes through them from a place of its own.
_PORTS = range(10_240, 32_768)
_places = count(os.getpid() * 4001)


def free_port() -> int:
    """On the loopback. RuntimeError where there is none."""
    for place, _ in zip(_places, _PORTS, strict=False):
        port = _PORTS[place % len(_PORTS)]
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("every port is taken")
