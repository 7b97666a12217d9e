"""Links of the Air602: what its wire alone has."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
from anyio.abc import ByteStream

import atmodem
from atmodem import DataLost, InvalidArgument, Modem, SessionBroken, TransferIncomplete
from atmodem.dialects import air602, find_dialect
from atmodem.dialects.air602.device import Virtual
from atmodem.dialects.air602.driver_sockets import AirSockets
from atmodem.errors import CommandError
from atmodem.portable.events import PortableEvent
from atmodem.testing.faults import Faults, FaultyLink
from atmodem.virtual.air import Air
from atmodem.wire.command import Command
from tests.sessions.bench import LINKS
from tests.sessions.contract.rig import pattern
from tests.sessions.far import HOST, Connection, datagram_peer, free_port, server
from tests.sessions.modems import opened

pytestmark = pytest.mark.asyncio

AIR602 = find_dialect("air602")


@asynccontextmanager
async def module(**options: object) -> AsyncIterator[tuple[Virtual, Modem]]:
    """Run a virtual module, and a modem on it."""
    async with Virtual(**{"boot_time": 0.01, **options}) as device, atmodem.connect(device.url, AIR602) as modem:
        yield device, modem


@asynccontextmanager
async def online(**options: object) -> AsyncIterator[tuple[Virtual, Modem]]:
    """Run a virtual module in the network, and a modem on it."""
    async with module(**options) as (device, modem):
        await modem.wifi.join("lab", "secret")
        yield device, modem


async def client(port: int) -> Connection:
    return Connection(*await asyncio.open_connection(HOST, port))


async def take(stream: ByteStream, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        data += await stream.receive()
    return bytes(data)


# Reports


@pytest.mark.parametrize("size", [512, 1000, 1460, 3000, 50_000])
async def test_what_a_cut_report_leaves_out_is_counted_and_the_line_is_in_step_again(size: int):
    async with (
        online(profile="w600-2018") as (_, modem),
        server() as far,
        modem.connect_tcp(HOST, far.port) as stream,
        modem.connect_tcp(HOST, far.port) as other,
    ):
        end, other_end = await far.connection(), await far.connection()
        data = pattern(size)
        async with modem.expect(air602.SKTRPT) as reported:
            await end.send(data)
            report = await reported.get()
        assert await take(stream, 511) == data[:511]
        with pytest.raises(DataLost) as caught:
            await stream.receive()
        assert caught.value.lost == report.length - 511
        assert report.length == min(size, 1460)
        await other_end.send(b"in step")
        assert await other.receive() == b"in step"
        assert modem.statistics.unrecognized == 0


async def test_a_report_that_is_not_cut_loses_nothing():
    data = pattern(511) + b"+OK\r\n\r\n+SKTRPT=1,3,127.0.0.1,80\r\n\r\nabc" + pattern(50_000)
    async with online(profile="w600-2020") as (_, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        await end.send(data)
        assert await take(stream, len(data)) == data


async def test_commands_are_answered_while_reports_are_cut():
    async with (
        online(profile="w600-2018") as (_, modem),
        server() as far,
        modem.connect_tcp(HOST, far.port) as stream,
        modem.connect_tcp(HOST, far.port) as other,
    ):
        end, other_end = await far.connection(), await far.connection()
        flood = asyncio.create_task(end.send(pattern(100_000)))
        await other.send(pattern(20_000))
        assert await other_end.read(20_000) == pattern(20_000)
        await flood
        assert await take(stream, 511) == pattern(511)
        with pytest.raises(DataLost):
            await stream.receive()
        assert modem.statistics.unrecognized == 0


@pytest.mark.parametrize(("line", "size"), [("memory", 1 << 20), ("pty", 16 * 1024)])
async def test_no_byte_is_lost_or_doubled_either_way(line: str, size: int):
    speed = None if line == "memory" else 115200
    there, back = (random.Random(seed).randbytes(size) for seed in range(2))
    async with (
        Virtual(baudrate=speed) as device,
        LINKS[line](device) as url,
        atmodem.connect(url, AIR602, baudrate=speed or 115200) as modem,
        server() as far,
    ):
        await modem.wifi.join("lab", "secret")
        async with modem.connect_tcp(HOST, far.port) as stream:
            end = await far.connection()
            results = await asyncio.gather(stream.send(there), end.send(back), take(stream, size), end.read(size))
        assert [hashlib.sha256(data).digest() for data in results[2:]] == [
            hashlib.sha256(data).digest() for data in (back, there)
        ]
        assert await end.rest() == b""


@pytest.mark.parametrize(
    "faults", [Faults(cut_to=1), Faults(cut_to=3, delay=0.001)], ids=["one-byte", "cut and delayed"]
)
async def test_cuts_and_delays_of_the_line_change_nothing(faults: Faults):
    data = random.Random(6).randbytes(2000)
    async with Virtual() as device, server() as far:
        line = FaultyLink(device.open_link(), sent=faults, received=faults, seed=1)
        async with opened(Modem(line, AIR602)) as modem:
            await modem.wifi.join("lab", "secret")
            for opening in (modem.connect_tcp(HOST, far.port), modem.passthrough(HOST, far.port)):
                async with opening as stream:
                    end = await far.connection()
                    await stream.send(data)
                    assert await end.read(len(data)) == data
                    await end.send(data)
                    assert await take(stream, len(data)) == data
            assert (await modem.wifi.status()).joined
            assert modem.statistics.unrecognized == 0


# Numbers that come again


async def test_a_socket_number_that_comes_again_ends_the_link_that_had_it():
    async with online() as (_, modem), server() as far:
        old = await modem.connect_tcp(HOST, far.port)
        (await far.connection()).close()
        await gone(modem, 1)
        async with modem.expect(atmodem.SocketClosed) as closed:
            new = await modem.connect_tcp(HOST, far.port)
            assert (await closed.get()).link == old.link
        await (await far.connection()).send(b"for the new one")
        assert await new.receive() == b"for the new one"
        with pytest.raises(anyio.EndOfStream):
            await old.receive()
        await old.aclose()
        await new.send(b"open")


class Hasty:
    """A modem that has read the first report of a socket before anybody has taken note of the socket's number."""

    def __init__(self) -> None:
        self.sockets = AirSockets(self)
        self.told: list[PortableEvent] = []

    def publish(self, event: PortableEvent) -> None:
        self.told.append(event)

    async def send(self, command: Command[object]) -> object:
        if isinstance(command, air602.SKSTT):
            raise CommandError("not open", code="-4", name="INV_PARAMS")
        report = air602.SKTRPT(socket=1, length=5, ip=HOST, port=80, data=b"hello")
        self.told.extend(self.sockets.translate(report))
        return air602.SocketNumber(socket=1)


