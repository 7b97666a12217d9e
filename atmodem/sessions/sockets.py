"""Links of a module: opening them, and handing their events to whoever has them open."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from anyio import BrokenResourceError, to_thread
from anyio.streams.tls import TLSStream

from ..errors import AtmodemError, InvalidArgument, ModeConflict, ModuleReset, SessionBroken
from ..modem.core import ModemCore
from ..portable.capabilities import Capability, Support
from ..portable.drivers import SocketDriver
from ..portable.events import (
    ModuleRestarted,
    PortableEvent,
    SocketAccepted,
    SocketClosed,
    SocketConnected,
    SocketData,
    SocketReadable,
)
from ..portable.opening import Opening
from ..portable.values import Endpoint, Link, TlsOptions
from .arguments import check_endpoint, check_host, check_port
from .background import Ending, open_whole
from .credentials import Credentials, TlsFiles
from .listening import TcpListener
from .tcp import TcpStream
from .udp import BROADCAST, UdpSocket

__all__ = ["Sockets"]

T = TypeVar("T", TcpStream, TcpListener, UdpSocket)


class _HostTls(TLSStream):
    """Says good-bye at its end only to a far end that is still there."""

    async def aclose(self) -> None:
        with suppress(BrokenResourceError, ssl.SSLError):
            await super().aclose()


class Sockets:
    """The links of one modem: hands each link's events to the session that has it open."""

    def __init__(self, core: ModemCore, credentials: Credentials) -> None:
        self._core = core
        self._credentials = credentials
        self._sessions: dict[int, TcpStream | UdpSocket] = {}
        self._listeners: dict[int, TcpListener] = {}
        #: Openings under way, and what came meanwhile for links that no session has yet.
        self._opening = 0
        self._early: dict[int, list[SocketData | SocketReadable | SocketClosed]] = {}
        core.listen(self._event)
        core.on_end(self._ended)

    # Opening

    def connect_tcp(self, host: str, port: int, *, passive: bool | None = None) -> Opening[TcpStream]:
        """Open a TCP connection; see :meth:`atmodem.Modem.connect_tcp`."""
        return Opening(lambda: self._connect(host, port, passive, None))

    def connect_tls(
        self, host: str, port: int, *, options: TlsOptions, files: TlsFiles, passive: bool | None = None
    ) -> Opening[TcpStream]:
        """Open a connection that the module protects; see :meth:`atmodem.Modem.connect_tls`."""

        async def connect() -> TcpStream:
            core = self._core
            core.require(core.driver.sockets, Capability.TCP_CONNECT, *_tls_needs(options, files))
            return await self._connect(host, port, passive, await self._credentials.stored(options, files))

        return Opening(connect)

    async def _connect(self, host: str, port: int, passive: bool | None, tls: TlsOptions | None) -> TcpStream:
        driver = self._core.require(self._core.driver.sockets, Capability.TCP_CONNECT)
        check_host(host)
        check_port(port)
        opening = self._choosing(driver, passive, lambda waits: driver.open_tcp(host, port, passive=waits, tls=tls))
        return await self._open(opening, lambda link: self._adopt(driver, link))

    def connect_host_tls(self, host: str, port: int, *, context: ssl.SSLContext | None) -> Opening[TLSStream]:
        """Open a connection that this program protects; see :meth:`atmodem.Modem.connect_host_tls`."""

        async def connect() -> TLSStream:
            # The authorities that this host trusts are read from files.
            trusted = await to_thread.run_sync(ssl.create_default_context) if context is None else context
            stream = await self._connect(host, port, None, None)
            try:
                return await _HostTls.wrap(stream, hostname=host, ssl_context=trusted)
            except BaseException:
                await stream.aclose()
                raise

        return Opening(connect)

    def listen_tcp(self, port: int, *, backlog: int = 8) -> Opening[TcpListener]:
        """Listen for TCP connections; see :meth:`atmodem.Modem.listen_tcp`."""
        return Opening(lambda: self._listen(port, backlog))

    async def _listen(self, port: int, backlog: int) -> TcpListener:
        core = self._core
        driver = core.require(core.driver.sockets, Capability.TCP_LISTEN)
        check_port(port)
        if backlog < 1:
            raise InvalidArgument("backlog", "1 or more")

        def make(link: Link) -> TcpListener:
            listener = TcpListener(
                core, driver, link, port, backlog, lambda client: self._adopt(driver, client), self._forget_listener
            )
            self._listeners[link.number] = listener
            return listener

        opening = self._choosing(driver, None, lambda waits: driver.listen_tcp(port, passive=waits))
        return await self._open(opening, make)

    def open_udp(self, remote: Endpoint | None, *, local_port: int | None, limit: int) -> Opening[UdpSocket]:
        """Open a socket for datagrams; see :meth:`atmodem.Modem.open_udp`."""
        return Opening(lambda: self._open_udp(remote, local_port, limit))

    async def _open_udp(self, remote: Endpoint | None, local_port: int | None, limit: int) -> UdpSocket:
        core = self._core
        driver = core.require(core.driver.sockets, Capability.UDP_OPEN)
        if remote is not None:
            check_endpoint(remote)
            if remote[0] == BROADCAST:
                core.require(driver, Capability.UDP_BROADCAST)
        if local_port is not None:
            check_port(local_port, "local_port")
        if limit < 1:
            raise InvalidArgument("limit", "1 or more")

        def make(link: Link) -> UdpSocket:
            socket = UdpSocket(core, driver, link, limit, self._forget)
            self._register(socket)
            return socket

        return await self._open(lambda: driver.open_udp(remote, local_port), make)

    def _choosing(
        self, driver: SocketDriver, passive: bool | None, opening: Callable[[bool], Awaitable[Link]]
    ) -> Callable[[], Awaitable[Link]]:
        """Return what opens a link whose data wait in the module or do not, as *passive* says.

        Left open, they wait where they can, and do not where the links that are open already exclude it.
        """
        if passive:
            self._core.require(driver, Capability.PASSIVE_RECEIVE)
        can_wait = self._core.capabilities[Capability.PASSIVE_RECEIVE] is not Support.NO

        async def choose() -> Link:
            try:
                return await opening(can_wait if passive is None else passive)
            except ModeConflict:
                if passive is not None or not can_wait:
                    raise
                return await opening(False)

        return choose

    def _adopt(self, driver: SocketDriver, link: Link) -> TcpStream:
        stream = TcpStream(self._core, driver, link, self._forget)
        self._register(stream)
        return stream

    def _register(self, session: TcpStream | UdpSocket) -> None:
        self._sessions[session.link] = session
        # The first data, or even the close, may have come in one read with the answer.
        for event in self._early.pop(session.link, ()):
            session.tell(event)

    async def _open(self, opening: Callable[[], Awaitable[Link]], make: Callable[[Link], T]) -> T:
        """Return what *make* makes of the link that *opening* opens; what comes for the link meanwhile is kept."""

        async def work() -> T:
            generation = self._core.generation
            self._opening += 1
            try:
                link = await opening()
                if generation != self._core.generation:
                    raise ModuleReset("the module started anew", advice="open the connection again")
                return make(link)
            finally:
                self._opening -= 1
                if not self._opening:
                    self._early.clear()

        return await open_whole(self._core, work)

    # Events

    def _forget(self, session: TcpStream | UdpSocket) -> None:
        if self._sessions.get(session.link) is session:
            del self._sessions[session.link]

    def _forget_listener(self, listener: TcpListener) -> None:
        if self._listeners.get(listener.link) is listener:
            del self._listeners[listener.link]

    def _event(self, event: PortableEvent) -> None:
        if isinstance(event, SocketData | SocketReadable | SocketClosed):
            session = self._sessions.get(event.link)
            if session is not None:
                session.tell(event)
            elif self._opening:
                self._early.setdefault(event.link, []).append(event)
        elif isinstance(event, SocketConnected):
            self._early.pop(event.link, None)
        elif isinstance(event, SocketAccepted):
            self._accepted(event)
        elif isinstance(event, ModuleRestarted):
            self._break(SessionBroken("the module started anew", advice="open the connection again"))

    def _accepted(self, event: SocketAccepted) -> None:
        core, client = self._core, event.link
        listeners = [known for known in self._listeners.values() if event.listener in (None, known.link)]
        listener = listeners[0] if len(listeners) == 1 else None
        if listener is not None:
            listener.take(client)
        elif core.driver.sockets is not None:
            # The listener was closed meanwhile, or is not of this program.
            driver = core.driver.sockets
            Ending(core, lambda: driver.close(client.number)).begin()

    def _ended(self, error: AtmodemError) -> None:
        self._break(SessionBroken(f"the modem has ended: {error}"))

    def _break(self, error: SessionBroken) -> None:
        broken = [*self._sessions.values(), *self._listeners.values()]
        self._sessions, self._listeners = {}, {}
        self._early.clear()
        for session in broken:
            session.fail(error)


def _tls_needs(options: TlsOptions, files: TlsFiles) -> list[Capability]:
    """Return what a module must be able to do for *options*: none is dropped silently."""
    wanted = {
        Capability.TLS: True,
        Capability.TLS_CLIENT_CERTIFICATE: files.certificate is not None or options.certificate is not None,
        Capability.TLS_SERVER_NAME: options.server_name is not None,
        Capability.TLS_ALPN: bool(options.alpn),
        Capability.TLS_PSK: options.psk is not None,
    }
    return [capability for capability, needed in wanted.items() if needed]
