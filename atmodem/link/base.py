"""What a link is: a byte pipe to a module and nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from ..errors import LinkError

__all__ = ["Link", "LinkReceiver"]


class LinkReceiver(Protocol):
    """Who gets the bytes. Both methods are called in the event loop and must not block."""

    def link_received(self, data: bytes) -> None:
        """Take the bytes of one read; how they are cut means nothing."""

    def link_lost(self, cause: LinkError) -> None:
        """Learn that the link broke; called once, and nothing is received after it."""


class Link(ABC):
    """A byte pipe to a module, open from the moment that it exists.

    Bytes are pushed into the :class:`LinkReceiver` given to :meth:`start`; what arrives before that is kept.
    """

    #: The URL of this link without credentials, for messages and logs.
    url: str

    @abstractmethod
    def start(self, receiver: LinkReceiver) -> None:
        """Deliver everything received, from now on, to *receiver*. Called once."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Queue *data* for sending, at once and in order. Ignored when the link is lost or closed."""

    @abstractmethod
    async def drain(self) -> None:
        """Wait until the send queue is short again (back-pressure); return at once when the link is lost.

        Cancelling it leaves the queue as it is.
        """

    async def flush(self) -> None:
        """Wait until everything queued has left, as far as the link can tell; return at once when it is lost.

        Cancelling it leaves the queue as it is.
        """
        await self.drain()

    @abstractmethod
    def pause_reading(self) -> None:
        """Stop delivering, so that the system's buffer and flow control hold the sender back."""

    @abstractmethod
    def resume_reading(self) -> None:
        """Deliver again after :meth:`pause_reading`."""

    async def set_baudrate(self, baudrate: int) -> None:
        """Switch the line speed (bits per second) after everything queued has been sent.

        A link without a line speed ignores it.
        """

    @abstractmethod
    async def aclose(self) -> None:
        """Close the link; idempotent. ``link_lost`` is not called for it.

        Cancelling it still closes the link, without waiting for queued bytes.
        """
