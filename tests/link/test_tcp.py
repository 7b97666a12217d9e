"""What holds for TCP only."""

import socket
import struct

import pytest

from atmodem.errors import LinkLost
from atmodem.link import open_link
from atmodem.link.tcp import TcpLink
from tests.link.ends import Receiver, SocketEnd

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_leaks")]


async def test_small_pieces_leave_at_once_and_a_silent_server_is_noticed():
    far = SocketEnd()
    link = await open_link(f"tcp://127.0.0.1:{far.port}")
    assert isinstance(link, TcpLink)
    connection = link._transport.get_extra_info("socket")
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    await link.aclose()
    far.close()


async def test_a_reset_is_a_loss():
    far = SocketEnd()
    link = await open_link(f"tcp://127.0.0.1:{far.port}")
    receiver = Receiver()
    link.start(receiver)
    connection = await far.connection()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    loss = await receiver.loss()
    assert isinstance(loss, LinkLost)
    assert "reset" in str(loss)
    await link.aclose()
    far.close()


async def test_a_server_that_stops_sending_is_lost_whatever_is_queued_for_it():
    far = SocketEnd()
    link = await open_link(f"tcp://127.0.0.1:{far.port}")
    receiver = Receiver()
    link.start(receiver)
    connection = await far.connection()
    link.write(bytes(16 * 1024 * 1024))  # more than the system's buffers hold
    connection.shutdown(socket.SHUT_WR)
    assert "the server closed the connection" in str(await receiver.loss())
    await link.drain()
    await link.aclose()
    assert len(receiver.losses) == 1
    far.close()
