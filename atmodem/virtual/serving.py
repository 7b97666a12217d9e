"""Serving a virtual module to other programs: on a pty or over TCP."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

from ..errors import InvalidArgument, LinkError, LinkLost
from ..link.transport import TransportLink
from .device import VirtualModule
from .pty import open_pty

__all__ = ["check_loopback", "serve_pty", "serve_tcp"]


def check_loopback(host: str) -> None:
    """Check that *host* is an address that no other host can reach.

    :raises InvalidArgument: it is none.
    """
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise InvalidArgument("host", "a loopback address such as 127.0.0.1")


@asynccontextmanager
async def serve_pty(module: VirtualModule, path: str | os.PathLike[str] | None = None) -> AsyncIterator[str]:
    """Serve *module* on a pseudo terminal, and yield the path to open.

    :param path: a symbolic link with this name is made to the terminal, and removed at the end; None for none. One that
        was left behind is replaced, nothing else is.
    :raises LinkError: the name is taken.
    :raises PortBusy: somebody else is attached to the module.
    """
    link, terminal = open_pty()
    name = None if path is None else Path(path)
    try:
        if name is not None:
            await asyncio.to_thread(_make_symlink, name, terminal)
        module.attach(link)
        yield terminal if name is None else str(name)
    finally:
        await module.disconnect(link)
        if name is not None:
            await asyncio.to_thread(_remove_symlink, name, terminal)


def _make_symlink(name: Path, terminal: str) -> None:
    if name.is_symlink() and not name.exists():
        name.unlink()
    try:
        name.symlink_to(terminal)
    except OSError as error:
        advice = "choose another path"
        raise LinkError(f"{name} cannot be made: {error.strerror}", url=str(name), advice=advice) from error


def _remove_symlink(name: Path, terminal: str) -> None:
    # Somebody else may have taken the name meanwhile.
    if name.is_symlink() and os.readlink(name) == terminal:
        name.unlink()


class _ServedLink(TransportLink):
    """A program that has connected to a module over TCP."""

    def __init__(self, module: VirtualModule, programs: set[_ServedLink]) -> None:
        super().__init__(module.url)
        self._module = module
        self._programs = programs

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the transport."""
        super().connection_made(transport)
        try:
            self._module.attach(self)
            self._programs.add(self)
        except LinkError:
            # A serial line has one user at a time.
            self._abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the transport."""
        self._programs.discard(self)
        super().connection_lost(exc)

    def _loss(self, cause: Exception | None) -> LinkLost:
        return LinkLost(f"{self.url}: the program has gone", url=self.url)


@asynccontextmanager
async def serve_tcp(module: VirtualModule, host: str, port: int) -> AsyncIterator[str]:
    """Serve *module* as a serial server, to one program at a time, and yield its URL.

    :param host: an address of this host that no other can reach, such as ``127.0.0.1``: there is no password.
    :param port: 0 to 65535; 0 takes a free one.
    :raises InvalidArgument: *host* is no loopback address.
    :raises LinkError: the port cannot be used.
    """
    check_loopback(host)
    programs: set[_ServedLink] = set()
    try:
        server = await asyncio.get_running_loop().create_server(lambda: _ServedLink(module, programs), host, port)
    except (OSError, OverflowError) as error:
        raise LinkError(f"port {port} cannot be used: {error}", url=f"tcp://{host}:{port}") from error
    try:
        bound: tuple[str, int] = server.sockets[0].getsockname()[:2]
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        yield f"tcp://{shown}:{bound[1]}"
    finally:
        server.close()
        for link in tuple(programs):
            await module.disconnect(link)
