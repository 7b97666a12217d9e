"""The links of the module as the driver knows them, and the peers of its server."""

from __future__ import annotations

from itertools import count

import attrs

from ...portable.values import Endpoint
from ...wire.event import Event
from .values.enums import LinkType

__all__ = ["LINKS", "LinkEntry", "LinkTable", "Peer"]

#: Links 0 to 4.
LINKS = 5


@attrs.define(eq=False, kw_only=True)
class LinkEntry:
    """A link that a session has, or is about to get.

    :param number: 0 to 4.
    :param type: its kind.
    :param remote: its far end; None for a server, and for a link that takes datagrams from anybody.
    :param port: the remote port by which CIPRECV names it.
    :param waits: its data wait in the module until they are fetched.
    """

    number: int
    type: LinkType
    remote: Endpoint | None = None
    port: int = 0
    waits: bool = False
    #: What its events tell, somebody waits for.
    changing: bool = True
    #: By what the module told that the far end has closed; data may wait still.
    end: Event | None = None


@attrs.define(eq=False, kw_only=True)
class Peer:
    """A peer of the server: it has no link of its own.

    :param handle: the driver's number for it.
    :param server: the link that it came by.
    :param remote: its address and port; by the port the module names it.
    """

    handle: int
    server: int
    remote: Endpoint
    end: Event | None = None


class LinkTable:
    """Which links are taken, which have to be closed before they are used again, and who is connected to the server."""

    def __init__(self) -> None:
        self.links: dict[int, LinkEntry] = {}
        #: Let go of by the other end; CIPSTOP makes them free.
        self.spent: set[int] = set()
        #: In use by somebody else: what CIPSTATUS last told of them.
        self.foreign: set[int] = set()
        self.peers: dict[int, Peer] = {}
        #: The server is to be closed once its last peer has gone.
        self.closing: bool = False
        self._handles = count(LINKS)

    def reset(self) -> None:
        """Forget everything; the numbers of peers go on, so that none comes again."""
        self.links.clear()
        self.spent.clear()
        self.foreign.clear()
        self.peers.clear()
        self.closing = False

    @property
    def server(self) -> LinkEntry | None:
        """The link that listens."""
        return next((entry for entry in self.links.values() if entry.type is LinkType.TCP_SERVER), None)

    def free(self) -> int | None:
        """Return the number of a free link: rather one that nobody else is known to have."""
        numbers = [number for number in range(LINKS) if number not in self.links]
        return min(numbers, key=lambda number: (number in self.foreign, number in self.spent, number), default=None)

    def release(self, entry: LinkEntry, *, spent: bool = False) -> None:
        """Let a link be used again.

        :param spent: the module has not closed it yet.
        """
        if self.links.get(entry.number) is entry:
            del self.links[entry.number]
            if spent:
                self.spent.add(entry.number)

    def add_peer(self, remote: Endpoint) -> Peer | None:
        """Learn that a peer has connected; None where nobody listens."""
        server = self.server
        if server is None:
            return None
        peer = Peer(handle=next(self._handles), server=server.number, remote=remote)
        self.peers[peer.handle] = peer
        return peer

    def peer_at(self, remote: Endpoint) -> Peer | None:
        """Return the peer with that address and port that has not gone."""
        return next((peer for peer in self.peers.values() if peer.remote == remote and peer.end is None), None)
