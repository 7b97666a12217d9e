"""WebSockets by the commands of ESP-AT."""

import asyncio
import logging

import pytest

from atmodem import (
    CommandError,
    ConnectFailed,
    DataLost,
    InvalidArgument,
    SessionBroken,
    SessionClosed,
    Unsupported,
    WebSocketClosed,
    WebSocketData,
)
from atmodem.dialects import espat
from atmodem.portable.values import TlsOptions
from atmodem.virtual.websocket import Opcode
from tests.sessions.bench import bench, cancelled_after
from tests.sessions.modems import ERROR, OK, online, scripted
from tests.sessions.websocket_far import websocket_server

pytestmark = pytest.mark.asyncio

CONF = b"AT+WSCFG=0,10,120,4096"
OPEN = b'AT+WSOPEN=0,"ws://h/",,15000'
SET_UP = {CONF: OK, b"AT+WSHEAD=0": OK}
OPENED = {**SET_UP, OPEN: b"+WS_CONNECTED:0\r\n" + OK, b"AT+WSCLOSE=0": OK + b"+WS_CLOSED:0\r\n"}


async def test_what_is_told_of_an_earlier_one_never_reaches_the_next():
    async with scripted({**OPENED, b"AT+WSCLOSE=0": OK}) as (peer, modem):
        async with modem.websocket("ws://h/") as first:
            peer.say(b"+WS_DATA:0,3,one\r\n")
            assert (await first.receive()).data == b"one"
        peer.answers[OPEN] = b"+WS_DATA:0,4,late\r\n+WS_CLOSED:0\r\n+WS_CONNECTED:0\r\n+WS_DATA:0,3,two\r\n" + OK
        async with modem.websocket("ws://h/") as second:
            assert (await second.receive()).data == b"two"
            peer.say(b"+WS_DATA:0,5,three\r\n")
            assert (await second.receive()).data == b"three"


async def test_a_lost_one_is_closed_in_the_module_which_would_open_it_again():
    async with scripted(OPENED) as (peer, modem), modem.events(WebSocketClosed) as closed:
        async with modem.websocket("ws://h/") as socket:
            peer.say(b"+WS_DISCONNECTED:0\r\n")
            assert [data async for data in socket] == []
            await peer.heard(b"AT+WSCLOSE=0")
            # It had begun already.
            peer.say(b"+WS_CONNECTED:0\r\n+WS_DATA:0,3,abc\r\n")
        assert (await anext(closed)).socket == 0
        assert peer.lines.count(b"AT+WSCLOSE=0") == 1


async def test_data_and_the_close_come_as_events_too():
    async with scripted(OPENED) as (peer, modem), modem.events(WebSocketData, WebSocketClosed) as events:
        async with modem.websocket("ws://h/"):
            peer.say(b"+WS_DATA:0,3,abc\r\n+WS_CLOSED:0\r\n")
            data, closed = await anext(events), await anext(events)
        assert (data.data, data.kind, data.final) == (b"abc", None, None)
        assert isinstance(data.cause, espat.WsData)
        assert isinstance(closed.cause, espat.WsClosed)


async def test_data_that_are_cut_short_on_the_line_are_a_loss():
    async with scripted(OPENED) as (peer, modem), modem.websocket("ws://h/") as socket:
        peer.say(b"+WS_DATA:0,10,12345")
        assert (await socket.receive()).data == b"12345"
        with pytest.raises(DataLost) as lost:
            await socket.receive()
        assert lost.value.lost == 5


async def test_a_failed_opening_is_given_up_in_the_module():
    async with scripted({**SET_UP, OPEN: ERROR, b"AT+WSCLOSE=0": ERROR}) as (peer, modem):
        peer.answers[b"AT+CIPRECVTYPE=4,1"] = OK
        peer.answers[b'AT+CIPSTART=4,"TCP","h",80'] = ERROR
        with pytest.raises(ConnectFailed, match="h port 80"):
            await modem.websocket("ws://h/")
        assert b"AT+WSCLOSE=0" in peer.lines


async def test_a_frame_that_the_module_could_not_send_breaks_it():
    answers = {**OPENED, b"AT+WSSEND=0,3,2,,1": ERROR}
    async with scripted(answers) as (_, modem), modem.websocket("ws://h/") as socket:
        with pytest.raises(SessionBroken, match="could not send"):
            await socket.send(b"abc")
        with pytest.raises(InvalidArgument, match="data"):
            await socket.send(b"")


async def test_the_end_of_the_modem_breaks_it():
    async with websocket_server() as server, online() as (_, modem):
        socket = await modem.websocket(server.url)
        await modem.aclose()
        with pytest.raises(SessionBroken, match="the modem has ended"):
            await socket.receive()
        await socket.aclose()
        with pytest.raises(SessionClosed):
            await socket.send(b"x")


async def test_what_headers_hold_reaches_no_log(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, "atmodem.wire")
    async with websocket_server() as server, online() as (_, modem):
        async with modem.websocket(server.url, headers={"Authorization": "Bearer not-to-be-seen"}):
            assert "not-to-be-seen" in (await server.visitors.get()).head
        assert await modem.send(espat.WSHEAD.query()) == ()
    assert "not-to-be-seen" not in caplog.text


async def test_tls_options_that_it_lacks_are_refused():
    async with online() as (_, modem):
        with pytest.raises(Unsupported, match="wss client"):
            await modem.websocket("wss://example.org/", tls=TlsOptions(alpn=("chat",)))


async def test_a_module_whose_line_is_slow_loses_no_data_of_a_fast_server():
    async with websocket_server() as server, bench("espat", "pty", baudrate=921600) as made:
        await made.join()
        async with made.modem.websocket(server.url) as socket:
            visitor = await server.visitors.get()
            sending = asyncio.create_task(visitor.send(Opcode.BINARY, bytes(range(256)) * 200))
            received = bytearray()
            while len(received) < 51_200:
                received += (await socket.receive()).data
            await sending
        assert received == bytes(range(256)) * 200


async def test_cancelled_anywhere_nothing_stays_open_and_the_module_is_usable():
    async with websocket_server() as server, bench() as made:
        await made.join()

        async def use() -> None:
            async with made.modem.websocket(server.url) as socket:
                await socket.send(b"x")

        turns = 0
        while await cancelled_after(turns, use()):
            turns += 9
        sockets = [await made.modem.websocket(server.url) for _ in range(3)]
        for socket in sockets:
            await socket.aclose()
        assert await made.modem.send(espat.WSOPEN.query()) == ()
        assert await made.is_usable()


async def test_headers_that_another_program_has_left_go_with_no_opening():
    async with websocket_server() as server, online() as (_, modem):
        await modem.send(espat.WSHEAD(data=b"X-Left: behind"))
        async with modem.websocket(server.url):
            assert "X-Left" not in (await server.visitors.get()).head


async def test_firmware_that_keeps_no_headers_opens_without_any():
    async with websocket_server() as server, online(profile="3.2") as (_, modem):
        with pytest.raises(CommandError, match="WSHEAD"):
            await modem.websocket(server.url, headers={"X-A": "b"})
        async with modem.websocket(server.url) as socket:
            await socket.send(b"x")
