"""Links of the CC3220: what its wire alone has."""

import asyncio
import ssl

import anyio
import pytest
import trustme

import atmodem
from atmodem import (
    CommandError,
    ConnectFailed,
    CredentialKind,
    FileMissing,
    InvalidArgument,
    SessionBroken,
    TlsError,
    TlsOptions,
)
from atmodem.dialects import simplelink as sl
from atmodem.virtual.air import Air
from tests.sessions.bench import cancelled_after
from tests.sessions.contract.rig import pattern
from tests.sessions.far import HOST, Connection, datagram_peer, free_port, server
from tests.sessions.simplelink_bench import module, online

pytestmark = pytest.mark.asyncio

CA = trustme.CA()
SERVER = CA.issue_cert("example.org", HOST)


# Asking which sockets can be read


async def test_all_who_wait_are_asked_about_at_once_and_nothing_is_asked_while_nobody_waits():
    async with online() as (device, modem), server() as far:
        streams = [await modem.connect_tcp(HOST, far.port) for _ in range(3)]
        ends = [await far.connection() for _ in range(3)]
        assert device.all(sl.Select) == []
        readers = [asyncio.create_task(stream.receive()) for stream in streams]
        while not any(len(select.readsds) == 3 for select in device.all(sl.Select)):
            await modem.wifi.status()
        await ends[1].send(b"second")
        assert await readers[1] == b"second"
        await ends[0].send(b"first")
        await ends[2].send(b"third")
        assert [await readers[0], await readers[2]] == [b"first", b"third"]
        asked = len(device.all(sl.Select))
        await modem.wifi.status()
        assert len(device.all(sl.Select)) <= asked + 1
        for stream in streams:
            await stream.aclose()