async def test_the_first_words_of_a_peer_are_not_those_of_the_link_that_had_its_number():
    modem = Hasty()
    links = [await modem.sockets.open_tcp(HOST, 80, passive=False, tls=None) for _ in range(2)]
    assert [(type(event), event.link) for event in modem.told] == [
        (atmodem.SocketData, links[0].number),
        (atmodem.SocketClosed, links[0].number),
        (atmodem.SocketData, links[1].number),
    ]


async def gone(modem: Modem, number: int) -> None:
    """Wait until the module has no socket of that number."""
    try:
        while True:
            await modem.send(air602.SKSTT(socket=number))
    except atmodem.CommandError:
        pass


async def test_nothing_goes_to_a_client_that_has_the_number_of_another_link():
    port = free_port()
    async with online() as (_, modem), server() as far:
        old = await modem.connect_tcp(HOST, far.port)
        end = await far.connection()
        async with modem.listen_tcp(port) as listener:
            end.close()
            await gone(modem, 1)
            one = await client(port)
            with pytest.raises(SessionBroken):
                await old.send(b"for the far end")
            async with await listener.accept() as stream:
                await stream.send(b"for the client")
                assert await one.read(14) == b"for the client"
            await old.aclose()
            one.close()


async def test_a_report_for_a_number_that_a_client_got_is_the_client_s():
    port = free_port()
    async with online() as (_, modem), server() as far, modem.listen_tcp(port) as listener:
        # The server has the first number.
        old = await modem.connect_tcp(HOST, far.port)
        (await far.connection()).close()
        await gone(modem, 2)
        one = await client(port)
        await one.send(b"hello")
        async with await listener.accept() as stream:
            assert await stream.receive() == b"hello"
        with pytest.raises(anyio.EndOfStream):
            await old.receive()
        await old.aclose()
        one.close()


@pytest.mark.parametrize("profile", ["w600-2018", "w600-2020", "manual"])
async def test_a_close_is_found_by_the_state_whatever_the_firmware_says_of_it(profile: str):
    async with online(profile=profile) as (_, modem), server() as far:
        for _ in range(2):
            async with modem.connect_tcp(HOST, far.port) as stream:
                end = await far.connection()
                await end.send(b"bye")
                end.close()
                assert await stream.receive() == b"bye"
                with pytest.raises(anyio.EndOfStream):
                    await stream.receive()


