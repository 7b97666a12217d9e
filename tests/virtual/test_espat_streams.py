"""Passthrough and TLS of the virtual ESP module."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trustme

from atmodem.dialects import espat
from atmodem.dialects.espat.device import Virtual
from tests.virtual.host import ERROR, HOST, OK, PROMPT, FarEnd, Host, far_end, online, silence
from tests.virtual.test_espat_links import SEND_OK, free_port, open_link, send
from tests.witness import require

QUITT = b"\r\n+QUITT\r\n"


async def enter_passthrough(host: Host) -> None:
    await host.ask(b"AT+SYSMSG=1")
    assert await host.ask(b"AT+CIPMODE=1") == OK
    host.send(b"AT+CIPSEND\r\n")
    assert await host.until(b">") == PROMPT


async def escape(host: Host) -> None:
    await silence()
    host.send(b"+++")
    assert await host.until(QUITT) == QUITT


@pytest.mark.asyncio
async def test_passthrough_carries_bare_bytes_until_it_is_escaped():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        reader, writer = await server.end()
        await enter_passthrough(host)
        host.send(b"AT\r\n+++ is data here")
        assert await reader.readexactly(20) == b"AT\r\n+++ is data here"
        writer.write(b"\r\nOK\r\n+IPD,3:abc")
        assert await host.until(b"abc") == b"\r\nOK\r\n+IPD,3:abc"
        await escape(host)
        assert await host.ask(b"AT+CIPMODE?") == b"+CIPMODE:1\r\n" + OK
        writer.write(b"bare")
        assert await host.until(b"bare") == b"bare"
        assert await host.ask(b"AT+CIPSEND=3") == ERROR
        assert await host.ask(b"AT+CIPMODE=0") == OK
        assert await host.ask(b"AT+CIPSEND") == ERROR


@pytest.mark.asyncio
async def test_passthrough_needs_one_link_without_a_number():
    async with far_end() as server, online() as (_, host):
        await host.ask(b"AT+CIPMODE=1")
        assert await host.ask(b"AT+CIPSEND") == ERROR
        assert await host.ask(b"AT+CIPMUX=1") == ERROR
        await host.ask(b"AT+CIPMODE=0")
        await host.ask(b"AT+CIPMUX=1")
        assert await host.ask(b"AT+CIPMODE=1") == ERROR
        await open_link(host, server, 0)


@pytest.mark.asyncio
async def test_pluses_are_only_noticed_between_silences():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        reader, _ = await server.end()
        await enter_passthrough(host)
        for data in (b"a+++", b"+++\r\n", b"++"):
            host.send(data)
            assert await reader.readexactly(len(data)) == data
        await escape(host)


@pytest.mark.asyncio
async def test_a_slow_far_end_holds_the_host_back():
    async with far_end(limit=1024) as server, online() as (_, host):
        await open_link(host, server)
        reader, _ = await server.end()
        await enter_passthrough(host)
        written = 0
        for _ in range(400):
            host.send(bytes(65536))
            written += 65536
        draining = asyncio.create_task(host.link.drain())
        for _ in range(200):
            await asyncio.sleep(0)
        assert not draining.done()
        assert len(await reader.readexactly(written)) == written
        await draining
        await escape(host)


@pytest.mark.asyncio
async def test_a_link_that_the_far_end_closes_is_opened_again_silently():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        _, writer = await server.end()
        await enter_passthrough(host)
        writer.close()
        reader, writer = await server.end()
        writer.write(b"again")
        assert await host.until(b"again") == b"again"
        host.send(b"yes")
        assert await reader.readexactly(3) == b"yes"
        await escape(host)


@pytest.mark.asyncio
async def test_states_are_told_in_the_stream_when_that_was_asked_for():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        _, writer = await server.end()
        await enter_passthrough(host)
        await escape(host)
        await host.ask(b"AT+SYSMSG=5")
        host.send(b"AT+CIPSEND\r\n")
        await host.until(b">")
        writer.close()
        assert await host.until(b"CONNECT\r\n") == b"CLOSED\r\nCONNECT\r\n"
        await escape(host)


@pytest.mark.asyncio
async def test_leaving_while_the_far_end_is_away_closes_the_link():
    async with online() as (device, host):
        async with far_end() as server:
            await open_link(host, server)
            await server.end()
            await enter_passthrough(host)
        link = device.links.get(0)
        assert link is not None
        while link.channel is not None:
            await asyncio.sleep(0)
        await silence()
        host.send(b"+++")
        assert await host.until(b"CLOSED\r\n") == QUITT + b"CLOSED\r\n"
        assert await host.ask(b"AT+CIPSTATE?") == OK


@pytest.mark.asyncio
async def test_datagrams_pass_through_as_well():
    async with online() as (_, host):
        taken: asyncio.Queue[bytes] = asyncio.Queue()

        class Peer(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
                taken.put_nowait(data)

        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Peer, local_addr=(HOST, 0))
        port = transport.get_extra_info("sockname")[1]
        await host.ask(b'AT+CIPSTART="UDP","127.0.0.1",%d' % port)
        await enter_passthrough(host)
        host.send(b"x" * 3000)
        assert [len(await taken.get()), len(await taken.get())] == [2920, 80]
        await escape(host)
        transport.close()


@pytest.mark.asyncio
async def test_a_module_that_starts_into_passthrough_answers_no_command_until_it_is_escaped():
    async with far_end() as server, online(boot_time=0.01) as (device, host):
        await host.ask(b"AT+SYSMSG=1")
        assert await host.ask(b'AT+SAVETRANSLINK=1,"127.0.0.1",%d' % server.port) == OK
        device.restart()
        reader, writer = await server.end()
        writer.write(b"hello")
        assert (await host.until(b"hello")).startswith(b"\r\nready\r\n")
        host.send(b"AT\r\n")
        assert await reader.readexactly(4) == b"AT\r\n"
        await escape(host)
        assert await host.ask(b"ATE0") == b"ATE0\r\n" + OK
        assert await host.ask(b"AT+CIPMODE?") == b"+CIPMODE:1\r\n" + OK
        assert await host.ask(b"AT+SAVETRANSLINK=0") == OK
        assert await host.ask(b"AT+SAVETRANSLINK=3,333") == ERROR
        device.restart()
        await host.until(b"ready\r\n")
        assert await host.ask(b"AT") == b"AT\r\n" + OK


@pytest.mark.asyncio
async def test_leaving_before_the_link_is_there_closes_it():
    async with online(boot_time=0.01) as (device, host):
        await host.ask(b"AT+SYSMSG=1")
        await host.ask(b'AT+SAVETRANSLINK=1,"127.0.0.1",%d,"UDP"' % free_port())
        await host.ask(b"AT+CWAUTOCONN=0")
        device.restart()
        await host.until(b"ready\r\n")
        await silence()
        host.send(b"+++")
        assert await host.until(b"CLOSED\r\n") == QUITT + b"CLOSED\r\n"
        await host.ask(b"ATE0")
        assert await host.ask(b"AT+CIPSTATE?") == OK


# TLS


class Authority:
    """An authority, and certificates that it has issued."""

    def __init__(self) -> None:
        self.ca = trustme.CA()
        self.text = self.ca.cert_pem.bytes()
        self.server = self.ca.issue_cert("example.org", "127.0.0.1")
        self.client = self.ca.issue_cert("board")

    def server_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.server.configure_cert(context)
        return context


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


async def store(host: Host, namespace: bytes, data: bytes) -> None:
    host.send(b'AT+SYSMFG=2,"%b","%b.0",7,%d\r\n' % (namespace, namespace, len(data)))
    assert await host.until(b">") == PROMPT
    host.send(data)
    assert await host.until(OK) == OK


async def open_ssl(host: Host, server: FarEnd) -> bytes:
    return await host.ask(b'AT+CIPSTART="SSL","127.0.0.1",%d' % server.port)


@pytest.mark.asyncio
async def test_a_secured_link_carries_bytes_both_ways(authority: Authority):
    async with far_end(ssl=authority.server_context()) as server, online() as (_, host):
        assert await open_ssl(host, server) == b"CONNECT\r\n" + OK
        reader, writer = await server.end()
        assert await send(host, b"hello") == SEND_OK
        assert await reader.readexactly(5) == b"hello"
        writer.write(b"there")
        assert await host.until(b"there\r\n") == b"\r\n+IPD,5:there\r\n"
        assert b'"SSL"' in await host.ask(b"AT+CIPSTATE?")
        assert await host.ask(b"AT+CIPCLOSE") == b"CLOSED\r\n" + OK


@pytest.mark.asyncio
async def test_a_certificate_is_verified_when_that_is_asked_for(authority: Authority):
    async with far_end(ssl=authority.server_context()) as server, online(profile="5.0") as (_, host):
        assert await host.ask(b"AT+CIPSSLCCONF=2,0,0") == OK
        assert await open_ssl(host, server) == ERROR
        await store(host, b"client_ca", trustme.CA().cert_pem.bytes())
        await host.ask(b"AT+SYSLOG=1")
        assert await open_ssl(host, server) == b"+ERRNO:0x5\r\n" + ERROR
        await store(host, b"client_ca", authority.text)
        assert await host.ask(b'AT+CIPSSLCCN="other.example"') == OK
        assert await open_ssl(host, server) == b"+ERRNO:0x5\r\n" + ERROR
        assert await host.ask(b'AT+CIPSSLCCN="example.org"') == OK
        assert await open_ssl(host, server) == b"CONNECT\r\n" + OK


@pytest.mark.asyncio
async def test_a_client_certificate_server_name_and_protocols_are_shown(authority: Authority):
    context = authority.server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    authority.ca.configure_trust(context)
    context.set_alpn_protocols(["mqtt"])
    asked: list[str] = []
    context.sni_callback = lambda connection, name, _: asked.append(name)
    async with far_end(ssl=context) as server, online() as (_, host):
        await host.ask(b"AT+CIPSSLCCONF=1,0,0")
        await store(host, b"client_cert", authority.client.cert_chain_pems[0].bytes())
        await store(host, b"client_key", authority.client.private_key_pem.bytes())
        await host.ask(b'AT+CIPSSLCSNI="example.org"')
        await host.ask(b'AT+CIPSSLCALPN=2,"http/1.1","mqtt"')
        assert await open_ssl(host, server) == b"CONNECT\r\n" + OK
        _, writer = await server.end()
        assert asked == ["example.org"]
        assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == "mqtt"
        assert "board" in str(writer.get_extra_info("peercert"))


@pytest.mark.asyncio
async def test_a_server_can_be_secured(authority: Authority):
    trusting = ssl.create_default_context()
    authority.ca.configure_trust(trusting)
    port = free_port()
    async with online() as (_, host):
        await host.ask(b"AT+CIPMUX=1")
        assert await host.ask(b'AT+CIPSERVER=1,%d,"SSL"' % port) == ERROR
        await store(host, b"server_cert", authority.server.cert_chain_pems[0].bytes())
        await store(host, b"server_key", authority.server.private_key_pem.bytes())
        assert await host.ask(b'AT+CIPSERVER=1,%d,"SSL"' % port) == OK
        reader, writer = await asyncio.open_connection(HOST, port, ssl=trusting, server_hostname="example.org")
        assert await host.until(b"CONNECT\r\n") == b"0,CONNECT\r\n"
        assert await send(host, b"hello", 0) == SEND_OK
        assert await reader.readexactly(5) == b"hello"
        writer.transport.abort()
        await host.until(b"0,CLOSED\r\n")


@pytest.mark.asyncio
async def test_tls_settings_are_listed_for_the_links_they_are_for():
    async with online() as (_, host):
        await host.ask(b"AT+CIPMUX=1")
        assert await host.ask(b'AT+CIPSSLCSNI=3,"a.example"') == OK
        assert await host.ask(b"AT+CIPSSLCSNI?") == b"+CIPSSLCSNI:3,a.example\r\n" + OK
        assert await host.ask(b'AT+CIPSSLCALPN=5,1,"mqtt"') == OK
        assert (await host.ask(b"AT+CIPSSLCALPN?")).count(b",mqtt\r\n") == 5
        assert await host.ask(b"AT+CIPSSLCALPN=5,0") == OK
        assert await host.ask(b"AT+CIPSSLCALPN?") == OK
        assert await host.ask(b'AT+CIPSSLCALPN=5,2,"mqtt"') == ERROR
        assert await host.ask(b'AT+CIPSSLCPSK=0,"key","hint"') == OK
        assert await host.ask(b"AT+CIPSSLCPSKHEX?") == b"+CIPSSLCPSKHEX:0,6b6579,hint\r\n" + OK
        assert await host.ask(b'AT+CIPSSLCPSKHEX=0,"6869","hint"') == OK
        assert await host.ask(b"AT+CIPSSLCPSK?") == b"+CIPSSLCPSK:0,hi,hint\r\n" + OK
        first = (await host.ask(b"AT+CIPSSLCCIPHER?")).splitlines()[0]
        suite = first.rpartition(b",")[2]
        assert await host.ask(b"AT+CIPSSLCCIPHER=0,1,%b" % suite) == OK
        assert await host.ask(b"AT+CIPSSLCCIPHER=0,1,0x1") == ERROR


@pytest.mark.asyncio
async def test_old_firmware_says_that_no_certificate_is_stored():
    async with online(profile="3.4") as (_, host):
        assert await host.ask(b"AT+CIPSSLCCONF=2,0,0") == b"NO CA FOUND\r\n" + OK


@asynccontextmanager
async def openssl_server(*options: str) -> AsyncIterator[int]:
    """Run a server that sends each line back reversed, and yield its port."""
    port = free_port()
    command = ("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-nocert", "-rev", *options)
    process = await asyncio.create_subprocess_exec("timeout", "60", *command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    while b"ACCEPT" not in await process.stdout.readline():
        pass
    yield port
    process.terminate()
    await process.wait()
    await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_a_link_with_a_pre_shared_key_carries_bytes_both_ways():
    require("openssl")
    options = ("-psk", b"key".hex(), "-psk_identity", "hint", "-psk_hint", "hint")
    async with openssl_server(*options) as port, online() as (_, host):
        await host.ask(b'AT+CIPSSLCPSK="key","hint"')
        assert await host.ask(b'AT+CIPSTART="SSL","127.0.0.1",%d' % port) == b"CONNECT\r\n" + OK
        assert await send(host, b"Quit and Read\n") == SEND_OK
        assert await host.until(b"tiuQ\n\r\n") == b"\r\n+IPD,14:daeR dna tiuQ\n\r\n"
        assert await host.ask(b"AT+CIPCLOSE") == b"CLOSED\r\n" + OK
        await host.ask(b'AT+CIPSSLCPSK="other","hint"')
        assert await host.ask(b'AT+CIPSTART="SSL","127.0.0.1",%d' % port) == ERROR


@pytest.mark.asyncio
async def test_a_secret_of_a_command_is_in_no_repr():
    async with Virtual() as device:
        command = device.parse(b'AT+CWJAP="lab","hunter22"')
        assert isinstance(command, espat.CWJAP)
        assert "hunter22" not in repr(command)
