"""Sockets of the virtual CC3220: real peers, waiting reads, and what comes between."""

import asyncio
import hashlib
import random
import ssl

import pytest
import trustme

from atmodem.dialects import simplelink as sl
from atmodem.dialects.simplelink.device.storage import StoredFile
from atmodem.virtual.network import Channel
from atmodem.virtual.simulation import SimulatedNetwork
from tests.virtual.host import far_end
from tests.virtual.simplelink_bench import HOST, OK, Client, bench, client, refused

INET = sl.Family.INET


async def receive(at: Client, socket: int, length: int = 700) -> bytes:
    return (await at.send(sl.Recv(socket=socket, length=length))).data


@pytest.mark.asyncio
async def test_64_kib_come_back_from_an_echo_server_unharmed():
    sent, returned = hashlib.sha256(), hashlib.sha256()
    chance = random.Random(7)
    async with client() as at, far_end() as server:
        socket = await at.connect(server.port)
        reader, writer = await server.end()
        left = 65536
        while left:
            data = chance.randbytes(min(700, left))
            left -= len(data)
            sent.update(data)
            await at.send(sl.Send(socket=socket, data=data))
            writer.write(await reader.readexactly(len(data)))
            missing = len(data)
            while missing:
                piece = await receive(at, socket)
                returned.update(piece)
                missing -= len(piece)
        assert returned.digest() == sent.digest()
        writer.close()
        assert await receive(at, socket) == b""
        assert (await at.send(sl.Close(socket=socket))).socket == socket


@pytest.mark.asyncio
async def test_a_waiting_read_is_answered_right_among_ten_thousand_events():
    chance = random.Random(1)
    async with client() as at, far_end() as server:
        socket = await at.connect(server.port)
        _, writer = await server.end()
        async with at.modem.events(sl.EventSockTxFailed, limit=20000) as events:
            for turn in range(100):
                reading = asyncio.create_task(at.send(sl.Recv(socket=socket, length=100)))
                place = chance.randrange(100)
                for number in range(100):
                    at.device.emit(sl.EventSockTxFailed(socket=number % 16, status=turn))
                    if number == place:
                        await at.send(sl.Get(option=sl.GeneralPersistent))
                        writer.write(b"%d" % turn)
                        await writer.drain()
                assert (await reading).data == b"%d" % turn
            told = [await anext(events) for _ in range(10_000)]
        assert [event.status for event in told] == [turn for turn in range(100) for _ in range(100)]


@pytest.mark.asyncio
async def test_a_server_takes_clients_and_tells_where_they_come_from():
    async with client() as at, far_end() as free:
        port = free.port
        listening = await at.socket()
        assert await at.code(sl.Accept(socket=listening, family=INET)) == "-22"
        await at.send(sl.Bind(socket=listening, family=INET, port=port, address="0.0.0.0"))
        assert await at.code(sl.Listen(socket=listening, backlog=1)) == "-98"
        other = await at.socket()
        await at.send(sl.Listen(socket=other, backlog=0))
        assert await at.code(sl.Listen(socket=other, backlog=0)) == "-22"
        local = at.device.sockets[other].listener._server.sockets[0].getsockname()[1]
        accepting = asyncio.create_task(at.send(sl.Accept(socket=other, family=INET)))
        reader, writer = await asyncio.open_connection(HOST, local)
        accepted = await accepting
        assert (accepted.address, accepted.port) == writer.get_extra_info("sockname")
        writer.write(b"hello")
        assert await receive(at, accepted.socket) == b"hello"
        await at.send(sl.Send(socket=accepted.socket, data=b"bye"))
        assert await reader.readexactly(3) == b"bye"
        writer.close()