async def test_every_read_has_a_limit_and_is_made_only_where_something_waits():
    async with online() as (device, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        await end.send(b"hello")
        assert await stream.receive() == b"hello"
        limits = [command.option for command in device.all(sl.SetSockOpt)]
        assert limits == [sl.SocketRcvTimeo(seconds=0, microseconds=10_000)]
        assert len(device.all(sl.Recv)) == 1


async def test_a_refusal_reaches_its_own_command_whatever_else_is_on_its_way():
    async with online() as (_, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        reading = asyncio.create_task(stream.receive())
        end = await far.connection()
        for _ in range(20):
            dead = free_port()
            attempt = asyncio.create_task(modem.connect_tcp(HOST, dead).__aenter__())
            question = asyncio.create_task(modem.send(sl.WlanProfileGet(index=9)))
            versions = asyncio.create_task(modem.system.identity())
            with pytest.raises(ConnectFailed) as refused:
                await attempt
            assert refused.value.name == "CONNECTION_REFUSED"
            with pytest.raises(CommandError) as missing:
                await question
            assert missing.value.name == "NO_PROFILE"
            assert (await versions).firmware == "4.13.0.2"
        await end.send(b"still there")
        assert await reading == b"still there"


async def test_data_flow_both_ways_while_others_ask_and_names_are_looked_up():
    data = pattern(60_000)
    async with online() as (_, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        received = bytearray()

        async def read() -> None:
            while len(received) < len(data):
                received.extend(await stream.receive())

        async def ask() -> None:
            for _ in range(30):
                assert await modem.resolve("localhost") == (HOST,)
                assert (await modem.wifi.status()).joined

        _, _, _, _, arrived = await asyncio.gather(
            read(), ask(), stream.send(data), end.send(data[::-1]), end.read(len(data))
        )
        assert bytes(received) == data[::-1]
        assert arrived == data
        assert modem.statistics.unrecognized == 0


async def test_workers_that_a_program_has_taken_delay_a_read_and_nothing_else():
    async with online() as (_, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        made = await modem.send(sl.Socket(domain=sl.Domain.INET, type=sl.SocketType.DGRAM, protocol=sl.Protocol.UDP))
        pending = asyncio.create_task(
            modem.send(sl.RecvFrom(socket=made.socket, family=sl.Family.INET, port=0, address="0.0.0.0", length=10))
        )
        reading = asyncio.create_task(stream.receive())
        await end.send(b"hello")
        assert await reading == b"hello"
        await modem.send(sl.Close(socket=made.socket))
        with pytest.raises(CommandError):
            await pending


# Opening and ending


async def test_sixteen_sockets_are_all_there_are_and_a_closed_one_is_free_again():
    async with online() as (_, modem), server() as far:
        streams = [await modem.connect_tcp(HOST, far.port) for _ in range(16)]
        with pytest.raises(ConnectFailed) as caught:
            await modem.connect_tcp(HOST, far.port)
        assert caught.value.name == "NO_FREE_LINK"
        await streams.pop().aclose()
        streams.append(await modem.connect_tcp(HOST, far.port))
        assert len({stream.link for stream in streams}) == 16
        for stream in streams:
            await stream.aclose()


async def test_a_name_that_nobody_knows_and_a_port_where_nobody_listens_leave_no_socket():
    async with online() as (device, modem):
        with pytest.raises(ConnectFailed) as unknown:
            await modem.connect_tcp("nowhere.invalid", 80)
        assert unknown.value.name == "NO_SUCH_HOST"
        assert device.all(sl.Socket) == []
        with pytest.raises(ConnectFailed) as refused:
            await modem.connect_tcp(HOST, free_port())
        assert refused.value.name == "CONNECTION_REFUSED"
        assert isinstance(device.heard[-1], sl.Close)


async def test_a_link_that_is_open_is_an_event():
    async with (
        online() as (_, modem),
        server() as far,
        modem.events(atmodem.SocketConnected) as events,
        modem.connect_tcp(HOST, far.port) as stream,
        modem.open_udp() as udp,
    ):
        assert [(await anext(events)).link for _ in range(2)] == [stream.link, udp.link]


async def test_ipv6_is_used_where_a_host_has_nothing_else():
    async with online(air=Air(names={"six": "::1"})) as (device, modem):
        listening = await asyncio.start_server(lambda reader, writer: writer.close(), "::1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with modem.connect_tcp("::1", port) as stream:
            assert device.last(sl.Connect).family == sl.Family.INET6
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
        async with modem.open_udp(("::1", port)) as udp:
            await udp.send(b"x")
            assert device.last(sl.SendTo).family == sl.Family.INET6
        listening.close()


async def test_what_could_not_be_sent_after_all_breaks_its_stream_alone():
    async with online() as (device, modem), server() as far:
        one, two = await modem.connect_tcp(HOST, far.port), await modem.connect_tcp(HOST, far.port)
        await far.connection()
        end = await far.connection()
        reading = asyncio.create_task(one.receive())
        device.emit(sl.EventSockTxFailed(socket=0, status=-104))
        with pytest.raises(SessionBroken, match="could not send what it had taken: -104"):
            await reading
        with pytest.raises(SessionBroken):
            await one.send(b"x")
        await one.aclose()
        await two.send(b"fine")
        assert await end.read(4) == b"fine"
        await two.aclose()


async def test_leaving_the_network_ends_connections_behind_what_has_come():
    async with online() as (_, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        await end.send(b"last words")
        async with modem.expect(atmodem.WifiDisconnected) as left:
            await modem.wifi.leave()
            await left.get()
        async with modem.expect(atmodem.SocketClosed) as closed:
            assert await stream.receive() == b"last words"
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
            assert (await closed.get()).link == stream.link


async def test_sockets_of_another_program_are_closed_when_the_module_is_set_up():
    port = free_port()
    async with online() as (device, modem):
        await modem.listen_tcp(port)
        await modem.aclose()
        async with atmodem.connect(device.url, "simplelink") as again, again.listen_tcp(port):
            pass


async def test_a_port_that_is_taken_is_refused_by_name():
    async with online() as (_, modem), server() as far:
        with pytest.raises(ConnectFailed, match=f"could not listen on port {far.port}") as caught:
            await modem.listen_tcp(far.port)
        assert caught.value.name == "ADDRESS_IN_USE"
        async with modem.open_udp() as udp:
            with pytest.raises(ConnectFailed, match="could not open a socket for datagrams") as caught:
                await modem.open_udp(local_port=udp.local_port)
            assert caught.value.name == "ADDRESS_IN_USE"


async def test_a_client_that_goes_before_it_is_accepted_disturbs_nobody():
    port = free_port()
    async with online() as (_, modem), modem.listen_tcp(port) as listener:
        gone = Connection(*await asyncio.open_connection(HOST, port))
        gone.vanish()
        stays = Connection(*await asyncio.open_connection(HOST, port))
        await stays.send(b"here")
        received = b""
        while received != b"here":
            async with await listener.accept() as client:
                try:
                    received = await client.receive()
                except (anyio.EndOfStream, anyio.BrokenResourceError):
                    continue
        stays.close()


# Refusals

GONE, NOTHING, ENDED, BUSY = -104, -11, -300, 0


async def test_a_read_that_finds_nothing_after_all_is_made_again():
    async with online() as (device, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        device.refused[sl.Recv] = [NOTHING, NOTHING]
        await (await far.connection()).send(b"there")
        assert await stream.receive() == b"there"


async def test_a_reset_breaks_a_stream_and_the_end_of_tls_ends_it():
    async with online() as (device, modem), server() as far:
        for code, ending in ((GONE, SessionBroken), (ENDED, anyio.EndOfStream)):
            async with modem.connect_tcp(HOST, far.port) as stream:
                await (await far.connection()).send(b"never read")
                device.refused[sl.Recv] = [code]
                with pytest.raises(ending):
                    await stream.receive()
            assert isinstance(device.heard[-1], sl.Close)


async def test_a_listener_waits_on_where_its_client_has_gone_and_breaks_where_it_is_gone_itself():
    port = free_port()
    async with online() as (device, modem), modem.listen_tcp(port) as listener:
        device.refused[sl.Accept] = [NOTHING]
        one = Connection(*await asyncio.open_connection(HOST, port))
        await (await listener.accept()).aclose()
        await one.gone()
        device.refused[sl.SetSockOpt] = [-22]
        lost = Connection(*await asyncio.open_connection(HOST, port))
        accepting = asyncio.create_task(listener.accept())
        await lost.gone()
        device.refused[sl.Accept] = [-9]
        two = Connection(*await asyncio.open_connection(HOST, port))
        with pytest.raises(SessionBroken, match="the listener was lost"):
            await accepting
        two.close()


async def test_datagrams_are_waited_for_until_the_socket_is_gone():
    async with online() as (device, modem), datagram_peer() as peer, modem.open_udp((HOST, peer.port)) as udp:
        await udp.send(b"x")
        _, address = await peer.receive()
        device.refused[sl.RecvFrom] = [NOTHING, -9]
        peer.transport.sendto(b"y", address)
        with pytest.raises(SessionBroken, match="the socket was lost"):
            await udp.receive()


async def test_a_question_that_is_refused_is_asked_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.simplelink.readiness.WAIT", 1000)
    async with online() as (device, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        device.refused[sl.Select] = [BUSY, BUSY]
        await (await far.connection()).send(b"there")
        assert await stream.receive() == b"there"


@pytest.mark.parametrize("refused", [sl.SetSockOpt, sl.Connect, sl.Bind, sl.Listen])
async def test_what_cannot_be_opened_is_closed(refused: type[sl.CoreCommand[None]]):
    async with online() as (device, modem), server() as far:
        openings = {sl.Bind: modem.open_udp, sl.Listen: lambda: modem.listen_tcp(free_port())}
        opening = openings.get(refused, lambda: modem.connect_tcp(HOST, far.port))
        device.refused[refused] = [-22]
        with pytest.raises(ConnectFailed) as caught:
            await opening()
        assert caught.value.name == "INVALID_VALUE"
        assert isinstance(device.heard[-1], sl.Close)
        await (await opening()).aclose()


# Datagrams


async def test_a_datagram_that_the_module_would_cut_is_counted_and_the_next_one_comes():
    async with online() as (_, modem), datagram_peer() as peer, modem.open_udp((HOST, peer.port)) as udp:
        await udp.send(b"here I am")
        _, address = await peer.receive()
        assert address[1] == udp.local_port
        peer.transport.sendto(bytes(736), address)
        peer.transport.sendto(bytes(735), address)
        assert (await udp.receive()).data == bytes(735)
        assert udp.missed == 1


async def test_an_own_port_is_found_where_others_have_theirs(monkeypatch: pytest.MonkeyPatch):
    async with online() as (_, modem), datagram_peer() as peer:
        free = free_port()
        chances = iter([peer.port - 49152, free - 49152])
        monkeypatch.setattr("secrets.randbelow", lambda below: next(chances))
        async with modem.open_udp() as udp:
            assert udp.local_port == free
        chances = iter([peer.port - 49152] * 20)
        with pytest.raises(ConnectFailed) as caught:
            await modem.open_udp()
        assert caught.value.name == "ADDRESS_IN_USE"


async def test_a_group_is_joined_on_any_interface():
    async with online() as (device, modem), modem.open_udp() as udp:
        await udp.join_group("239.1.2.3")
        joined = device.last(sl.SetSockOpt).option
        assert joined == sl.IpAddMembership(group="239.1.2.3", interface="0.0.0.0")


# TLS


def context() -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    SERVER.configure_cert(made)
    return made


async def test_without_an_authority_nothing_can_be_verified():
    async with online() as (_, modem), server(ssl=context()) as far:
        with pytest.raises(TlsError) as caught:
            await modem.connect_tls(HOST, far.port)
        assert caught.value.name == "TLS_NO_CA_FILE"
        async with modem.connect_tls(HOST, far.port, options=TlsOptions(verify=False)) as stream:
            await stream.send(b"unchecked")


async def test_a_doubtful_certificate_is_no_session_though_the_module_has_it_up():
    async with online() as (device, modem), server(ssl=context()) as far:
        with pytest.raises(TlsError) as caught:
            await modem.connect_tls(HOST, far.port, ca=trustme.CA().cert_pem.bytes())
        assert (caught.value.name, caught.value.code) == ("TLS_UNKNOWN_ROOT_CA", "-468")
        assert isinstance(device.heard[-1], sl.Close)
        await (await far.connection()).gone()


async def test_a_port_where_nobody_listens_is_no_matter_of_tls():
    async with online() as (_, modem):
        with pytest.raises(ConnectFailed) as caught:
            await modem.connect_tls(HOST, free_port(), options=TlsOptions(verify=False))
        assert not isinstance(caught.value, TlsError)


async def test_protocols_that_the_module_does_not_know_are_refused_before_anything_is_sent():
    async with online() as (device, modem):
        with pytest.raises(InvalidArgument, match=r"alpn must be of http/1\.1, h2"):
            await modem.connect_tls(HOST, 1, options=TlsOptions(verify=False, alpn=("mqtt",)))
        assert device.heard == []


async def test_credentials_are_files_of_the_module():
    pem = CA.cert_pem.bytes()
    async with module() as (device, modem):
        told: list[tuple[int, int | None]] = []
        name = await modem.credentials.store(
            CredentialKind.CA, pem * 3, slot=2, progress=lambda done, whole: told.append((done, whole))
        )
        assert device.storage.content(name) == pem * 3
        assert [done for done, _ in told] == [0, 720, 1440, len(pem * 3)]
        with pytest.raises(InvalidArgument, match="kind"):
            await modem.credentials.store(CredentialKind.REVOCATION_LIST, pem)
        with pytest.raises(FileMissing):
            await modem.credentials.delete(CredentialKind.CA, slot=3)


async def test_a_credential_whose_storing_is_cancelled_is_stored_and_no_file_stays_open():
    pem = CA.cert_pem.bytes() * 3
    for turns in range(0, 120, 5):
        async with module() as (device, modem):
            await cancelled_after(turns, modem.credentials.store(CredentialKind.CA, pem))
            await cancelled_after(turns, modem.credentials.read(CredentialKind.CA))
            assert await modem.credentials.store(CredentialKind.CA, pem) == "ca.0.pem"
            assert device.storage.content("ca.0.pem") == pem
            assert device.storage.opened == {}
