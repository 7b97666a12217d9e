"""Links of every generation of ESP-AT firmware, and what a scripted module tells at awkward moments."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
import pytest_asyncio
import trustme

import atmodem
from atmodem import ConnectFailed, ModeConflict, Modem, SessionBroken, Transport
from atmodem.api.virtual import make_device
from atmodem.dialects import espat, find_dialect
from atmodem.portable.values import TlsOptions
from tests.modem.peer import Peer
from tests.sessions.contract.rig import pattern
from tests.sessions.far import HOST, Connection, datagram_peer, free_port, server

pytestmark = pytest.mark.asyncio

ESPAT = find_dialect("espat")
GENERATIONS = ["2.0", "2.1", "2.4", "3.2", "3.3", "4.1", "5.1"]
OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"


@asynccontextmanager
async def module(profile: str) -> AsyncIterator[Modem]:
    async with make_device(ESPAT, profile=profile) as device, atmodem.connect(device.url) as modem:
        await modem.wifi.join("lab", "secret")
        yield modem


@pytest.mark.parametrize("profile", GENERATIONS)
async def test_data_that_look_like_an_address_are_data(profile: str):
    data = b"127.0.0.1,80,hello" + pattern(3000) + b'"127.0.0.1",80,'
    async with module(profile) as modem, server() as far, modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        await end.send(data)
        received = b""
        while len(received) < len(data):
            received += await stream.receive()
        assert received == data


@pytest.mark.parametrize("profile", GENERATIONS)
async def test_clients_are_told_from_own_connections(profile: str):
    port = free_port()
    async with module(profile) as modem, server() as far, modem.listen_tcp(port) as listener:
        own = await modem.connect_tcp(HOST, far.port)
        client = Connection(*await asyncio.open_connection(HOST, port))
        accepted = await listener.accept()
        assert accepted.link != own.link
        await accepted.send(b"to the client")
        assert await client.read(13) == b"to the client"
        await client.send(b"to the module")
        assert await accepted.receive() == b"to the module"
        await accepted.aclose()
        await client.gone()
        await own.aclose()


@pytest.mark.parametrize("profile", ["2.1", "3.2"])
async def test_one_receive_mode_for_all_links_is_no_mix_of_both(profile: str):
    async with module(profile) as modem, server() as far:
        async with modem.connect_tcp(HOST, far.port):
            with pytest.raises(ModeConflict, match="one receive mode"):
                await modem.open_udp((HOST, 9))
            with pytest.raises(ModeConflict, match="one receive mode"):
                await modem.connect_tcp(HOST, far.port, passive=False)
            await (await modem.connect_tcp(HOST, far.port)).aclose()
        async with datagram_peer() as peer, modem.open_udp((HOST, peer.port)) as udp:
            await udp.send(b"now")
            assert (await peer.receive())[0] == b"now"


@pytest.mark.parametrize("profile", GENERATIONS)
async def test_a_datagram_tells_its_sender(profile: str):
    port = free_port(socket.SOCK_DGRAM)
    async with module(profile) as modem, datagram_peer() as peer, modem.open_udp(local_port=port) as udp:
        peer.transport.sendto(b"\r\n+IPD,0,3:\xff", (HOST, port))
        datagram = await udp.receive()
        assert (datagram.data, datagram.sender) == (b"\r\n+IPD,0,3:\xff", (HOST, peer.port))


async def test_a_link_that_carried_datagrams_holds_a_client_s_data_back_again():
    port = free_port()
    async with module("4.1") as modem, modem.listen_tcp(port) as listener:
        sockets = [await modem.open_udp((HOST, 9)) for _ in range(5)]
        assert len({udp.local_port for udp in sockets}) == 5
        for udp in sockets:
            await udp.aclose()
        client = Connection(*await asyncio.open_connection(HOST, port))
        async with await listener.accept() as stream, modem.events(atmodem.SocketReadable) as notices:
            await client.send(b"held")
            assert (await anext(notices)).link == stream.link
            assert await stream.receive() == b"held"
        await client.gone()


@pytest.mark.parametrize("profile", ["2.1", "4.1"])
async def test_passthrough_works_on_each_generation(profile: str):
    async with module(profile) as modem, server() as far:
        async with modem.passthrough(HOST, far.port) as stream:
            end = await far.connection()
            await stream.send(b"bare")
            assert await end.read(4) == b"bare"
            with pytest.raises(ModeConflict):
                await modem.send(espat.AT())
        async with modem.connect_tcp(HOST, far.port):
            pass


async def test_passthrough_carries_tls_by_the_module_and_its_settings_end_with_it():
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("example.org").configure_cert(context)
    async with module("4.1") as modem, server(ssl=context) as far:
        name = await modem.credentials.store(atmodem.CredentialKind.CA, authority.cert_pem.bytes())
        options = TlsOptions(server_name="example.org", ca=name)
        async with modem.passthrough(HOST, far.port, transport=Transport.TLS, tls=options) as stream:
            end = await far.connection()
            await end.send(b"protected")
            received = b""
            while len(received) < 9:
                received += await stream.receive()
            assert received == b"protected"
        assert await end.rest() == b""
        with pytest.raises(atmodem.TlsError):
            await modem.passthrough(HOST, far.port, transport=Transport.TLS)


async def test_passthrough_over_tls_names_what_is_wrong_with_the_certificate():
    async with module("5.1") as modem:
        with pytest.raises(atmodem.TlsError):
            await modem.passthrough(HOST, free_port(), transport=Transport.TLS)
        with pytest.raises(atmodem.InvalidArgument, match="transport"):
            await modem.passthrough(HOST, 7, tls=TlsOptions())


# A scripted module


@pytest_asyncio.fixture
async def peer() -> Peer:
    peer = Peer()
    for link in range(5):
        for mode in range(2):
            peer.answers[b"AT+CIPRECVTYPE=%d,%d" % (link, mode)] = OK
        peer.answers[b"AT+CIPCLOSE=%d" % link] = b"%d,CLOSED\r\n" % link + OK
        peer.answers[b'AT+CIPSTART=%d,"TCP","far",7' % link] = b"%d,CONNECT\r\n" % link + OK
    peer.answers |= {
        b"AT+SYSMSG?": b"+SYSMSG:0\r\n" + OK,
        b"AT+SYSMSG=2": OK,
        b"AT+CIPSERVER=1,80": OK,
        b"AT+CIPSERVER=0": OK,
    }
    return peer


@pytest_asyncio.fixture
async def modem(peer: Peer) -> AsyncIterator[Modem]:
    modem = Modem(peer.link, ESPAT)
    await modem.start()
    yield modem
    await modem.aclose()


def client_of(link: int) -> bytes:
    return b'+LINK_CONN:0,%d,"TCP",1,"10.0.0.9",4000,80\r\n' % link


async def test_a_client_that_takes_the_number_of_a_connection_makes_it_take_another(modem: Modem, peer: Peer):
    peer.answers[b'AT+CIPSTART=4,"TCP","far",7'] = client_of(4) + ERROR
    async with modem.listen_tcp(80) as listener:
        stream = await modem.connect_tcp("far", 7)
        assert stream.link == 3
        client = await listener.accept()
        assert client.link == 4
        assert client.extra(anyio.abc.SocketAttribute.remote_address) == ("10.0.0.9", 4000)
        await client.aclose()
        await stream.aclose()


async def test_clients_beyond_the_backlog_or_behind_the_close_are_closed(modem: Modem, peer: Peer):
    peer.answers[b"AT+CIPSERVER=0"] = client_of(2) + OK
    async with modem.listen_tcp(80, backlog=1):
        peer.say(client_of(0) + client_of(1))
        await peer.heard(b"AT+CIPCLOSE=1")
        assert b"AT+CIPCLOSE=0" not in peer.lines
    await peer.heard(b"AT+CIPCLOSE=0")
    await peer.heard(b"AT+CIPCLOSE=2")
    # A server that is not of this session keeps its clients.
    peer.say(client_of(3))
    await modem.send_raw("AT+CIPMUX?")
    assert b"AT+CIPCLOSE=3" not in peer.lines


async def test_a_link_that_another_command_has_opened_is_left_alone(modem: Modem, peer: Peer):
    peer.say(b"4,CONNECT\r\n")
    stream = await modem.connect_tcp("far", 7)
    assert stream.link == 3
    await stream.aclose()
    assert b"AT+CIPCLOSE=4" not in peer.lines


async def test_there_is_one_server_and_a_port_that_it_cannot_have_is_a_failure(modem: Modem, peer: Peer):
    async with modem.listen_tcp(80):
        with pytest.raises(ConnectFailed) as caught:
            await modem.listen_tcp(81)
        assert caught.value.name == "NO_FREE_LISTENER"
    peer.answers[b"AT+CIPSERVER=1,81"] = ERROR
    with pytest.raises(ConnectFailed, match="could not listen on port 81"):
        await modem.listen_tcp(81)


async def test_a_cancelled_listen_that_comes_up_all_the_same_is_closed(modem: Modem, peer: Peer):
    del peer.answers[b"AT+CIPSERVER=1,80"]
    listening = asyncio.ensure_future(_awaited(modem.listen_tcp(80)))
    await peer.heard(b"AT+CIPSERVER=1,80")
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    peer.say(OK)
    await peer.heard(b"AT+CIPSERVER=0")


async def test_closing_the_modem_ends_a_listen_under_way(modem: Modem, peer: Peer):
    del peer.answers[b"AT+CIPSERVER=1,80"]
    listening = asyncio.ensure_future(_awaited(modem.listen_tcp(80)))
    await peer.heard(b"AT+CIPSERVER=1,80")
    await modem.aclose()
    with pytest.raises(atmodem.SessionClosed):
        await listening


async def _awaited(opening):
    return await opening


async def test_data_of_links_that_nobody_has_open_are_nobody_s(modem: Modem, peer: Peer):
    del peer.answers[b"AT+CIPRECVTYPE=4,1"]
    opening = asyncio.ensure_future(_awaited(modem.connect_tcp("far", 7)))
    await peer.heard(b"AT+CIPRECVTYPE=4,1")
    peer.say(b"\r\n+IPD,2,5:other\r\n" + OK)
    async with await opening as stream:
        peer.say(b"\r\n+IPD,2,5:other\r\n\r\n+IPD,4,3:own\r\n")
        assert await stream.receive() == b"own"


async def test_a_restart_breaks_listeners_and_sockets(modem: Modem, peer: Peer):
    peer.answers[b"AT+CIPDINFO=1"] = OK
    peer.answers[b'AT+CIPSTART=4,"UDP","far",7'] = b"4,CONNECT\r\n" + OK
    peer.answers[b"AT+CIPSTATE?"] = ERROR
    listener = await modem.listen_tcp(80)
    udp = await modem.open_udp(("far", 7))
    assert udp.local_port is None
    accepting, receiving = asyncio.create_task(listener.accept()), asyncio.create_task(udp.receive())
    await asyncio.sleep(0)
    async with modem.expect(atmodem.ModuleReady) as ready:
        peer.say(b"\r\nready\r\n")
        await ready.get()
    for task in (accepting, receiving):
        with pytest.raises(SessionBroken, match="started anew"):
            await task
    with pytest.raises(SessionBroken, match="started anew"):
        await udp.send(b"x")
    await listener.aclose()
    await udp.aclose()
    assert not {b"AT+CIPSERVER=0", b"AT+CIPCLOSE=4"} & set(peer.lines)


async def test_a_socket_that_the_module_closes_or_cannot_use_says_so(modem: Modem, peer: Peer):
    peer.answers[b"AT+CIPDINFO=1"] = OK
    peer.answers[b'AT+CIPSTART=4,"UDP","far",7'] = b"4,CONNECT\r\n" + OK
    peer.answers[b"AT+CIPSTATE?"] = b'+CIPSTATE:4,"UDP","10.0.0.2",7,2233,0\r\n' + OK
    udp = await modem.open_udp(("far", 7))
    assert udp.local_port == 2233
    peer.answers[b"AT+CIPSEND=4,1"] = ERROR
    with pytest.raises(SessionBroken, match="could not send"):
        await udp.send(b"x")
    # A datagram of which only a part came is none.
    peer.say(b'\r\n+IPD,4,9,"10.0.0.2",7:part')
    async with modem.events(atmodem.SocketData) as events:
        assert (await anext(events)).lost == 5
    assert udp.missed == 1
    peer.say(b"4,CLOSED\r\n")
    with pytest.raises(SessionBroken, match="has closed the socket"):
        await udp.receive()
    await udp.aclose()


async def test_what_came_before_passthrough_was_on_is_read_first(modem: Modem, peer: Peer):
    peer.answers |= {
        b"AT+CIPMUX=0": OK,
        b'AT+CIPSTART="TCP","far",7': b"CONNECT\r\n" + OK + b"\r\n+IPD,7:welcome\r\n",
        b"AT+CIPMODE=1": OK,
        b"AT+CIPSEND": b"\r\nOK\r\n\r\n>",
    }
    stream = await modem.passthrough("far", 7)
    peer.say(b" to the far end\r\n")
    received = b""
    while len(received) < 24:
        received += await stream.receive()
    assert received == b"welcome to the far end\r\n"
    await peer.hang_up()
    with pytest.raises(SessionBroken, match="the modem has ended"):
        await stream.receive()
    await stream.aclose()


async def test_a_far_end_that_closes_before_passthrough_is_on_is_a_failure(modem: Modem, peer: Peer):
    peer.answers |= {
        b"AT+CIPMUX=0": OK,
        b"AT+CIPMUX=1": OK,
        b'AT+CIPSTART="TCP","far",7': b"CONNECT\r\n" + OK + b"CLOSED\r\n",
        b"AT+CIPMODE=1": OK,
        b"AT+CIPMODE=0": OK,
        b"AT+CIPSEND": ERROR,
        b"AT+CIPCLOSE": ERROR,
    }
    with pytest.raises(ConnectFailed, match="could not pass through to far port 7"):
        await modem.passthrough("far", 7)
    async with modem.connect_tcp("far", 7):
        pass


async def test_bytes_that_nobody_reads_end_passthrough_by_their_count(modem: Modem, peer: Peer, monkeypatch):
    monkeypatch.setattr("atmodem.sessions.passthrough.LIMIT", 10)
    peer.answers |= {
        b"AT+CIPMUX=0": OK,
        b'AT+CIPSTART="TCP","far",7': b"CONNECT\r\n" + OK,
        b"AT+CIPMODE=1": OK,
        b"AT+CIPSEND": b"\r\nOK\r\n\r\n>",
    }
    stream = await modem.passthrough("far", 7)
    peer.say(b"0123456789a")
    with pytest.raises(atmodem.DataLost) as caught:
        await stream.receive()
    assert caught.value.lost == 11
    with pytest.raises(atmodem.DataLost):
        await stream.send(b"x")
    await peer.hang_up()
    await stream.aclose()


async def test_the_module_can_start_into_passthrough(modem: Modem, peer: Peer):
    peer.answers[b'AT+SAVETRANSLINK=1,"far",7,"TCP"'] = OK
    peer.answers[b"AT+SAVETRANSLINK=0"] = OK
    await modem.set_passthrough_autostart(("far", 7))
    await modem.set_passthrough_autostart(None)
    assert peer.lines[-2:] == [b'AT+SAVETRANSLINK=1,"far",7,"TCP"', b"AT+SAVETRANSLINK=0"]
    with pytest.raises(atmodem.InvalidArgument, match="port"):
        await modem.set_passthrough_autostart(("far", 0))
