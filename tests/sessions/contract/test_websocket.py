"""What the WebSockets of any module do."""

import asyncio
import ssl

import anyio
import pytest
import trustme

from atmodem import (
    Capability,
    ConnectFailed,
    CredentialKind,
    DataLost,
    Frame,
    FrameKind,
    InvalidArgument,
    SessionBroken,
    SessionClosed,
    TlsError,
    TlsOptions,
    WebSocket,
)
from atmodem.virtual.websocket import Opcode
from tests.sessions.contract.rig import Rig, pattern
from tests.sessions.far import HOST, free_port
from tests.sessions.websocket_far import websocket_server

pytestmark = pytest.mark.asyncio

PART = "websocket"

CA = trustme.CA()
SERVER = CA.issue_cert("example.org", HOST)
TRICKY = b'\r\nOK\r\n\r\nERROR\r\n+WS_DATA:0,3,abc\r\n>\x00\xff"\\,'


async def take(socket: WebSocket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        data += (await socket.receive()).data
    return bytes(data)


async def test_texts_and_bytes_pass_both_ways(rig: Rig):
    async with websocket_server() as server, rig.modem.websocket(server.url) as socket:
        visitor = await server.visitors.get()
        await socket.send("héllo")
        await socket.send(TRICKY)
        assert await visitor.frames.get() == (Opcode.TEXT, "héllo".encode())
        assert await visitor.frames.get() == (Opcode.BINARY, TRICKY)
        await visitor.send(Opcode.BINARY, TRICKY)
        assert await take(socket, len(TRICKY)) == TRICKY
        await visitor.send(Opcode.TEXT, b"bye")
        assert (await socket.receive()).data == b"bye"


async def test_a_message_above_every_limit_arrives_whole(rig: Rig):
    data = pattern(min(rig.budget // 4, 40_000))
    async with websocket_server() as server, rig.modem.websocket(server.url) as socket:
        visitor = await server.visitors.get()
        await socket.send(data)
        frames = []
        while sum(len(content) for _, content in frames) < len(data):
            frames.append(await visitor.frames.get())
        assert b"".join(content for _, content in frames) == data
        assert [opcode for opcode, _ in frames] == [Opcode.BINARY] + [Opcode.CONTINUATION] * (len(frames) - 1)
        await visitor.send(Opcode.BINARY, data)
        assert await take(socket, len(data)) == data


async def test_a_message_goes_on_until_it_is_said_to_end(rig: Rig):
    async with websocket_server() as server, rig.modem.websocket(server.url) as socket:
        visitor = await server.visitors.get()
        await socket.send("one ", final=False)
        await socket.send("two", final=True)
        await socket.send("new")
        assert [await visitor.frames.get() for _ in range(3)] == [
            (Opcode.TEXT, b"one "),
            (Opcode.CONTINUATION, b"two"),
            (Opcode.TEXT, b"new"),
        ]


async def test_own_headers_and_a_subprotocol_go_with_the_handshake_alone(rig: Rig):
    async with websocket_server() as server:
        async with rig.modem.websocket(server.url, headers={"Authorization": "Bearer x"}, subprotocol="chat"):
            visitor = await server.visitors.get()
            assert visitor.head.startswith("GET /chat HTTP/1.1\r\n")
            assert "authorization: bearer x\r\n" in visitor.head.lower()
            assert "sec-websocket-protocol: chat\r\n" in visitor.head.lower()
        async with rig.modem.websocket(server.url):
            assert "authorization" not in (await server.visitors.get()).head.lower()


async def test_several_are_open_at_once_and_each_gets_its_own(rig: Rig):
    async with websocket_server() as server, rig.modem.websocket(server.url) as one:
        first = await server.visitors.get()
        async with rig.modem.websocket(server.url) as two:
            second = await server.visitors.get()
            await second.send(Opcode.BINARY, b"to two")
            await first.send(Opcode.BINARY, b"to one")
            assert (await one.receive()).data == b"to one"
            assert (await two.receive()).data == b"to two"
            await two.send(b"from two")
            assert (await second.frames.get())[1] == b"from two"


async def test_closed_here_it_is_closed_there_and_its_number_is_free(rig: Rig):
    async with websocket_server() as server:
        for _ in range(5):
            async with rig.modem.websocket(server.url) as socket:
                visitor = await server.visitors.get()
            await visitor.gone.wait()
        with pytest.raises(SessionClosed):
            await socket.send(b"x")
        with pytest.raises(SessionClosed):
            await socket.receive()
        await socket.aclose()


@pytest.mark.parametrize("how", ["closes", "drops"])
async def test_what_came_before_the_server_ended_it_is_read_and_then_the_end(rig: Rig, how: str):
    async with websocket_server() as server:
        for _ in range(4):
            async with rig.modem.websocket(server.url) as socket:
                visitor = await server.visitors.get()
                await visitor.send(Opcode.BINARY, b"last")
                assert (await socket.receive()).data == b"last"
                if how == "closes":
                    await visitor.send(Opcode.CLOSE, b"\x03\xe8")
                else:
                    visitor.drop()
                assert [data.data async for data in socket] == []
                with pytest.raises(anyio.EndOfStream):
                    await socket.receive()
                with pytest.raises(SessionBroken):
                    await socket.send(b"anybody there?")


async def test_a_server_that_is_not_there_or_refuses_is_an_error_and_leaves_nothing_open(rig: Rig):
    async with websocket_server() as server:
        server.refuses = True
        for url in (server.url, f"ws://{HOST}:{free_port()}/"):
            for _ in range(4):
                with pytest.raises(ConnectFailed):
                    await rig.modem.websocket(url)
        server.refuses = False
        async with rig.modem.websocket(server.url) as socket:
            await socket.send(b"x")


async def test_more_than_a_module_has_are_refused(rig: Rig):
    async with websocket_server() as server:
        opened = []

        async def open_all() -> None:
            for _ in range(32):
                opened.append(await rig.modem.websocket(server.url))

        with pytest.raises(ConnectFailed):
            await open_all()
        for socket in opened:
            await socket.aclose()
        async with rig.modem.websocket(server.url):
            pass


async def test_a_reader_that_falls_behind_is_told_what_was_lost(rig: Rig):
    async with websocket_server() as server, rig.modem.websocket(server.url, limit=2) as socket:
        visitor = await server.visitors.get()
        for _ in range(5):
            await visitor.send(Opcode.BINARY, b"12345678")
        await visitor.gone.wait()
        assert await take(socket, 16) == b"12345678" * 2
        with pytest.raises(DataLost) as lost:
            await socket.receive()
        assert lost.value.lost >= 8


async def test_a_restart_breaks_it(rig: Rig):
    async with websocket_server() as server, rig.modem.websocket(server.url) as socket:
        await rig.modem.system.restart()
        with pytest.raises(SessionBroken):
            await socket.receive()
        with pytest.raises(SessionBroken):
            await socket.send(b"x")


async def test_a_cancelled_opening_leaves_nothing_open(rig: Rig):
    async with websocket_server() as server:
        opening = asyncio.ensure_future(rig.modem.websocket(server.url))
        visitor = await server.visitors.get()
        opening.cancel()
        await asyncio.wait([opening])
        if not opening.cancelled():
            await opening.result().aclose()
        await visitor.gone.wait()


async def test_a_certificate_is_verified_unless_that_is_spelled_off(rig: Rig):
    rig.need(Capability.CREDENTIALS_STORE)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    SERVER.configure_cert(context)
    async with websocket_server(context, host="example.org") as server:
        wrong = await rig.modem.credentials.store(CredentialKind.CA, trustme.CA().cert_pem.bytes())
        with pytest.raises(TlsError):
            await rig.modem.websocket(server.url, tls=TlsOptions(ca=wrong))
        right = await rig.modem.credentials.store(CredentialKind.CA, CA.cert_pem.bytes())
        for options in (TlsOptions(ca=right), TlsOptions(verify=False)):
            async with rig.modem.websocket(server.url, tls=options) as socket:
                await socket.send("secret")
                assert await (await server.visitors.get()).frames.get() == (Opcode.TEXT, b"secret")


async def test_a_ping_is_a_frame_like_any_other_and_has_a_limit(rig: Rig):
    async with websocket_server() as server, rig.modem.websocket(server.url) as socket:
        visitor = await server.visitors.get()
        await socket.send_frame(Frame(data=b"there?", kind=FrameKind.PING))
        assert await visitor.frames.get() == (Opcode.PING, b"there?")
        with pytest.raises(InvalidArgument, match="data"):
            await socket.send_frame(Frame(data=bytes(100_000)))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"url": "http://example.org/"}, "url"),
        ({"url": "ws://example.org/\r\nAT+RST"}, "url"),
        ({"headers": {"X-A": "b\r\nX-B: c"}}, "headers"),
        ({"subprotocol": ""}, "subprotocol"),
        ({"timeout": 0}, "timeout"),
        ({"limit": 0}, "limit"),
    ],
    ids=str,
)
async def test_what_cannot_be_asked_is_refused_before_anything_is_sent(rig: Rig, change: dict[str, object], rule: str):
    sent = rig.modem.statistics.sent
    with pytest.raises(InvalidArgument) as refused:
        await rig.modem.websocket(**{"url": "ws://example.org/", **change})  # type: ignore[arg-type]
    assert refused.value.parameter == rule
    assert rig.modem.statistics.sent == sent
