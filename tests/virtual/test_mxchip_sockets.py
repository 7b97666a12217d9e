"""The links of the virtual MXCHIP module on sockets of this host."""

import asyncio
import datetime
import hashlib
import random
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.virtual.host import far_end
from tests.virtual.mxchip_bench import HOST, OK, MxHost, online
from tests.virtual.test_sockets import free_port

BLOCK = 1024


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()


@asynccontextmanager
async def echoing() -> AsyncIterator[int]:
    """Serve echoes; give the port."""
    async with far_end() as far:

        async def serve() -> None:
            async with asyncio.TaskGroup() as group:
                while True:
                    group.create_task(echo(*await far.end()))

        serving = asyncio.create_task(serve())
        try:
            yield far.port
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


class Streams:
    """Takes what the links receive apart."""

    def __init__(self, host: MxHost) -> None:
        self._host = host
        self.received: dict[int, bytearray] = {}

    async def step(self) -> bytes | None:
        """Take one message: data, or a line, which is returned."""
        line = (await self._host.until(b"\r\n"))[:-2]
        while not line:
            if self._host.received.startswith(b"+CIPEVENT:SOCKET,"):
                await self._host.until(b"SOCKET,")
                number, length = [int((await self._host.until(b","))[:-1]) for _ in range(2)]
                data = await self._host.take(length + 2)
                self.received.setdefault(number, bytearray()).extend(data[:-2])
                return None
            line = (await self._host.until(b"\r\n"))[:-2]
        return line


async def open_link(host: MxHost, line: str, number: int, word: str = "SERVER") -> None:
    assert await host.ask(line.encode()) == OK
    assert await host.next_event() == f"CIPEVENT:{number},{word},CONNECTED".encode()


async def send_block(host: MxHost, streams: Streams, number: int, block: bytes) -> None:
    """Send one block by a client that does not wait for the prompt, taking what comes meanwhile."""
    host.send(b"AT+CIPSEND=%d,%d\r" % (number, len(block)) + block)
    while True:
        if host.received.startswith(b">"):
            await host.take(1)
        line = await streams.step()
        if line is not None and line.removeprefix(b">") == b"OK":
            return


@pytest.mark.asyncio
async def test_64_kib_come_back_as_they_went_on_each_of_five_links():
    data = random.Random(5).randbytes(65536)
    async with echoing() as port, online() as (_, host):
        for number in range(5):
            await open_link(host, f"AT+CIPSTART={number},tcp_client,127.0.0.1,{port}", number)
        streams = Streams(host)
        host.received.clear()
        for start in range(0, len(data), BLOCK):
            for number in range(5):
                await send_block(host, streams, number, data[start : start + BLOCK])
        while any(len(streams.received.get(number, b"")) < len(data) for number in range(5)):
            await streams.step()
        wanted = hashlib.sha256(data).digest()
        assert [hashlib.sha256(streams.received[number]).digest() for number in range(5)] == [wanted] * 5


@pytest.mark.asyncio
async def test_transparent_mode_carries_64_kib_both_ways():
    data = random.Random(6).randbytes(65536)
    async with echoing() as port, online() as (_, host):
        await open_link(host, f"AT+CIPSTART=0,tcp_client,127.0.0.1,{port}", 0)
        host.received.clear()
        for line in (b"AT+CIPEVENT=OFF", b"AT+UARTFOMAT=1024,50", b"AT+CIPSENDRAW"):
            assert await host.ask(line) == OK
        host.send(data)
        back = await host.take(len(data))
        assert hashlib.sha256(back).digest() == hashlib.sha256(data).digest()


@pytest.mark.asyncio
async def test_what_a_far_end_does_not_take_at_once_is_not_lost():
    async with online() as (_, host), far_end() as far:
        await open_link(host, f"AT+CIPSTART=0,tcp_client,127.0.0.1,{far.port}", 0)
        reader, _ = await far.end()
        host.received.clear()
        for line in (b"AT+CIPEVENT=OFF", b"AT+CIPSENDRAW"):
            assert await host.ask(line) == OK
        data = bytes(1 << 24)
        host.send(data)
        received = 0
        while received < len(data):
            received += len(await reader.read(1 << 20))
        assert received == len(data)


