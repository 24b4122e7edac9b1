"""Who is at the other end of a request, where proxies stand between.

`X-Forwarded-For` is a list to which each proxy adds, at its right end, whom it heard; all further left is hearsay
that a sender can make up (developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For).
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]


def sender_of(peer: str | None, forwarded: Sequence[str], trusted: Networks) -> Address | None:
    """The nearest hop that is no proxy of ours; None where that is no address. `forwarded`: header by header."""
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    address: Address | None = None
    for hop in (peer or "", *reversed(hops)):
        address = read_address(hop)
        if address is None or not is_among(address, trusted):
            return address
    return address


def read_address(text: str) -> Address | None:
    """IPv4 in IPv6's clothes is IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def is_among(address: Address, networks: Networks) -> bool:
    return any(address in network for network in networks)