@pytest.mark.asyncio
async def test_datagrams_go_and_come():
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()

    class Peer(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            arrived.put_nowait((data, addr))

    transport, _ = await loop.create_datagram_endpoint(Peer, local_addr=(HOST, 0))
    port = transport.get_extra_info("sockname")[1]
    read = sl.RecvFrom(socket=0, family=INET, port=0, address="0.0.0.0", length=100)
    async with client() as at:
        socket = await at.socket(sl.SocketType.DGRAM, sl.Protocol.UDP)
        assert await at.code(sl.Send(socket=socket, data=b"x")) == "-107"
        await at.send(sl.SendTo(socket=socket, family=INET, port=port, address=HOST, data=b"one"))
        data, sender = await arrived.get()
        assert data == b"one"
        transport.sendto(b"two", sender)
        assert (await at.send(read)).data == b"two"
        await at.send(sl.Connect(socket=socket, family=INET, port=port, address=HOST))
        await at.send(sl.Send(socket=socket, data=b"three"))
        assert (await arrived.get())[0] == b"three"
        transport.sendto(b"four", sender)
        assert await receive(at, socket) == b"four"
        bound = await at.socket(sl.SocketType.DGRAM, sl.Protocol.UDP)
        assert await at.code(sl.Bind(socket=bound, family=INET, port=port, address="0.0.0.0")) == "-98"
        await at.send(sl.Bind(socket=bound, family=INET, port=0, address="0.0.0.0"))
        assert await at.code(sl.Send(socket=bound, data=b"x")) == "-107"
        stream = await at.socket()
        to = sl.SendTo(socket=stream, family=INET, port=port, address=HOST, data=b"x")
        assert await at.code(to) == "-95"
        assert await at.code(sl.RecvFrom(socket=stream, family=INET, port=0, address=HOST, length=1)) == "-95"
    transport.close()


@pytest.mark.asyncio
async def test_what_cannot_be_opened_gets_its_code():
    async with client(joined=False) as at, far_end() as server:
        first = await at.socket()
        to = sl.Connect(socket=first, family=INET, port=server.port, address=HOST)
        assert await at.code(to) == "-101"
        await at.join()
        await at.send(to)
        assert await at.code(to) == "-106"
        second = await at.socket()
        assert await at.code(sl.Connect(socket=second, family=INET, port=1, address=HOST)) == "-111"
        assert await at.code(sl.Connect(socket=second, family=INET, port=1, address="10.9.9.9")) == "-110"
        assert await at.code(sl.Bind(socket=second, family=INET, port=0, address="10.9.9.9")) == "-99"
        await at.send(sl.Bind(socket=second, family=INET, port=0, address="192.168.3.112"))
        assert await at.code(sl.Bind(socket=second, family=INET, port=0, address="0.0.0.0")) == "-22"
        assert await at.code(sl.Send(socket=second, data=b"x")) == "-107"
        assert await at.code(sl.Recv(socket=second, length=1)) == "-107"
        raw = sl.Socket(domain=sl.Domain.INET, type=sl.SocketType.RAW, protocol=sl.Protocol.RAW)
        assert await at.code(raw) == "-95"
        for _ in range(14):
            await at.socket()
        assert await at.code(sl.Socket(domain=sl.Domain.INET, type=sl.SocketType.STREAM, protocol=sl.Protocol.TCP)) == (
            "-10"
        )


@pytest.mark.asyncio
async def test_reads_wait_as_long_as_the_options_say():
    async with bench(joined=True) as at:
        far = await at.open()
        assert await at.ask("at+setsockopt=0,socket,rcvtimeo,2,500000") == OK
        assert await at.ask("at+recv=0,0,9", 2.4) == OK
        assert await at.rest(0.2) == refused(-11)
        assert await at.ask("at+setsockopt=0,socket,rcvtimeo,0,0") == OK
        assert await at.ask("at+recv=0,0,9", 1000) == OK
        far.send(b"late")
        assert await at.settle() == b"+recv:0,0,4,late\r\n" + OK
        assert await at.ask("at+setsockopt=0,socket,nonblocking,1") == OK
        assert await at.ask("at+recv=0,0,9") == OK + refused(-11)


@pytest.mark.asyncio
async def test_select_tells_who_can_be_read_and_a_closed_socket_ends_what_waits():
    async with bench(joined=True) as at:
        await at.open()
        far = await at.open()
        assert await at.ask("at+select=2,0|1,5,0") == OK
        far.send(b"x")
        assert await at.settle() == b"+select:1\r\n" + OK
        assert await at.ask("at+select=2,0,0,0") == OK + b"+select:\r\n" + OK
        assert await at.ask("at+select=2,7,0,0") == OK + refused(-9)
        assert await at.ask("at+recv=0,0,9") == OK
        assert sorted((await at.ask("at+close=0")).splitlines()) == [
            b"+close:0",
            b"ERROR: process command,-9",
            b"OK",
        ]


class SlowNetwork(SimulatedNetwork):
    """A network on which a connection comes up when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def connect(self, *arguments: object, **options: object) -> Channel:
        await self.gate.wait()
        return await super().connect(*arguments, **options)  # type: ignore[arg-type]  # passed on


@pytest.mark.asyncio
async def test_a_socket_that_is_closed_while_it_connects_stays_closed():
    network = SlowNetwork()
    async with bench(joined=True, network=network) as at:
        await at.ask("at+socket=inet,stream,tcp")
        assert await at.ask("at+connect=0,inet,7,10.0.0.7") == OK
        assert await at.ask("at+close=0") == b"+close:0\r\n" + OK
        network.gate.set()
        assert await at.settle() == refused(-9)
        assert network.far_ends[0].closed


@pytest.mark.asyncio
async def test_a_client_beyond_the_backlog_is_turned_away_and_datagrams_beyond_the_buffer_are_lost():
    async with bench(joined=True) as at:
        await at.ask("at+socket=inet,stream,tcp\rat+listen=0,1")
        at.network.dial()
        assert at.network.dial().closed
        await at.ask("at+close=0\rat+socket=inet,dgram,udp\rat+bind=0,inet,60,0.0.0.0")
        for number in range(20):
            at.network.datagram(b"%d" % number, ("10.0.0.7", 9))
        assert len(at.module.sockets[0].packets) == 16
        assert await at.ask("AT+RecvFrom=0,inet,0,0.0.0.0,0,9") == OK + b"+recvfrom:0,0,1,0\r\n" + OK


@pytest.mark.asyncio
async def test_what_is_sent_to_a_peer_that_has_gone_is_refused():
    async with bench(joined=True) as at:
        far = await at.open()
        far.close()
        assert await at.ask("at+send=0,0,1,x") == refused(-104)
        assert await at.ask("at+recv=0,0,9") == OK + b"+recv:0,0,0,\r\n" + OK


@pytest.mark.asyncio
async def test_a_socket_of_ipv6_is_connected_to_groups_of_32_bits():
    async with bench(joined=True) as at:
        assert await at.ask("at+socket=inet6,stream,tcp") == b"+socket:0\r\n" + OK
        assert await at.ask("at+connect=0,inet6,7,[0:0:0:0x1]") == OK + b"+connect:7,0x0:0x0:0x0:0x1\r\n" + OK


@pytest.mark.asyncio
async def test_stop_drops_all_sockets():
    async with bench(joined=True) as at:
        far = await at.open()
        assert await at.ask("at+stop=200") == OK
        assert far.closed
        assert await at.ask("at+close=0") == refused(-9)


@pytest.mark.asyncio
async def test_options_are_kept_for_each_socket_and_have_defaults():
    async with client() as at:
        first, second = await at.socket(), await at.socket()
        await at.send(sl.SetSockOpt(socket=first, option=sl.SocketLinger(enabled=True, seconds=3)))
        assert await at.send(sl.GetSockOpt(socket=first, option=sl.SocketLinger)) == sl.SocketLinger(
            enabled=True, seconds=3
        )
        assert (await at.send(sl.GetSockOpt(socket=second, option=sl.SocketLinger))).enabled is False
        assert (await at.send(sl.GetSockOpt(socket=second, option=sl.SocketSecMethod))).method == (
            sl.SecurityMethod.SSLV3_TLSV1_2
        )
        assert await at.code(sl.GetSockOpt(socket=second, option=sl.SocketSecureFilesCaFileName)) == "-22"
        assert await at.code(sl.GetSockOpt(socket=9, option=sl.SocketLinger)) == "-9"


class Authority:
    """Makes certificates, and puts them into the files of a module."""

    def __init__(self) -> None:
        self.ca = trustme.CA()
        self.issued = self.ca.issue_cert("server.lan", HOST)

    def store(self, at: Client) -> None:
        files = at.device.storage.files
        files["ca"] = StoredFile(max_size=4096, data=bytearray(self.ca.cert_pem.bytes()))
        chain = self.issued.cert_chain_pems[0].bytes()
        files["cert"] = StoredFile(max_size=4096, data=bytearray(ssl.PEM_cert_to_DER_cert(chain.decode())))
        files["key"] = StoredFile(max_size=4096, data=bytearray(self.issued.private_key_pem.bytes()))
        files["other"] = StoredFile(max_size=4096, data=bytearray(trustme.CA().cert_pem.bytes()))
        files["junk"] = StoredFile(max_size=4096, data=bytearray(b"junk"))

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.issued.configure_cert(context)
        return context


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("ca", "domain", "code", "up"),
    [
        (None, None, "-453", True),
        ("ca", None, None, True),
        ("ca", "server.lan", None, True),
        ("ca", "another.lan", "-469", False),
        ("other", None, "-468", True),
        ("junk", None, "-456", False),
        ("missing", None, "-454", False),
    ],
)
async def test_what_tls_finds_is_told_with_the_session_up_or_not(
    ca: str | None, domain: str | None, code: str | None, up: bool
):
    authority = Authority()
    async with client() as at, far_end(ssl=authority.server()) as server:
        authority.store(at)
        socket = await at.socket(protocol=sl.Protocol.SEC)
        if ca is not None:
            await at.send(sl.SetSockOpt(socket=socket, option=sl.SocketSecureFilesCaFileName(file=ca)))
        if domain is not None:
            option = sl.SocketSecureDomainNameVerification(domain=domain)
            await at.send(sl.SetSockOpt(socket=socket, option=option))
        to = sl.Connect(socket=socket, family=INET, port=server.port, address=HOST)
        assert await at.code(to) == code
        assert await at.code(sl.Send(socket=socket, data=b"secret")) == (None if up else "-107")
        if up:
            reader, _ = await server.end()
            assert await reader.readexactly(6) == b"secret"


@pytest.mark.asyncio
async def test_a_peer_that_speaks_no_tls_fails_the_handshake():
    async with client() as at, far_end() as server:
        socket = await at.socket(protocol=sl.Protocol.SEC)
        to = sl.Connect(socket=socket, family=INET, port=server.port, address=HOST)
        connecting = asyncio.create_task(at.code(to))
        _, writer = await server.end()
        writer.write(b"220 no TLS here\r\n" * 10)
        assert await connecting == "-340"
        await at.send(sl.SetSockOpt(socket=socket, option=sl.SocketSecureExtClientChlngResp()))
        assert await at.code(to) == "-95"


@pytest.mark.asyncio
async def test_the_module_shows_a_certificate_as_server_and_as_client():
    authority = Authority()
    files = (
        sl.SocketSecureFilesCertificateFileName(file="cert"),
        sl.SocketSecureFilesPrivateKeyFileName(file="key"),
        sl.SocketSecureFilesCaFileName(file="ca"),
    )
    async with client() as at:
        authority.store(at)
        listening = await at.socket(protocol=sl.Protocol.SEC)
        assert await at.code(sl.Listen(socket=listening, backlog=1)) == "-457"
        for option in files:
            await at.send(sl.SetSockOpt(socket=listening, option=option))
        await at.send(sl.Listen(socket=listening, backlog=1))
        port = at.device.sockets[listening].listener._server.sockets[0].getsockname()[1]
        socket = await at.socket(protocol=sl.Protocol.SEC)
        for option in files:
            await at.send(sl.SetSockOpt(socket=socket, option=option))
        await at.send(sl.Connect(socket=socket, family=INET, port=port, address=HOST))
        accepted = await at.send(sl.Accept(socket=listening, family=INET))
        await at.send(sl.Send(socket=socket, data=b"both"))
        assert await receive(at, accepted.socket) == b"both"
        for name in ("junk", "missing"):
            bad = await at.socket(protocol=sl.Protocol.SEC)
            option = sl.SocketSecureFilesCertificateFileName(file=name)
            for each in (option, sl.SocketSecureFilesPrivateKeyFileName(file="key")):
                await at.send(sl.SetSockOpt(socket=bad, option=each))
            assert await at.code(sl.Listen(socket=bad, backlog=1)) == "-457"
