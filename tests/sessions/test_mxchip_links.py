"""Links of the MXCHIP module: what its wire alone has."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import anyio
import pytest

import atmodem
from atmodem import (
    ConnectFailed,
    LinkInUse,
    ModeConflict,
    SessionBroken,
    TlsError,
    Transport,
)
from atmodem.dialects import mxchip
from tests.sessions.contract.rig import pattern
from tests.sessions.far import HOST, Connection, Server, datagram_peer, free_port, server
from tests.sessions.mxchip_modems import ERROR, MXCHIP, OK, module, online, scripted
from tests.virtual.mxchip_bench import MxHost

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def client(port: int) -> AsyncIterator[Connection]:
    connection = Connection(*await asyncio.open_connection(HOST, port))
    yield connection
    await connection.gone()


async def take(stream: atmodem.TcpStream, length: int) -> bytes:
    data = b""
    while len(data) < length:
        data += await stream.receive()
    return data


# Links that somebody else has


async def test_a_link_that_is_open_already_is_told_with_its_state_and_the_next_one_is_another():
    async with online() as (_, modem), server() as far:
        async with modem.expect(mxchip.ServerConnected) as connected:
            await modem.send(mxchip.CIPSTART(id=0, type="tcp_client", domain=HOST, remote_port=far.port))
            await connected.get()
        with pytest.raises(LinkInUse, match="link 0 is in use already: connected") as caught:
            await modem.connect_tcp(HOST, far.port)
        assert (caught.value.text, caught.value.name) == ("connected", "LINK_IN_USE")
        assert isinstance(caught.value, OSError)
        async with modem.connect_tcp(HOST, far.port) as stream:
            assert stream.link == 1
        async with modem.expect(mxchip.ServerClosed) as closed:
            await modem.send(mxchip.CIPSTOP(id=0))
            await closed.get()
        async with modem.connect_tcp(HOST, far.port) as stream:
            assert stream.link == 0


async def test_a_refusal_of_a_link_that_is_closed_is_no_link_in_use():
    answers = {
        b"AT+CIPSTART=0,tcp_client,far,7": ERROR,
        b"AT+CIPSTATUS=0": b"\r\n+CIPSTATUS:tcp_client,stop" + OK,
    }
    async with scripted(answers) as (_, modem):
        with pytest.raises(ConnectFailed, match="could not connect to far port 7") as caught:
            await modem.connect_tcp("far", 7)
        assert type(caught.value) is ConnectFailed


async def test_a_link_that_comes_back_by_itself_is_none_of_the_sessions():
    kinds = (mxchip.ServerConnected, atmodem.SocketConnected, atmodem.SocketData, atmodem.SocketClosed)
    async with scripted() as (peer, modem), modem.events(*kinds) as events:
        peer.say(b"\r\n+CIPEVENT:3,SERVER,CONNECTED\r\n\r\n+CIPEVENT:SOCKET,3,3,abc\r\n\r\n+CIPEVENT:3,UDP,CLOSED\r\n")
        assert await anext(events) == mxchip.ServerConnected(id=3)
        await modem.send(mxchip.AT())
        await modem.aclose()
        assert [event async for event in events] == []


# Outcomes


async def test_an_event_that_comes_before_its_ok_is_the_outcome_all_the_same():
    async with scripted() as (peer, modem):
        peer.answers[b"AT+CIPSTART=0,tcp_client,far,7"] = b"\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n" + OK
        peer.answers[b"AT+CIPSTOP=0"] = OK + b"\r\n+CIPEVENT:0,SERVER,CLOSED\r\n"
        async with modem.connect_tcp("far", 7, passive=False) as stream:
            peer.say(b"\r\n+CIPEVENT:SOCKET,0,5,hello\r\n")
            assert await stream.receive() == b"hello"


async def test_a_module_that_tells_no_outcome_is_a_failure_and_the_link_is_closed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_sockets._USUAL_LIMIT", 0.05)
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_sockets._CLOSE_LIMIT", 0.05)
    async with scripted() as (peer, modem):
        with pytest.raises(ConnectFailed, match="took too long") as caught:
            await modem.connect_tcp("far", 7)
        assert caught.value.name == "TIMEOUT"
        assert caught.value.command == "AT+CIPSTART=0,tcp_client,far,7"
        assert peer.lines[-1] == b"AT+CIPSTOP=0"


async def test_a_link_that_was_lost_while_it_opened_is_a_failure_and_is_closed():
    async with scripted() as (peer, modem):
        peer.answers[b"AT+CIPSTART=0,tcp_client,far,7"] = OK + b"\r\n+CIPEVENT:0,SERVER,DISCONNECTED\r\n"
        peer.answers[b"AT+CIPSTOP=0"] = OK + b"\r\n+CIPEVENT:0,SERVER,CLOSED\r\n"
        with pytest.raises(ConnectFailed) as caught:
            await modem.connect_tcp("far", 7)
        assert caught.value.code == "SERVER,DISCONNECTED"
        assert peer.lines[-1] == b"AT+CIPSTOP=0"


async def test_a_restart_while_a_link_opens_is_told_at_once():
    async with scripted() as (peer, modem), modem.expect(atmodem.ModuleReady) as ready:

        async def connect() -> None:
            await modem.connect_tcp("far", 7)

        opening = asyncio.create_task(connect())
        await peer.heard(b"AT+CIPSTART=0,tcp_client,far,7")
        peer.say(b"\r\n+OTAEVENT:SUCCESS\r\n")
        with pytest.raises(atmodem.ModuleReset):
            await opening
        await ready.get()


async def test_a_module_that_refuses_to_be_prepared_is_a_failure_and_the_link_stays_free():
    async with scripted({b"AT+CIPRECVCFG=0": ERROR, b"AT+CIPSSLOPT=0,1,0": ERROR}) as (_, modem):
        with pytest.raises(ConnectFailed, match="no link could be prepared"):
            await modem.connect_tcp("far", 7)
        with pytest.raises(TlsError, match="does not take the options"):
            await modem.connect_tls("far", 7, passive=False)
        assert not modem.driver.sockets.in_use


async def test_a_socket_to_nowhere_is_a_failure():
    async with online() as (_, modem):
        for _ in range(6):
            with pytest.raises(ConnectFailed, match=r"could not open a socket for nowhere\.invalid port 9"):
                await modem.open_udp(("nowhere.invalid", 9))


# Receiving


async def test_all_data_that_waited_are_read_before_the_end_and_the_close_is_told_then():
    data = pattern(5000)
    async with online() as (device, modem), server() as far:
        stream = await modem.connect_tcp(HOST, far.port)
        end = await far.connection()
        async with modem.expect(mxchip.ServerDisconnected) as gone, modem.events(atmodem.SocketClosed) as closed:
            await end.send(data)
            end.close()
            await gone.get()
            assert await take(stream, len(data)) == data
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
            assert (await anext(closed)).link == stream.link
        # The module has not closed it yet; the next link that gets its number does.
        assert device.links.get(stream.link) is not None
        streams = [await modem.connect_tcp(HOST, far.port) for _ in range(5)]
        assert sorted(each.link for each in streams) == [0, 1, 2, 3, 4]
        await stream.aclose()
        for each in streams:
            await each.send(b"mine")
            assert await (await far.connection()).read(4) == b"mine"


async def test_a_link_that_was_lost_without_a_word_ends_when_it_is_asked():
    answers = {
        b"AT+CIPSTART=0,tcp_client,far,7": OK + b"\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n",
        b"AT+CIPRECV=0,7,4096": ERROR,
        b"AT+CIPSTATUS=0": b"\r\n+CIPSTATUS:tcp_client,disconnected" + OK,
    }
    async with scripted(answers) as (_, modem):
        stream = await modem.connect_tcp("far", 7)
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()


async def test_a_link_that_connects_again_by_itself_is_another_connection():
    answers = {
        b"AT+CIPSTART=0,tcp_client,far,7": OK
        + b"\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n",
        b"AT+CIPSTATUS=0": b"\r\n+CIPSTATUS:tcp_client,connected" + OK,
        b"AT+CIPSTOP=0": OK + b"\r\n+CIPEVENT:0,SERVER,CLOSED\r\n",
    }
    async with scripted(answers) as (peer, modem):
        stream = await modem.connect_tcp("far", 7)
        assert modem.driver.sockets.in_use
        peer.say(b"\r\n+CIPEVENT:0,SERVER,DISCONNECTED\r\n\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n")
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()
        assert not any(line.startswith(b"AT+CIPRECV=") for line in peer.lines)
        for number in range(1, 5):
            peer.answers[b"AT+CIPSTART=%d,tcp_client,far,7" % number] = (
                OK + b"\r\n+CIPEVENT:%d,SERVER,CONNECTED\r\n" % number
            )
        links = [(await modem.connect_tcp("far", 7)).link for _ in range(5)]
        assert links == [1, 2, 3, 4, 0]
        assert peer.lines[-3:] == [b"AT+CIPSTATUS=0", b"AT+CIPSTOP=0", b"AT+CIPSTART=0,tcp_client,far,7"]


async def test_a_refused_question_about_a_link_that_is_there_is_no_end():
    answers = {
        b"AT+CIPSTART=0,tcp_client,far,7": OK + b"\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n",
        b"AT+CIPRECV=0,7,4096": ERROR,
        b"AT+CIPSTATUS=0": b"\r\n+CIPSTATUS:tcp_client,connected" + OK,
    }
    async with scripted(answers) as (peer, modem):
        stream = await modem.connect_tcp("far", 7)
        reading = asyncio.create_task(stream.receive())
        await peer.heard(b"AT+CIPSTATUS=0")
        peer.answers[b"AT+CIPRECV=0,7,4096"] = b"\r\n+CIPRECV:2,hi\r\n" + OK
        assert await reading == b"hi"


async def test_links_that_push_and_links_that_wait_exclude_each_other():
    async with online() as (_, modem), server() as far, datagram_peer() as peer:
        async with modem.connect_tcp(HOST, far.port):
            for other in (
                modem.connect_tcp(HOST, far.port, passive=False),
                modem.open_udp((HOST, peer.port)),
            ):
                with pytest.raises(ModeConflict, match=r"one receive mode.*passive=False"):
                    await other
        async with modem.open_udp((HOST, peer.port)), modem.connect_tcp(HOST, far.port, passive=False):
            with pytest.raises(ModeConflict):
                await modem.connect_tcp(HOST, far.port, passive=True)
            with pytest.raises(ModeConflict):
                await modem.listen_tcp(free_port())
        async with modem.connect_tcp(HOST, far.port):
            pass


async def test_a_piece_that_the_line_cut_short_breaks_the_stream_by_its_count():
    answers = {b"AT+CIPSTART=0,tcp_client,far,7": OK + b"\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n"}
    async with scripted(answers) as (peer, modem):
        stream = await modem.connect_tcp("far", 7, passive=False)
        peer.say(b"\r\n+CIPEVENT:SOCKET,0,10,abc")
        assert await stream.receive() == b"abc"
        with pytest.raises(atmodem.DataLost) as caught:
            await stream.receive()
        assert caught.value.lost == 7


# Datagrams


@pytest.mark.parametrize("profile", ["default", "v2.0.2"])
async def test_a_broadcast_link_tells_who_answers_where_the_firmware_does(profile: str):
    port = free_port(socket.SOCK_DGRAM)
    async with (
        online(profile=profile) as (_, modem),
        datagram_peer("127.255.255.255") as everybody,
        modem.open_udp(("255.255.255.255", everybody.port), local_port=port) as udp,
        datagram_peer() as one,
    ):
        await udp.send(b"anybody?")
        assert (await everybody.receive())[0] == b"anybody?"
        one.transport.sendto(b"me", (HOST, port))
        answer = await udp.receive()
        assert answer.data == b"me"
        assert answer.sender == ((HOST, one.port) if profile == "default" else None)


async def test_a_socket_without_a_far_end_takes_datagrams_from_anybody():
    port = free_port(socket.SOCK_DGRAM)
    async with online() as (_, modem), modem.open_udp(local_port=port) as udp, datagram_peer() as peer:
        for data in (b"a", b"\r\nOK\r\n+CIPEVENT:0,UDP,CLOSED\r\n"):
            peer.transport.sendto(data, (HOST, port))
            assert await udp.receive() == atmodem.Datagram(data, (HOST, peer.port))
        with pytest.raises(atmodem.Unsupported):
            await udp.send_to(b"x", (HOST, peer.port))


async def test_losing_the_network_breaks_sockets():
    async with online() as (_, modem), modem.open_udp((HOST, 9)) as udp:
        await modem.wifi.leave()
        with pytest.raises(SessionBroken, match="has closed the socket"):
            await udp.receive()


# The server


async def test_there_is_one_server_and_it_lives_as_long_as_its_clients():
    port = free_port()
    async with online() as (device, modem), AsyncExitStack() as clients:
        async with modem.listen_tcp(port) as listener:
            with pytest.raises(ConnectFailed, match="one server is in use") as caught:
                await modem.listen_tcp(free_port())
            assert caught.value.name == "NO_FREE_LISTENER"
            one = await clients.enter_async_context(client(port))
            stream = await listener.accept()
        assert device.links.get(listener.link) is not None
        # A client that comes now is sent away, and one that was there is not.
        async with client(port):
            pass
        await stream.send(b"still here")
        assert await one.read(10) == b"still here"
        with pytest.raises(ConnectFailed):
            await modem.listen_tcp(free_port())
        async with modem.listen_tcp(port) as again, client(port) as two, await again.accept() as other:
            await other.send(b"two")
            assert await two.read(3) == b"two"
            await other.aclose()
        await stream.aclose()
        await one.gone()
        while device.links.get(listener.link) is not None:
            await asyncio.sleep(0)
        async with modem.listen_tcp(free_port()):
            pass


async def test_of_two_listeners_that_are_opened_at_once_one_is_refused():
    async with online() as (_, modem):

        async def listen() -> bool:
            try:
                async with modem.listen_tcp(free_port()):
                    await tried.wait()
            except ConnectFailed as error:
                tried.set()
                return error.name == "NO_FREE_LISTENER"
            return False

        tried = asyncio.Event()
        assert sorted(await asyncio.gather(listen(), listen())) == [False, True]


async def test_the_server_ends_with_a_client_that_went_by_itself():
    port = free_port()
    async with online() as (device, modem):
        async with modem.listen_tcp(port) as listener:
            one = Connection(*await asyncio.open_connection(HOST, port))
            stream = await listener.accept()
            assert stream.extra(anyio.abc.SocketAttribute.remote_address)[0] == HOST
        one.close()
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()
        while device.links.get(listener.link) is not None:
            await asyncio.sleep(0)


async def test_a_port_that_cannot_be_listened_on_is_a_failure():
    async with online() as (_, modem), server() as far:
        with pytest.raises(ConnectFailed, match=f"could not listen on port {far.port}"):
            await modem.listen_tcp(far.port)
        async with modem.listen_tcp(free_port()):
            pass


async def test_a_server_without_a_network_waits_for_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_sockets._LOOKS", 2)
    port = free_port()
    async with module() as (_, modem), modem.listen_tcp(port) as listener:
        await modem.wifi.join("lab", "secret")
        while (await modem.send(mxchip.CIPSTATUS(id=listener.link))).status != mxchip.LinkState.CONNECTED:
            pass
        async with client(port) as one, await listener.accept() as stream:
            await one.send(b"hello")
            assert await take(stream, 5) == b"hello"


async def test_a_peer_of_nobody_is_none_of_the_sessions():
    async with scripted() as (peer, modem), modem.events(atmodem.SocketAccepted) as accepted:
        peer.say(b"\r\n+CIPEVENT:CLIENT,CONNECTED,10.0.0.1,5000\r\n\r\n+CIPEVENT:CLIENT,CLOSED,10.0.0.1,5000\r\n")
        await modem.send(mxchip.AT())
        await modem.aclose()
        assert [event async for event in accepted] == []


# Passthrough


@pytest.mark.parametrize("transport", list(Transport))
async def test_passthrough_is_entered_and_left_as_the_wire_has_it(transport: Transport):
    async with scripted() as (peer, modem):
        peer.answers |= {
            b"AT+UARTFOMAT?": b"\r\n+UARTFOMAT:1024,100" + OK,
            b"AT+CIPSTART=0,tcp_client,far,7": OK + b"\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n",
            b"AT+CIPSTART=0,ssl_client,far,7": OK + b"\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n",
            b"AT+CIPSTART=0,udp_unicast,far,7,0": OK + b"\r\n+CIPEVENT:0,UDP,CONNECTED\r\n",
            b"AT+CIPSTOP=0": OK + b"\r\n+CIPEVENT:0,SERVER,CLOSED\r\n",
        }
        async with modem.passthrough("far", 7, transport=transport) as stream:
            entered = list(peer.lines)
            await stream.send(b"bare")
            await peer.heard_data(b"bare")
            peer.say(b"\r\nOK\r\n")
            assert await stream.receive() == b"\r\nOK\r\n"
            # The escape is not a line.
            leaving = asyncio.create_task(stream.aclose())
            await peer.heard_data(b"+++")
            peer.say(OK)
            await leaving
        assert entered[-2:] == [b"AT+CIPEVENT=OFF", b"AT+CIPSENDRAW"]
        assert peer.lines[-2:] == [b"AT+CIPEVENT=ON", b"AT+CIPSTOP=0"]


async def test_a_far_end_that_closes_before_passthrough_is_on_is_a_failure_and_links_work_again():
    async with scripted() as (peer, modem):
        peer.answers |= {
            b"AT+UARTFOMAT?": b"\r\n+UARTFOMAT:1024,100" + OK,
            b"AT+CIPSTART=0,tcp_client,far,7": OK + b"\r\n+CIPEVENT:0,SERVER,CONNECTED\r\n",
            b"AT+CIPSTOP=0": OK + b"\r\n+CIPEVENT:0,SERVER,CLOSED\r\n",
            b"AT+CIPSENDRAW": ERROR,
        }
        with pytest.raises(ConnectFailed, match="could not pass through to far port 7") as caught:
            await modem.passthrough("far", 7)
        assert caught.value.name == "NOT_CONNECTED"
        async with modem.connect_tcp("far", 7):
            pass


async def test_a_module_that_was_left_in_transparent_mode_takes_commands_again():
    async with server() as far, mxchip.Virtual(boot_time=0.01) as device:
        host = MxHost(device.open_link())
        await host.ask(b"AT+WJAP=lab,secret")
        assert b"STATION_UP" in await host.next_event()
        await host.ask(b"AT+CIPSTART=0,tcp_client,%b,%d" % (HOST.encode(), far.port))
        assert b"CONNECTED" in await host.next_event()
        for line in (b"AT+CIPEVENT=OFF", b"AT+CIPSENDRAW"):
            assert (await host.ask(line)).endswith(OK)
        await host.link.aclose()
        async with atmodem.connect(device.url, MXCHIP) as modem:
            await (await far.connection()).gone()
            async with modem.connect_tcp(HOST, far.port) as stream:
                await stream.send(b"a link")
                assert await (await far.connection()).read(6) == b"a link"


# Much at once


async def echo(far: Server, size: int) -> None:
    end = await far.connection()
    await end.send(await end.read(size))


@pytest.mark.parametrize("passive", [True, False])
async def test_every_link_carries_its_own_bytes_while_others_open_and_close(passive: bool):
    size = 20_000

    async def talk(number: int) -> bool:
        data = bytes([number]) + pattern(size)
        async with server() as far:
            for _ in range(3):
                serving = asyncio.create_task(echo(far, len(data)))
                async with modem.connect_tcp(HOST, far.port, passive=passive) as stream:
                    _, received = await asyncio.gather(stream.send(data), take(stream, len(data)))
                    assert received == data
                await serving
        return True

    async with online() as (_, modem):
        assert all(await asyncio.gather(*(talk(number) for number in range(5))))
