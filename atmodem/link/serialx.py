"""A link over a serial device or pty, driven by serialx (an extra)."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, cast

from ..errors import LinkError, LinkLost
from .arguments import checked_baudrate
from .ports import port_error
from .transport import TransportLink

__all__ = ["SerialxLink", "open_serialx"]


class _Transport(Protocol):
    """What serialx adds to an asyncio transport."""

    async def flush(self) -> None: ...

    async def reconfigure_port(self, *, baudrate: int) -> None: ...


class _Module(Protocol):
    SerialException: type[Exception]
    create_serial_connection: Callable[..., Awaitable[tuple[asyncio.Transport, SerialxLink]]]


class SerialxLink(TransportLink):
    """An open serial device or pty."""

    async def set_baudrate(self, baudrate: int) -> None:
        checked_baudrate(baudrate)
        if self._lost is not None:
            raise self._lost
        if self._over:
            return
        port = cast(_Transport, self._transport)
        serialx = _serialx(self.url)
        try:
            await port.flush()
            await port.reconfigure_port(baudrate=baudrate)
        except (OSError, ValueError, serialx.SerialException) as exc:
            raise LinkError(f"{self.url} does not take {baudrate} bit/s: {exc}", url=self.url) from exc

    def _loss(self, cause: Exception | None) -> LinkLost:
        return LinkLost(f"{self.url} hung up: {cause}", url=self.url, advice="plug it in again and reconnect")


async def open_serialx(url: str, *, baudrate: int, rtscts: bool) -> SerialxLink:
    """Open the device or pty *url* for this program alone.

    Cancelled, it closes what it has opened.

    :param baudrate: bits per second.
    :param rtscts: whether the RTS and CTS lines hold the senders back.
    :raises PortNotFound: there is no such port.
    :raises PortBusy: another program has it open.
    :raises PortNotPermitted: this user may not open it.
    :raises LinkError: serialx is not installed, or it is not a serial port, or refuses the settings.
    """
    loop = asyncio.get_running_loop()
    serialx = await loop.run_in_executor(None, _serialx, url)
    link = partial(SerialxLink, url)
    try:
        _, opened = await serialx.create_serial_connection(
            loop, link, url, baudrate=baudrate, rtscts=rtscts, exclusive=True
        )
    except (OSError, ValueError, serialx.SerialException) as exc:
        raise await loop.run_in_executor(None, port_error, url, url, exc) from exc
    return opened


def _serialx(url: str) -> _Module:
    try:
        return cast(_Module, importlib.import_module("serialx"))
    except ImportError as exc:
        advice = "pip install 'atmodem[serialx]', or leave the backend out"
        raise LinkError(f"{url} needs serialx, which is not installed", url=url, advice=advice) from exc
