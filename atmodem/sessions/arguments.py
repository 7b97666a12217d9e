"""What sessions of links take."""

from __future__ import annotations

from ..errors import InvalidArgument
from ..portable.values import Endpoint

__all__ = ["check_endpoint", "check_host", "check_port"]


def check_host(host: str) -> None:
    """Refuse what is neither a name nor an address."""
    if not host or any(ord(character) < 0x21 or character == "\x7f" for character in host):
        raise InvalidArgument("host", "a host name or an address")


def check_port(port: int, name: str = "port") -> None:
    """Refuse what is no port."""
    if isinstance(port, bool) or not 1 <= port <= 65535:
        raise InvalidArgument(name, "from 1 to 65535")


def check_endpoint(remote: Endpoint) -> None:
    """Refuse what is no host with a port."""
    host, port = remote
    check_host(host)
    check_port(port)