async def test_a_connection_that_timed_out_leaves_no_socket(monkeypatch: pytest.MonkeyPatch):
    async with online() as (device, modem), server() as far:

        async def silent(*_: object, **__: object) -> None:
            raise TimeoutError

        async with modem.connect_tcp(HOST, far.port):
            with monkeypatch.context() as patch:
                patch.setattr(device.network, "connect", silent)
                with pytest.raises(atmodem.ConnectFailed):
                    await modem.connect_tcp(HOST, far.port)
            with pytest.raises(atmodem.CommandError):
                await modem.send(air602.SKSTT(socket=2))


async def test_a_failed_connection_closes_no_client_that_nobody_has_asked_for_yet():
    port = free_port()
    async with online() as (_, modem), server() as far:
        unused = far.port
    async with online() as (_, modem), modem.listen_tcp(port) as listener:
        one = await client(port)
        while len(await modem.send(air602.SKSTT(socket=1))) < 2:
            pass
        with pytest.raises(atmodem.ConnectFailed):
            await modem.connect_tcp(HOST, unused)
        async with await listener.accept() as stream:
            await stream.send(b"welcome")
            assert await one.read(7) == b"welcome"
        one.close()


async def test_when_all_sockets_seem_taken_those_that_were_closed_are_found():
    async with online() as (_, modem), server() as far:
        streams = [await modem.connect_tcp(HOST, far.port) for _ in range(20)]
        ends = [await far.connection() for _ in range(20)]
        ends[4].close()
        await gone(modem, 5)
        async with modem.expect(atmodem.SocketClosed) as closed:
            streams.append(await modem.connect_tcp(HOST, far.port))
            assert (await closed.get()).link == streams[4].link
        with pytest.raises(atmodem.ConnectFailed, match="all twenty sockets are in use"):
            await modem.listen_tcp(free_port())
        for stream in streams:
            await stream.aclose()


async def test_clients_count_where_sockets_run_short():
    port = free_port()
    async with online() as (_, modem), server() as far, modem.listen_tcp(port):
        streams = [await modem.connect_tcp(HOST, far.port) for _ in range(15)]
        clients = [await client(port) for _ in range(4)]
        while len(await modem.send(air602.SKSTT(socket=1))) < 5:
            pass
        with pytest.raises(atmodem.ConnectFailed) as caught:
            await modem.connect_tcp(HOST, far.port)
        assert caught.value.name == "NO_FREE_LINK"
        for one in clients:
            one.close()
        for stream in streams:
            await stream.aclose()


