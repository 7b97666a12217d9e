"""The server of the module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles, queries
from ....virtual.network import Channel, Listener
from ....virtual.results import Refused
from ....wire.command import Command
from .. import commands as c
from ..values.network import Netif
from ..values.sockets import LinkRole, LinkType, ServerMode, ServerType
from .link import Link

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Server"]

_PORT = 333
_KINDS = {
    ServerType.TCP: LinkType.TCP,
    ServerType.TCPV6: LinkType.TCPV6,
    ServerType.SSL: LinkType.SSL,
    ServerType.SSLV6: LinkType.SSLV6,
}
_LOOPBACK = {
    ServerType.TCP: "127.0.0.1",
    ServerType.TCPV6: "::1",
    ServerType.SSL: "127.0.0.1",
    ServerType.SSLV6: "::1",
}
#: With DELETE, this in the place of the port closes the links as well.
_CLOSE_LINKS = 1


class Server(Part):
    """Takes connections and makes links of them."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._created: c.CIPSERVER | None = None
        self._listener: Listener | None = None

    @staticmethod
    def defaults() -> Mapping[Command[Any], Keep]:
        """Return the factory's settings."""
        return {
            c.CIPSERVERMAXCONN(num=5): Keep.NEVER,
            c.CIPSTO(time_s=0): Keep.NEVER,
        }

    @property
    def running(self) -> bool:
        """Whether it was created."""
        return self._created is not None

    @property
    def _type(self) -> ServerType:
        return (self._created.type if self._created else None) or ServerType.TCP

    def power_down(self) -> None:
        self._created = None
        self._stop_listening()

    # Creating and deleting

    @handles(c.CIPSERVER)
    async def control(self, command: c.CIPSERVER) -> None:
        """Create the server, or delete it."""
        if command.mode is ServerMode.DELETE:
            self._delete(close_links=command.port == _CLOSE_LINKS)
            return
        if not self._module.numbered or self.running:
            raise Refused
        self._module.addresses.need_network()
        self._created = command
        try:
            await self._listen()
        except OSError:
            self._created = None
            raise Refused from None

    def _delete(self, *, close_links: bool) -> None:
        if not self.running:
            raise Refused
        self._created = None
        self._stop_listening()
        if close_links:
            for link in self._clients():
                link.close()
                self._module.links.remove(link)
                self._module.links.tell_closed(link)

    @queries(c.CIPSERVER)
    def state(self) -> c.CIPSERVER:
        """Tell what runs."""
        created = self._created
        if created is None:
            return c.CIPSERVER(mode=ServerMode.DELETE)
        return c.CIPSERVER(
            mode=ServerMode.CREATE,
            port=created.port or _PORT,
            type=self._type,
            ca_enable=bool(created.ca_enable),
            netif=(created.netif or Netif.ALL) if self._module.profile.shows_netif else None,
        )

    @handles(c.CIPSERVERMAXCONN)
    def limit(self, command: c.CIPSERVERMAXCONN) -> None:
        """Set how many clients are taken."""
        if self.running:
            raise Refused
        self._module.settings.set(command)

    # Clients

    async def _listen(self) -> None:
        created = self._created
        if created is None or self._listener is not None:
            return
        secured = self._type in (ServerType.SSL, ServerType.SSLV6)
        tls = await self._module.tls.of_server(created) if secured else None
        local = (_LOOPBACK[self._type], created.port or _PORT)
        self._listener = await self._module.network.listen(local, self._accept, tls=tls)
        if self._created is not created:
            self._stop_listening()

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _clients(self) -> list[Link]:
        return [link for link in self._module.links.open_links if link.role is LinkRole.SERVER]

    def _accept(self, channel: Channel) -> None:
        links = self._module.links
        number = links.free_number()
        most = self._module.settings[c.CIPSERVERMAXCONN].num
        if number is None or len(self._clients()) >= most:
            channel.abort()
            return
        link = Link(self._module, number, _KINDS[self._type], LinkRole.SERVER, channel.remote)
        link.channel = channel
        link.local_port = channel.local[1]
        links.add(link)
        links.tell_open(link)
        self.heard(link)
        if len(self._clients()) >= most:
            # Who comes now is refused without a word.
            self._stop_listening()
        channel.start(link)

    def client_gone(self) -> None:
        """Listen again, now that a client has gone."""
        if self.running and self._listener is None:
            self._module.spawn(self._listen_again())

    async def _listen_again(self) -> None:
        try:
            await self._listen()
        except OSError:
            # Somebody else has taken the port meanwhile.
            self._created = None

    # Silence

    @handles(c.CIPSTO)
    def set_limit(self, command: c.CIPSTO) -> None:
        """Set after which silence a client is dropped."""
        if not self.running:
            raise Refused
        self._module.settings.set(command)
        for link in self._clients():
            self.heard(link)

    def heard(self, link: Link) -> None:
        """Begin to wait anew: something was sent or received on *link*."""
        if link.idle_timer is not None:
            link.idle_timer.cancel()
            link.idle_timer = None
        seconds = self._module.settings[c.CIPSTO].time_s
        if seconds and link.role is LinkRole.SERVER:
            link.idle_timer = self._module.clock.call_later(seconds, lambda: self._drop(link))

    def _drop(self, link: Link) -> None:
        link.idle_timer = None
        if self._module.links.get(link.number) is link:
            link.close()
            self._module.links.remove(link)
            self._module.links.tell_closed(link)