@pytest.mark.asyncio
async def test_peers_connect_to_a_server_and_get_their_own_answers():
    port = free_port()
    async with online() as (_, host):
        assert await host.ask(b"AT+CIPSTART=4,tcp_server,%d" % port) == OK
        ends = [await asyncio.open_connection(HOST, port) for _ in range(2)]
        for _ in ends:
            assert (await host.next_event()).startswith(b"CIPEVENT:CLIENT,CONNECTED,127.0.0.1,")
        for reader, writer in ends:
            own = writer.get_extra_info("sockname")[1]
            host.send(b"AT+CIPSEND=4,%d,5\r" % own)
            await host.until(b">")
            host.send(b"%05d" % own)
            await host.until(OK)
            assert await reader.readexactly(5) == b"%05d" % own
        ends[0][1].close()
        gone = ends[0][1].get_extra_info("sockname")[1]
        assert await host.next_event() == b"CIPEVENT:CLIENT,CLOSED,127.0.0.1,%d" % gone
        ends[1][1].close()
        await host.next_event()


@pytest.mark.asyncio
async def test_a_port_that_is_taken_closes_the_server():
    async with online() as (_, host), far_end() as far:
        assert await host.ask(b"AT+CIPSTART=4,tcp_server,%d" % far.port) == OK
        assert await host.next_event() == b"CIPEVENT:4,SERVER,CLOSED"


