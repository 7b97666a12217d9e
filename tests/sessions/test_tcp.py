"""TCP connections, whatever the dialect and the link."""

import asyncio
import hashlib
import random

import anyio
import pytest
from anyio.abc import ByteStream, SocketAttribute

import atmodem
from atmodem import Capability
from atmodem.api.virtual import make_device, serve_tcp
from atmodem.errors import ConnectFailed, InvalidArgument, SessionBroken, SessionClosed, Unsupported
from tests.sessions.bench import DIALECTS, HOST, NETWORK, PASSWORD, Bench, Echo, only
from tests.virtual.host import FarEnd

pytestmark = pytest.mark.asyncio

BOTH_WAYS = pytest.mark.parametrize("passive", [True, False], ids=["passive", "active"])
#: Whether a link's number comes again, where the driver counts the module's own.
NUMBERS_COME_AGAIN = {"espat": True, "mxchip": True, "air602": False, "simplelink": False}
#: Dialects that tell when data wait.
TELLS_WAITING = {"espat"}
#: Dialects that tell of data and of a close by themselves; others are asked while somebody waits.
TELLING = only("espat", "mxchip", "air602")


async def read(stream: ByteStream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += await stream.receive(count - len(data))
    return data


async def read_all(stream: ByteStream) -> bytes:
    return b"".join([chunk async for chunk in stream])


async def until_silent(bench: Bench) -> None:
    """Wait until the module has told everything so far: an answer comes behind it."""
    assert await bench.is_usable()


@BOTH_WAYS
async def test_a_quarter_megabyte_comes_back_unharmed(on_each_link: Bench, echo: Echo, passive: bool):
    if passive:
        on_each_link.need(Capability.PASSIVE_RECEIVE)
    await on_each_link.join()
    data = random.Random(passive).randbytes(256 * 1024)
    received = hashlib.sha256()
    async with on_each_link.modem.connect_tcp(HOST, echo.port, passive=passive) as stream:
        sending = asyncio.create_task(stream.send(data))
        left = len(data)
        while left:
            chunk = await stream.receive()
            received.update(chunk)
            left -= len(chunk)
        await sending
    assert received.digest() == hashlib.sha256(data).digest()
    await echo.all_gone()


async def talk_on_five(bench: Bench, port: int, *, passive: set[int]) -> None:
    async def talk(number: int) -> bytes:
        async with bench.modem.connect_tcp(HOST, port, passive=number in passive) as stream:
            await stream.send(b"%d" % number * 5000)
            await all_open.wait()
            return await read(stream, 5000)

    all_open = asyncio.Barrier(5)
    assert await asyncio.gather(*(talk(number) for number in range(5))) == [b"%d" % n * 5000 for n in range(5)]


@BOTH_WAYS
async def test_five_links_at_once_are_kept_apart(on_each_link: Bench, echo: Echo, passive: bool):
    if passive:
        on_each_link.need(Capability.PASSIVE_RECEIVE)
    await on_each_link.join()
    await talk_on_five(on_each_link, echo.port, passive=set(range(5)) if passive else set())
    await echo.all_gone()


@only("espat")
async def test_links_that_push_and_links_that_wait_are_kept_apart(on_each_link: Bench, echo: Echo):
    await on_each_link.join()
    await talk_on_five(on_each_link, echo.port, passive={1, 3})
    await echo.all_gone()


@only("espat")
async def test_a_sixth_link_is_refused_until_one_is_closed(each: Bench, echo: Echo):
    streams = [await each.modem.connect_tcp(HOST, echo.port) for _ in range(5)]
    with pytest.raises(ConnectFailed, match="all five links are in use") as caught:
        await each.modem.connect_tcp(HOST, echo.port)
    assert caught.value.name == "NO_FREE_LINK"
    await streams.pop().aclose()
    streams.append(await each.modem.connect_tcp(HOST, echo.port))
    for stream in streams:
        await stream.aclose()


async def test_nobody_listening_is_an_error_and_leaves_the_link_free(each: Bench, server: FarEnd, echo: Echo):
    port, free = server.port, echo.port
    for _ in range(6):
        with pytest.raises(ConnectFailed, match=f"could not connect to nowhere.invalid port {port}") as caught:
            await each.modem.connect_tcp("nowhere.invalid", port)
        assert isinstance(caught.value, OSError)
        assert caught.value.command is not None
    await (await each.modem.connect_tcp(HOST, free)).aclose()


@pytest.mark.parametrize(
    ("host", "port", "parameter"),
    [
        ("", 80, "host"),
        ("a b", 80, "host"),
        ("a\r\nAT+RST", 80, "host"),
        (HOST, 0, "port"),
        (HOST, 65536, "port"),
        (HOST, True, "port"),
    ],
)
async def test_a_bad_address_is_refused_before_anything_is_sent(each: Bench, host: str, port: int, parameter: str):
    commands = each.modem.statistics.commands
    with pytest.raises(InvalidArgument) as caught:
        await each.modem.connect_tcp(host, port)
    assert caught.value.parameter == parameter
    assert each.modem.statistics.commands == commands


async def test_a_stream_tells_whom_it_is_connected_to(each: Bench, echo: Echo):
    async with each.modem.connect_tcp("example.org", echo.port) as stream:
        assert stream.extra(SocketAttribute.remote_address) == ("example.org", echo.port)
        assert stream.extra(SocketAttribute.remote_port) == echo.port


# The end


@BOTH_WAYS
async def test_the_end_comes_behind_all_data_and_every_time(each: Bench, server: FarEnd, passive: bool):
    if passive:
        each.need(Capability.PASSIVE_RECEIVE)
    data = random.Random(3).randbytes(40_000)
    async with each.modem.connect_tcp(HOST, server.port, passive=passive) as stream:
        _, writer = await server.end()
        writer.write(data)
        writer.close()
        assert await read_all(stream) == data
        for _ in range(2):
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
        with pytest.raises(SessionBroken, match="the far end has closed the connection"):
            await stream.send(b"late")


@BOTH_WAYS
async def test_a_connection_that_is_reset_ends(each: Bench, server: FarEnd, passive: bool):
    if passive:
        each.need(Capability.PASSIVE_RECEIVE)
    async with (
        each.modem.connect_tcp(HOST, server.port, passive=passive) as stream,
        each.modem.expect(atmodem.SocketClosed) as closed,
    ):
        _, writer = await server.end()
        # A module that tells nothing by itself is asked while somebody waits.
        reading = asyncio.create_task(stream.receive())
        writer.transport.abort()
        await closed.get()
        with pytest.raises(anyio.EndOfStream):
            await reading
    assert await each.is_usable()


async def test_none_of_the_modules_can_close_one_half(each: Bench, echo: Echo):
    async with each.modem.connect_tcp(HOST, echo.port) as stream:
        with pytest.raises(Unsupported, match=r"sockets\.send_eof"):
            await stream.send_eof()
        await stream.send(b"still open")
        assert await read(stream, 10) == b"still open"


@TELLING
async def test_a_closed_stream_gives_and_takes_nothing(each: Bench, server: FarEnd):
    stream = await each.modem.connect_tcp(HOST, server.port, passive=False)
    reader, writer = await server.end()
    async with each.modem.expect(atmodem.SocketData) as data:
        writer.write(b"unread")
        await data.get()
    await stream.aclose()
    await stream.aclose()
    for use in (stream.receive(), stream.send(b"x"), stream.send(b"")):
        with pytest.raises(SessionClosed, match="closed here") as caught:
            await use
        assert isinstance(caught.value, anyio.ClosedResourceError)
    assert await reader.read() == b""


async def test_closing_wakes_who_waits_for_data(each: Bench, server: FarEnd):
    stream = await each.modem.connect_tcp(HOST, server.port)
    waiting = asyncio.create_task(stream.receive())
    await asyncio.sleep(0)
    await stream.aclose()
    with pytest.raises(SessionClosed):
        await waiting


async def test_a_second_reader_and_a_second_sender_are_refused(each: Bench, server: FarEnd):
    async with each.modem.connect_tcp(HOST, server.port) as stream:
        _, writer = await server.end()
        reading = asyncio.create_task(stream.receive())
        sending = asyncio.create_task(stream.send(bytes(5000)))
        await asyncio.sleep(0)
        with pytest.raises(anyio.BusyResourceError):
            await stream.receive()
        with pytest.raises(anyio.BusyResourceError):
            await stream.send(b"")
        writer.write(b"for the first")
        assert await reading == b"for the first"
        await sending


@pytest.mark.parametrize("most", [0, -1])
async def test_asking_for_no_bytes_is_refused(each: Bench, echo: Echo, most: int):
    async with each.modem.connect_tcp(HOST, echo.port) as stream:
        with pytest.raises(InvalidArgument, match="max_bytes must be 1 or more"):
            await stream.receive(most)


# Holding back


async def test_passive_receive_holds_a_fast_sender_back(each: Bench, server: FarEnd):
    each.need(Capability.PASSIVE_RECEIVE)
    total = 4 * 1024 * 1024
    async with each.modem.connect_tcp(HOST, server.port, passive=True) as stream:
        _, writer = await server.end()

        async def flood() -> None:
            for _ in range(total // 65536):
                writer.write(bytes(65536))
                await writer.drain()

        flooding = asyncio.create_task(flood())
        assert await read(stream, 100) == bytes(100)
        for _ in range(100):
            await until_silent(each)
        assert not flooding.done()
        flooding.cancel()


@TELLING
async def test_what_is_not_read_in_time_breaks_an_active_stream(each: Bench, server: FarEnd, monkeypatch):
    monkeypatch.setattr("atmodem.sessions.tcp.ACTIVE_LIMIT", 10_000)
    data = random.Random(4).randbytes(30_000)
    stream = await each.modem.connect_tcp(HOST, server.port, passive=False)
    reader, writer = await server.end()
    async with each.modem.events(atmodem.SocketData) as events:
        writer.write(data)
        arrived = 0
        while arrived < len(data):
            arrived += len((await anext(events)).data)
    held = await stream.receive(10_000)
    with pytest.raises(atmodem.DataLost, match=r"bytes were lost.*use passive receive") as caught:
        await stream.receive()
    assert 0 < len(held) <= 10_000
    assert data.startswith(held)
    assert caught.value.lost > 0
    with pytest.raises(atmodem.DataLost):
        await stream.send(b"x")
    await stream.aclose()
    assert await reader.read() == b""


# Restarts


async def test_a_restart_breaks_streams_by_name_and_old_ones_never_touch_new_links(each: Bench, server: FarEnd):
    old = await each.modem.connect_tcp(HOST, server.port)
    waiting = asyncio.create_task(old.receive())
    await server.end()
    await each.restart()
    with pytest.raises(SessionBroken, match=r"started anew.*open the connection again") as caught:
        await waiting
    assert isinstance(caught.value, anyio.BrokenResourceError)
    await each.join()
    new = await each.modem.connect_tcp(HOST, server.port)
    assert (new.link == old.link) is NUMBERS_COME_AGAIN[each.modem.dialect.name]
    reader, writer = await server.end()
    for use in (old.receive(), old.send(b"stray")):
        with pytest.raises(SessionBroken, match="started anew"):
            await use
    await old.aclose()
    writer.write(b"to the new one")
    assert await read(new, 14) == b"to the new one"
    await new.send(b"from the new one")
    assert await reader.readexactly(16) == b"from the new one"
    await new.aclose()
    assert await reader.read() == b""


@TELLING
async def test_data_that_were_held_at_a_restart_can_still_be_read(each: Bench, server: FarEnd):
    stream = await each.modem.connect_tcp(HOST, server.port, passive=False)
    _, writer = await server.end()
    async with each.modem.expect(atmodem.SocketData) as data:
        writer.write(b"held")
        await data.get()
    await each.restart()
    assert await stream.receive() == b"held"
    with pytest.raises(SessionBroken, match="started anew"):
        await stream.receive()


async def test_a_stream_that_has_ended_never_touches_the_next_one(each: Bench, server: FarEnd):
    old = await each.modem.connect_tcp(HOST, server.port)
    _, writer = await server.end()
    writer.close()
    with pytest.raises(anyio.EndOfStream):
        await old.receive()
    new = await each.modem.connect_tcp(HOST, server.port)
    reader, writer = await server.end()
    writer.write(b"to the new one")
    with pytest.raises(anyio.EndOfStream):
        await old.receive()
    with pytest.raises(SessionBroken):
        await old.send(b"stray")
    await old.aclose()
    assert await read(new, 14) == b"to the new one"
    await new.send(b"from the new one")
    await new.aclose()
    assert await reader.read() == b"from the new one"


@only("espat")
async def test_a_stream_that_the_far_end_has_closed_never_touches_the_next_on_its_link(each: Bench, server: FarEnd):
    old = await each.modem.connect_tcp(HOST, server.port, passive=True)
    _, writer = await server.end()
    async with each.modem.expect(atmodem.SocketClosed) as closed:
        writer.close()
        await closed.get()
    new = await each.modem.connect_tcp(HOST, server.port, passive=True)
    assert new.link == old.link
    reader, writer = await server.end()
    async with each.modem.expect(atmodem.SocketReadable) as readable:
        writer.write(b"to the new one")
        await readable.get()
    with pytest.raises(anyio.EndOfStream):
        await old.receive()
    await old.aclose()
    assert await read(new, 14) == b"to the new one"
    await new.aclose()
    assert await reader.read() == b""


async def test_leaving_the_network_ends_the_connections(each: Bench, echo: Echo):
    stream = await each.modem.connect_tcp(HOST, echo.port)
    await each.modem.wifi.leave()
    with pytest.raises(anyio.EndOfStream):
        await stream.receive()
    with pytest.raises(ConnectFailed):
        await each.modem.connect_tcp(HOST, echo.port)


async def test_closing_the_modem_breaks_its_streams(each: Bench, server: FarEnd):
    waiting = await each.modem.connect_tcp(HOST, server.port)
    fetching = await each.modem.connect_tcp(HOST, server.port)
    _, writer = await server.end()
    (_, writer) = await server.end()
    if each.modem.dialect.name in TELLS_WAITING:
        async with each.modem.expect(atmodem.SocketReadable) as readable:
            writer.write(bytes(5000))
            await readable.get()
    tasks = [asyncio.create_task(stream.receive()) for stream in (waiting, fetching)]
    tasks.append(asyncio.create_task(fetching.send(bytes(5000))))
    await asyncio.sleep(0)
    await each.modem.aclose()
    for task in tasks:
        with pytest.raises(SessionBroken, match="the modem has ended: the modem is closed"):
            await task
    for stream in (waiting, fetching):
        await stream.aclose()
    with pytest.raises(SessionClosed):
        await each.modem.connect_tcp(HOST, server.port)


async def test_losing_the_line_breaks_the_streams(dialect: str, server: FarEnd):
    async with make_device(DIALECTS[dialect]) as device:
        async with serve_tcp(device, HOST, 0) as url:
            modem = await atmodem.connect(url, dialect)
            await modem.wifi.join(NETWORK, PASSWORD)
            stream = await modem.connect_tcp(HOST, server.port)
            waiting = asyncio.create_task(stream.receive())
            await asyncio.sleep(0)
        with pytest.raises(SessionBroken, match="the modem has ended: "):
            await waiting
        await stream.aclose()
        assert modem.closed


async def test_links_that_another_program_left_open_are_closed_at_the_opening(each: Bench, echo: Echo):
    for _ in range(5):
        await each.modem.connect_tcp(HOST, echo.port)
    await each.modem.aclose()
    async with atmodem.connect(each.device.url) as again:
        await echo.all_gone()
        await (await again.connect_tcp(HOST, echo.port)).aclose()


@only("espat")
async def test_a_module_left_in_passthrough_mode_is_brought_back_to_several_links(each: Bench, echo: Echo):
    await each.modem.send_raw("AT+CIPMUX=0")
    await each.modem.send_raw("AT+CIPMODE=1")
    await each.modem.aclose()
    async with atmodem.connect(each.device.url) as again:
        await (await again.connect_tcp(HOST, echo.port)).aclose()
