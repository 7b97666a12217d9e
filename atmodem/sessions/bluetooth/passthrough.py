"""A byte stream to a peripheral that passes the line bare."""

from __future__ import annotations

from ...modem.core import ModemCore
from ...portable.capabilities import Capability
from ...portable.values import GattHandle
from ..passthrough import PassthroughStream
from .notifications import Notifications
from .peer import Peer

__all__ = ["open_passthrough"]


async def open_passthrough(
    core: ModemCore, peer: Peer, values: Notifications, outgoing: GattHandle
) -> PassthroughStream:
    """Let the line be a stream to and from a peer; leaving it disconnects.

    Cancelled, it is left again in the background.

    :param values: what the peer notifies by the other characteristic, which it was asked for.
    :raises ConnectFailed: the module does not pass bytes over these.
    :raises ModeConflict: another stream has the line.
    """
    driver = core.require(core.driver.le, Capability.LE_ENTER_UART)
    stream = PassthroughStream(core, peer.aclose)
    # What the peer has told before the stream began comes first.
    values.hand_over(stream.taken)
    return await stream.open(lambda: driver.enter_uart(outgoing, values.handle))