@pytest.mark.asyncio
async def test_datagrams_go_out_to_one_and_to_all():
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    class Far(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            arrived.put_nowait(data)
            transport.sendto(b"pong", addr)

    everybody = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    everybody.setblocking(False)
    everybody.bind(("0.0.0.0", 0))
    transport, _ = await loop.create_datagram_endpoint(Far, sock=everybody)
    port = everybody.getsockname()[1]
    async with online() as (_, host):
        await open_link(host, f"AT+CIPSTART=1,udp_unicast,127.0.0.1,{port},{free_port()}", 1, "UDP")
        await open_link(host, f"AT+CIPSTART=2,udp_broadcast,255.255.255.255,{port},{free_port()}", 2, "UDP")
        host.send(b"AT+CIPSEND=1,4\rping")
        assert await arrived.get() == b"ping"
        assert await host.next_event() == b"CIPEVENT:SOCKET,1,4,pong"
        host.send(b"AT+CIPSEND=2,3\rall")
        assert await arrived.get() == b"all"
        assert await host.next_event() == b"CIPEVENT:UDP_BROADCAST,127.0.0.1,%d,2,4,pong" % port
    transport.close()


# TLS


class Authority:
    """Certificates of a made-up authority, and its revocation list."""

    def __init__(self) -> None:
        self.ca = trustme.CA()
        self.server = self.ca.issue_cert(HOST)

    def context(self, *, client: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.configure_cert(context)
        if client:
            self.ca.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context


async def upload(host: MxHost, kind: int, pem: bytes) -> None:
    host.send(b"AT+SSLCERTSET=%d\r" % kind)
    await host.until(b">")
    host.send(pem + b"\x1a")
    assert await host.until(OK) == OK


async def start_tls(host: MxHost, port: int) -> bytes:
    assert await host.ask(b"AT+CIPSTART=0,ssl_client,127.0.0.1,%d" % port) == OK
    return await host.next_event()


@pytest.mark.asyncio
async def test_the_root_certificate_decides_who_is_trusted():
    known, unknown = Authority(), Authority()
    async with (
        online() as (_, host),
        far_end(ssl=known.context()) as far,
        far_end(ssl=unknown.context()) as stranger,
    ):
        assert await start_tls(host, stranger.port) == b"CIPEVENT:0,SERVER,CONNECTED"
        await host.ask(b"AT+CIPSTOP=0")
        assert await host.next_event() == b"CIPEVENT:0,SERVER,CLOSED"
        assert await host.ask(b"AT+CIPSSLOPT=0,1,0") == OK
        assert await start_tls(host, far.port) == b"CIPEVENT:0,SERVER,CLOSED"
        await upload(host, 0, known.ca.cert_pem.bytes())
        assert await start_tls(host, stranger.port) == b"CIPEVENT:0,SERVER,CLOSED"
        assert await start_tls(host, far.port) == b"CIPEVENT:0,SERVER,CONNECTED"
        host.send(b"AT+CIPSEND=0,5\rhello")
        reader, writer = await far.end()
        assert await reader.readexactly(5) == b"hello"
        writer.write(b"world")
        assert await host.next_event() == b"CIPEVENT:SOCKET,0,5,world"


@pytest.mark.asyncio
async def test_a_client_certificate_is_shown_where_that_is_chosen():
    authority = Authority()
    own = authority.ca.issue_cert("module")
    async with online() as (_, host), far_end(ssl=authority.context(client=True)) as far:
        await upload(host, 1, own.cert_chain_pems[0].bytes())
        assert await host.ask(b"AT+CIPSSLOPT=0,0,1") == OK
        assert await start_tls(host, far.port) == b"CIPEVENT:0,SERVER,CLOSED"
        await upload(host, 2, own.private_key_pem.bytes())
        assert await start_tls(host, far.port) == b"CIPEVENT:0,SERVER,CONNECTED"
        _, writer = await far.end()
        assert writer.get_extra_info("peercert")
        told = await host.ask(b"AT+SSLCERTGET=1")
        pem = own.cert_chain_pems[0].bytes().strip().replace(b"\n", b"\r\n")
        assert told.replace(b"\r\n", b"\n") == b"\n+SSLCERTGET:" + pem.replace(b"\r\n", b"\n") + b"\nOK\n"
        assert await host.ask(b"AT+SSLCERTGET=3") == b"\r\nERROR\r\n"


def self_made() -> tuple[bytes, bytes, bytes, bytes]:
    """Return a root certificate, a server's key and certificate, and a list that revokes it, in PEM."""
    now = datetime.datetime.now(datetime.UTC)
    start, end = now - datetime.timedelta(days=1), now + datetime.timedelta(days=1)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("root", "server")]
    certificates = [
        x509.CertificateBuilder(names[0], names[i], keys[i].public_key(), i + 1, start, end)
        .add_extension(x509.BasicConstraints(ca=i == 0, path_length=None), critical=True)
        .sign(keys[0], hashes.SHA256())
        for i in range(2)
    ]
    revoked = x509.RevokedCertificateBuilder().serial_number(2).revocation_date(start).build()
    listed = x509.CertificateRevocationListBuilder(names[0], start, end, (), [revoked]).sign(keys[0], hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificates[0].public_bytes(pem), private, certificates[1].public_bytes(pem), listed.public_bytes(pem)


@pytest.mark.asyncio
async def test_a_revoked_certificate_is_refused_where_the_list_counts(tmp_path: Path):
    root, key, certificate, revoked = self_made()
    chain = tmp_path / "chain.pem"
    chain.write_bytes(key + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    async with online() as (_, host), far_end(ssl=context) as far:
        await upload(host, 0, root)
        await upload(host, 3, revoked)
        assert await host.ask(b"AT+CIPSSLOPT=0,1,0") == OK
        assert await start_tls(host, far.port) == b"CIPEVENT:0,SERVER,CONNECTED"
        await host.ask(b"AT+CIPSTOP=0")
        assert await host.next_event() == b"CIPEVENT:0,SERVER,CLOSED"
        assert await host.ask(b"AT+CIPSSLOPT=0,1,0,1") == await host.ask(b"AT+CIPSSLOPT=0,1,0") == OK
        assert await start_tls(host, far.port) == b"CIPEVENT:0,SERVER,CLOSED"


@pytest.mark.asyncio
async def test_certificates_that_are_too_long_or_do_not_end_are_refused():
    async with online() as (_, host):
        host.send(b"AT+SSLCERTSET=0\r\n")
        await host.until(b">")
        host.send(bytes(9000) + b"\x1a")
        assert await host.until(b"ERROR\r\n") == b"\r\nERROR\r\n"
        assert await host.ask(b"AT+SSLCERTGET=0") == b"\r\nERROR\r\n"


@pytest.mark.asyncio
@pytest.mark.parametrize("garbage", [b"", b"\xff\r\n", b"text", bytes(100)])
async def test_certificates_that_are_none_close_the_link(garbage: bytes):
    authority = Authority()
    async with online() as (_, host), far_end(ssl=authority.context()) as far:
        for kind in range(4):
            await upload(host, kind, garbage)
        for options in (b"1,0", b"0,1", b"1,0,1"):
            assert await host.ask(b"AT+CIPSSLOPT=0," + options) == OK
            assert await start_tls(host, far.port) == b"CIPEVENT:0,SERVER,CLOSED"


@pytest.mark.asyncio
async def test_a_locked_key_closes_the_link():
    own = ec.generate_private_key(ec.SECP256R1())
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    locked = own.private_bytes(pem, form, serialization.BestAvailableEncryption(b"secret"))
    authority = Authority()
    async with online() as (_, host), far_end(ssl=authority.context(client=True)) as far:
        await upload(host, 1, authority.server.cert_chain_pems[0].bytes())
        await upload(host, 2, locked)
        assert await host.ask(b"AT+CIPSSLOPT=0,0,1") == OK
        assert await start_tls(host, far.port) == b"CIPEVENT:0,SERVER,CLOSED"
