"""Which machine a name means."""

from ipaddress import ip_address


def is_this_machine(host: str) -> bool:
    """By its name or a loopback address; no name is looked up."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
