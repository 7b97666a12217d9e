"""Which link a URL stands for."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from ..errors import InvalidArgument, LinkError
from .arguments import checked_baudrate, redacted
from .base import Link
from .pyserial_url import open_pyserial
from .serialx import open_serialx
from .tcp import open_tcp

if sys.platform != "win32":
    from .serial import open_serial

__all__ = ["Backend", "open_link"]

#: What drives serial devices: pyserial-asyncio, or serialx where that extra is installed.
Backend: TypeAlias = Literal["pyserial-asyncio", "serialx"]

#: pyserial's name for TCP means the same; its own way reads byte by byte.
_TCP_SCHEMES = {"tcp", "socket"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


async def open_link(
    url: str,
    *,
    baudrate: int = 115200,
    rtscts: bool = False,
    backend: Backend = "pyserial-asyncio",
) -> Link:
    """Open the byte pipe that *url* stands for.

    Cancelled, it leaves nothing open.

    :param url: a device such as ``/dev/ttyUSB0`` or ``COM3``, or a pty; ``tcp://host:port`` (or
        ``socket://host:port``) for a serial server; or any other URL that pyserial opens, such as
        ``rfc2217://host:port``.
    :param baudrate: line speed in bits per second, 50 to 20000000. A link without a line ignores it.
    :param rtscts: whether the RTS and CTS lines hold the senders back. A link without a line ignores it.
    :param backend: what drives a device; other links ignore it. On Windows only ``"serialx"`` does.
    :raises InvalidArgument: an argument is outside of what is said here.
    :raises PortNotFound: there is no such port or host, or nothing listens there.
    :raises PortBusy: another program has the port open.
    :raises PortNotPermitted: this user may not open the port.
    :raises LinkError: it does not open for another reason.
    """
    _check(url, rtscts, backend)
    checked_baudrate(baudrate)
    scheme = _SCHEME.match(url)
    if scheme is None:
        return await _open_device(url, baudrate, rtscts, backend)
    if scheme[1].lower() in _TCP_SCHEMES:
        return await open_tcp(redacted(url), *_host_and_port(url))
    return await open_pyserial(url, redacted(url), baudrate=baudrate, rtscts=rtscts)


async def _open_device(path: str, baudrate: int, rtscts: bool, backend: Backend) -> Link:
    if backend == "serialx":
        return await open_serialx(path, baudrate=baudrate, rtscts=rtscts)
    if sys.platform == "win32":
        advice = "install atmodem[serialx] and pass backend='serialx'"
        raise LinkError(f"{path}: pyserial-asyncio does not work on Windows", url=path, advice=advice)
    return await open_serial(path, baudrate=baudrate, rtscts=rtscts)


def _check(url: str, rtscts: bool, backend: Backend) -> None:
    if not isinstance(url, str) or not url or not url.isprintable():
        raise InvalidArgument("url", "a device path or a URL, without control characters")
    if url.lower().startswith("virtual://"):
        raise InvalidArgument("url", "a real link: virtual:// modules are opened by atmodem.connect()")
    if not isinstance(rtscts, bool):
        raise InvalidArgument("rtscts", "True or False")
    if backend not in get_args(Backend):
        raise InvalidArgument("backend", " or ".join(map(repr, get_args(Backend))))


def _host_and_port(url: str) -> tuple[str, int]:
    with suppress(ValueError):  # the port is no number, or out of range
        parts = urlsplit(url)
        more = parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment
        if parts.hostname and parts.port and not more:
            return parts.hostname, parts.port
    raise InvalidArgument("url", "tcp://host:port with a port from 1 to 65535 and nothing else")