async def test_a_refusal_that_says_nothing_of_the_socket_leaves_it_open():
    async with online() as (device, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        device.fail(air602.SKSND, -62)
        with pytest.raises(SessionBroken, match="could not send"):
            await stream.send(b"lost")
        device.fail(air602.SKSTT, -6)
        await end.send(b"hello")
        assert await stream.receive() == b"hello"


async def test_a_module_that_reports_nothing_is_asked_for_data():
    async with Virtual() as device:
        device.fail(air602.SKRPTM, -2)
        async with atmodem.connect(device.url, AIR602) as modem, server() as far, datagram_peer() as peer:
            await modem.wifi.join("lab", "secret")
            async with modem.connect_tcp(HOST, far.port) as stream:
                end = await far.connection()
                for size in (1, 511):
                    await end.send(pattern(size))
                    assert await take(stream, size) == pattern(size)
                end.close()
                with pytest.raises(anyio.EndOfStream):
                    await stream.receive()
            async with modem.open_udp((HOST, peer.port)) as udp:
                await udp.send(b"ask")
                _, address = await peer.receive()
                peer.transport.sendto(b"answer", address)
                datagram = await udp.receive()
                assert (datagram.data, datagram.sender) == (b"answer", None)


# Servers


async def test_clients_of_several_servers_come_to_their_own_listener_with_what_they_have_sent():
    ports = free_port(), free_port()
    async with online() as (_, modem), modem.listen_tcp(ports[0]) as first, modem.listen_tcp(ports[1]) as second:
        for port, listener in zip(ports, (first, second), strict=True):
            one = await client(port)
            async with modem.expect(air602.SKTRPT) as reported:
                await one.send(b"early %d" % port)
                await reported.get()
            async with await listener.accept() as stream:
                data = await stream.receive()
                assert data == b"early %d" % port
            one.close()


async def test_what_has_no_room_before_it_is_known_whose_it_is_is_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.air602.driver_reports.ROOM", 8)
    ports = free_port(), free_port()
    async with online() as (_, modem), modem.listen_tcp(ports[0]) as listener, modem.listen_tcp(ports[1]):
        one = await client(ports[0])
        for data in (b"12345678", b"too much"):
            async with modem.expect(air602.SKTRPT) as reported:
                await one.send(data)
                await reported.get()
        async with await listener.accept() as stream:
            assert await stream.receive() == b"12345678"
            with pytest.raises(DataLost) as caught:
                await stream.receive()
            assert caught.value.lost == 8
        one.close()


async def test_a_port_is_listened_on_once_at_a_time():
    port = free_port()
    async with online() as (_, modem), modem.listen_tcp(port):
        with pytest.raises(atmodem.ConnectFailed, match=f"port {port} is listened on already"):
            await modem.listen_tcp(port)


async def test_a_server_behind_its_listener_serves_the_next_one():
    port = free_port()
    async with online() as (_, modem):
        async with modem.listen_tcp(port) as listener:
            one = await client(port)
            stream = await listener.accept()
        # It stays for the client, and is told of nobody else.
        two = await client(port)
        async with modem.expect(atmodem.SocketAccepted) as accepted:
            await two.send(b"anybody?")
            await accepted.get()
        await two.gone()
        async with modem.listen_tcp(port) as listener:
            three = await client(port)
            async with await listener.accept() as other:
                await other.send(b"welcome")
                assert await three.read(7) == b"welcome"
            await stream.send(b"still here")
            assert await one.read(10) == b"still here"
        await stream.aclose()
        await one.gone()
        three.close()
        with pytest.raises(ConnectionRefusedError):
            await client(port)


async def test_a_listener_whose_server_is_gone_breaks():
    async with online() as (_, modem), modem.listen_tcp(free_port()) as listener:
        accepting = asyncio.create_task(listener.accept())
        await modem.wifi.leave()
        with pytest.raises(SessionBroken, match="the listener was lost"):
            await accepting


# Sending


async def test_what_is_not_granted_is_asked_for_again():
    async with online() as (device, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        device.sockets.grants.extend([0, 3, 0, 1])
        await stream.send(b"piece by piece")
        assert await (await far.connection()).read(14) == b"piece by piece"


async def test_a_datagram_that_the_module_cuts_is_told():
    async with online() as (device, modem), datagram_peer() as peer, modem.open_udp((HOST, peer.port)) as udp:
        device.sockets.grants.extend([0, 4])
        with pytest.raises(TransferIncomplete) as caught:
            await udp.send(b"cut in two")
        assert caught.value.transferred == 4
        assert (await peer.receive())[0] == b"cut "


async def test_an_address_of_version_six_and_a_name_that_nobody_has_are_refused():
    async with online() as (_, modem):
        with pytest.raises(InvalidArgument, match="host must be a name or an IPv4 address"):
            await modem.connect_tcp("::1", 80)
        with pytest.raises(atmodem.ConnectFailed) as caught:
            await modem.connect_tcp("nowhere.invalid", 80)
        assert caught.value.name == "NO_SUCH_HOST"


async def test_a_name_longer_than_a_socket_takes_is_resolved_first():
    name = "a-name-of-more-than-thirty-two-bytes.example"
    air = Air(names={name: HOST})
    async with online(air=air) as (_, modem), server() as far, modem.connect_tcp(name, far.port) as stream:
        await stream.send(b"hello")
        assert await (await far.connection()).read(5) == b"hello"


async def test_names_are_resolved_and_nothing_is_pinged():
    async with online() as (_, modem):
        assert await modem.resolve("example.org", version=4) == (HOST,)
        with pytest.raises(atmodem.CommandError, match="no address is known") as caught:
            await modem.resolve("nowhere.invalid")
        assert caught.value.name == "NO_SUCH_HOST"
        with pytest.raises(atmodem.Unsupported, match=r"sockets\.ipv6"):
            await modem.resolve("example.org", version=6)
        with pytest.raises(atmodem.Unsupported, match=r"network\.ping"):
            await modem.ping(HOST)


# Datagrams


async def test_a_socket_for_anybody_takes_datagrams_and_tells_who_sent_them():
    async with online() as (_, modem), datagram_peer() as peer, modem.open_udp() as udp:
        peer.transport.sendto(b"hello", (HOST, udp.local_port))
        datagram = await udp.receive()
        assert (datagram.data, datagram.sender) == (b"hello", (HOST, peer.port))


async def test_a_broadcast_is_sent_by_a_server_socket():
    port = free_port()
    async with (
        online() as (_, modem),
        datagram_peer() as peer,
        modem.open_udp(("255.255.255.255", port), local_port=port) as udp,
    ):
        # To the one that has sent last: a liberty of the virtual module.
        peer.transport.sendto(b"here", (HOST, port))
        assert (await udp.receive()).data == b"here"
        await udp.send(b"to everybody")
        assert (await peer.receive())[0] == b"to everybody"
