"""Finds out which dialect a module speaks, by asking it in each."""

from __future__ import annotations

from anyio import to_thread

from ..dialects import find_dialect, names
from ..errors import LinkError, OutOfSync
from ..link import Link, LinkReceiver, LinkWrapper
from ..modem.engine import Engine
from ..portable.dialect import Dialect
from ..wire.dialogue import Dialogue
from ..wire.outcomes import Outcome

__all__ = ["probe"]


class _Relay(LinkWrapper):
    """Lends a started link to one engine after another."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self._receiver: LinkReceiver | None = None
        self._lost: LinkError | None = None
        link.start(self)

    def link_received(self, data: bytes) -> None:
        """Pass bytes on."""
        if self._receiver is not None:
            self._receiver.link_received(data)

    def link_lost(self, cause: LinkError) -> None:
        """Pass the loss on, now and to whoever comes later."""
        self._lost = cause
        if self._receiver is not None:
            self._receiver.link_lost(cause)

    def start(self, receiver: LinkReceiver) -> None:
        self._receiver = receiver
        if self._lost is not None:
            receiver.link_lost(self._lost)


async def probe(link: Link) -> tuple[Dialect, Link]:
    """Return the dialect that the module on *link* speaks, and the link to go on with.

    Cancelled, the link stays open.

    :raises OutOfSync: it answers in none.
    :raises LinkLost: the link broke.
    """
    relay = _Relay(link)
    for name in await to_thread.run_sync(names):
        dialect = await to_thread.run_sync(find_dialect, name)
        engine = Engine(relay, Dialogue(dialect.vocabulary), _ignore, _ignore_loss)
        relay.start(engine)
        try:
            await engine.synchronize(rounds=1)
        except OutOfSync:
            continue
        finally:
            engine.stop()
        return dialect, relay
    raise OutOfSync(
        f"the module on {link.url} answers in none of the dialects {', '.join(names())}",
        advice="check wiring, power and baud rate, or name the dialect",
    )


def _ignore(outcome: Outcome) -> None:
    """What a module tells while it is asked for its dialect matters to nobody."""


def _ignore_loss(cause: LinkError) -> None:
    """The engine fails what waits by itself."""
