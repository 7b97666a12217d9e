"""The links of the virtual MXCHIP module, with scripted far ends."""

import asyncio

import pytest

from atmodem.virtual.network import Address, Channel, Psk, Tls
from atmodem.virtual.simulation import SimulatedNetwork
from tests.virtual.mxchip_bench import DOWN, ERROR, OK, REFUSED, bench, link_event, value


@pytest.mark.asyncio
async def test_success_is_an_event_behind_the_answer():
    async with bench(joined=True) as at:
        await at.open(2)
        assert await at.ask("AT+CIPSTATUS=2") == value("CIPSTATUS:tcp_client,connected")
        assert await at.ask("AT+CIPSTART=2,tcp_client,peer,8") == ERROR
        assert await at.ask("AT+CIPSTOP=2") == OK + link_event("2,SERVER,CLOSED")
        assert at.network.far_ends[0].closed
        assert await at.ask("AT+CIPSTATUS=2") == value("CIPSTATUS:tcp_client,close")
        assert await at.ask("AT+CIPSTOP=2") == OK


@pytest.mark.asyncio
@pytest.mark.parametrize("far", [f"peer,{REFUSED}", "nowhere.invalid,7", "10.9.9.9,7"])
async def test_a_link_that_cannot_be_opened_is_closed_for_good(far: str):
    async with bench(joined=True) as at:
        assert await at.ask(f"AT+CIPSTART=0,tcp_client,{far}") == OK + link_event("0,SERVER,CLOSED")
        assert await at.ask("AT+CIPSTATUS=0") == value("CIPSTATUS:tcp_client,close")
        assert await at.rest(60) == b""
        await at.open(0)


@pytest.mark.asyncio
async def test_a_link_waits_for_a_network():
    async with bench() as at:
        assert await at.ask("AT+CIPSTART=0,tcp_client,peer,7,3") == OK
        assert await at.ask("AT+CIPSTATUS=0") == value("CIPSTATUS:tcp_client,start")
        assert (await at.ask("AT+WJAP=lab,12345678")).endswith(link_event("0,SERVER,CONNECTED"))


@pytest.mark.asyncio
async def test_a_lost_link_connects_by_itself_unless_that_is_switched_off():
    async with bench(joined=True) as at:
        far = await at.open(1)
        far.close()
        assert await at.settle() == link_event("1,SERVER,DISCONNECTED")
        assert await at.ask("AT+CIPSTATUS=1") == value("CIPSTATUS:tcp_client,disconnected")
        assert await at.ask("AT+CIPSTART=1,tcp_client,peer,7") == ERROR
        assert await at.rest(2) == link_event("1,SERVER,CONNECTED")
        await at.ask("AT+CIPAUTOCONN=1,0")
        at.network.far_ends[-1].close()
        assert await at.rest(60) == link_event("1,SERVER,DISCONNECTED")
        await at.open(1)


@pytest.mark.asyncio
async def test_a_lost_link_is_tried_again_for_as_long_as_nobody_listens():
    async with bench(joined=True) as at:
        far = await at.open(1)
        at.network._refused = frozenset({7})
        far.close()
        assert await at.rest(5) == link_event("1,SERVER,DISCONNECTED")
        assert await at.ask("AT+CIPSTATUS=1") == value("CIPSTATUS:tcp_client,disconnected")
        at.network._refused = frozenset()
        assert await at.rest(2) == link_event("1,SERVER,CONNECTED")


@pytest.mark.asyncio
async def test_a_link_that_is_stopped_while_it_waits_to_try_again_stays_closed():
    async with bench(joined=True) as at:
        (await at.open(1)).close()
        assert await at.settle() == link_event("1,SERVER,DISCONNECTED")
        assert await at.hear(b"AT+CIPSTOP=1\r", 5) == OK + link_event("1,SERVER,CLOSED")
        await at.ask("AT+REBOOT")
        await at.rest(2)
        assert b"tcp_client,close" in await at.ask("AT+CIPSTATUS=1")


@pytest.mark.asyncio
async def test_counted_data_may_hold_anything():
    async with bench(joined=True) as at:
        far = await at.open(1)
        data = b"\0\xff\r\nOK\r\n+++,ERROR\x1a"
        assert await at.send(f"AT+CIPSEND=1,{len(data)}", data) == OK
        assert far.received == data
        far.send(data)
        assert await at.settle() == b"\r\n+CIPEVENT:SOCKET,1,%d,%b\r\n" % (len(data), data)


@pytest.mark.asyncio
async def test_data_of_a_refused_send_are_read_as_commands():
    async with bench(joined=True) as at:
        assert await at.hear(b"AT+CIPSEND=3,4\r\nAT\r\n") == ERROR + OK
        for wrong in ("AT+CIPSEND=3,7,4", "AT+CIPSEND=3,0", "AT+CIPSEND=3,1025"):
            assert await at.ask(wrong) == ERROR


@pytest.mark.asyncio
async def test_a_peer_port_is_for_servers_only():
    async with bench(joined=True) as at:
        await at.open(0)
        assert await at.ask("AT+CIPSEND=0,7,4") == ERROR
        assert await at.ask("AT+CIPSTOP=0,7") == ERROR
        assert await at.ask("AT+CIPSTOP=1,7") == ERROR


@pytest.mark.asyncio
async def test_a_firmware_without_the_prompt_takes_the_data_all_the_same():
    async with bench(joined=True, profile="no-prompt") as at:
        far = await at.open(0)
        assert await at.hear(b"AT+CIPSEND=0,3\rabc") == OK
        assert await at.hear(b"AT+CIPSEND=0,3\r") == b""
        assert await at.hear(b"def") == OK
        assert far.received == b"abcdef"


@pytest.mark.asyncio
async def test_a_minute_without_data_is_too_long():
    async with bench(joined=True) as at:
        far = await at.open(0)
        assert await at.hear(b"AT+CIPSEND=0,3\r") == b">"
        assert await at.hear(b"ab", 59) == b""
        assert await at.rest(2) == ERROR
        assert await at.ask("AT") == OK
        assert far.received == b""
        assert await at.send("AT+CIPSEND=0,1", b"x") == OK
        assert await at.rest(100) == b""


@pytest.mark.asyncio
async def test_a_link_that_goes_while_data_come_refuses_them():
    async with bench(joined=True) as at:
        far = await at.open(0)
        await at.ask("AT+CIPSTART=1,udp_unicast,peer,9,9")
        assert await at.hear(b"AT+CIPSEND=0,3\r") == b">"
        far.close()
        assert await at.hear(b"abc") == link_event("0,SERVER,DISCONNECTED") + ERROR
        assert await at.hear(b"AT+CIPSEND=1,3\r") == b">"
        at.air.switch_off("lab")
        assert (await at.hear(b"abc")).endswith(ERROR)


@pytest.mark.asyncio
async def test_in_passive_mode_data_wait_to_be_fetched():
    async with bench(joined=True) as at:
        far = await at.open(1, 8000)
        assert await at.ask("AT+CIPAUTOCONN=1,0") == await at.ask("AT+CIPRECVCFG=0") == OK
        far.send(b"he\r\nOK\r\nllo")
        assert await at.rest(1) == b""
        assert await at.ask("AT+CIPRECV=1,8000,4") == b"\r\n+CIPRECV:4,he\r\n\r\nOK\r\n"
        far.close()
        assert await at.settle() == link_event("1,SERVER,DISCONNECTED")
        assert await at.ask("AT+CIPRECV=1,8000,1024") == b"\r\n+CIPRECV:7,OK\r\nllo\r\nOK\r\n"
        assert await at.ask("AT+CIPRECV=1,8000,1024") == value("CIPRECV:0")
        assert await at.ask("AT+CIPRECV=1,8001,1024") == ERROR
        assert await at.ask("AT+CIPRECV=2,8000,1024") == ERROR


@pytest.mark.asyncio
async def test_a_full_link_holds_its_far_end_back():
    async with bench(joined=True) as at:
        far = await at.open(1)
        await at.ask("AT+CIPRECVCFG=0")
        data = bytes(range(256)) * 40
        far.send(data)
        fetched = b""
        while not (answer := await at.ask("AT+CIPRECV=1,7,1000")).startswith(b"\r\n+CIPRECV:0\r\n"):
            head, _, rest = answer.removeprefix(b"\r\n+CIPRECV:").partition(b",")
            fetched += rest[: int(head)]
        assert fetched == data


@pytest.mark.asyncio
async def test_what_waits_is_told_when_data_are_to_come_at_once():
    async with bench(joined=True) as at:
        far = await at.open(1)
        await at.ask("AT+CIPRECVCFG=0")
        far.send(b"x" * 1500)
        said = await at.ask("AT+CIPRECVCFG=1")
        assert said == OK + link_event("SOCKET,1,1460," + "x" * 1460) + link_event("SOCKET,1,40," + "x" * 40)
        assert await at.ask("AT+CIPRECV=1,7,1024") == value("CIPRECV:0")


@pytest.mark.asyncio
async def test_without_events_nothing_is_told_and_data_come_bare():
    async with bench(joined=True) as at:
        await at.ask("AT+CIPEVENT=OFF")
        assert await at.ask("AT+CIPSTART=1,tcp_client,peer,7") == OK
        at.network.far_ends[-1].send(b"bare\r\n")
        assert await at.settle() == b"bare\r\n"
        at.network.far_ends[-1].close()
        assert await at.settle() == b""


@pytest.mark.asyncio
async def test_a_server_names_its_peers_by_port():
    async with bench(joined=True) as at:
        assert await at.ask("AT+CIPSTART=0,tcp_server,8080") == OK
        peers = [at.network.dial() for _ in range(2)]
        told = (await at.settle()).split(b"\r\n")
        ports = [int(line.rpartition(b",")[2]) for line in told if line]
        assert told[1] == b"+CIPEVENT:CLIENT,CONNECTED,127.0.0.1,%d" % ports[0]
        peers[1].send(b"hi")
        assert await at.settle() == link_event("SOCKET,0,2,hi")
        assert await at.ask("AT+CIPSEND=0,3") == ERROR
        assert await at.ask("AT+CIPSEND=0,9,3") == ERROR
        assert await at.send(f"AT+CIPSEND=0,{ports[1]},3", b"you") == OK
        assert (peers[0].received, peers[1].received) == (b"", b"you")
        closed = [link_event(f"CLIENT,CLOSED,127.0.0.1,{port}") for port in ports]
        assert await at.ask(f"AT+CIPSTOP=0,{ports[1]}") == OK + closed[1]
        assert peers[1].closed
        assert await at.send("AT+CIPSEND=0,3", b"one") == OK
        await at.ask("AT+CIPRECVCFG=0")
        peers[0].send(b"wait")
        assert await at.ask(f"AT+CIPRECV=0,{ports[0]},9") == b"\r\n+CIPRECV:4,wait\r\nOK\r\n"
        assert await at.ask("AT+CIPSTOP=0") == OK + closed[0] + link_event("0,SERVER,CLOSED")
        assert peers[0].closed
        with pytest.raises(ConnectionRefusedError):
            at.network.dial()


@pytest.mark.asyncio
async def test_a_server_takes_five_peers():
    async with bench(joined=True) as at:
        await at.ask("AT+CIPSTART=0,tcp_server,8080")
        peers = [at.network.dial() for _ in range(6)]
        assert (await at.settle()).count(b"CONNECTED") == 5
        assert [peer.closed for peer in peers] == [False] * 5 + [True]
        peers[0].close()
        assert b"CLIENT,CLOSED" in await at.settle()


@pytest.mark.asyncio
async def test_a_peer_that_goes_before_it_is_dropped_is_told_once():
    async with bench(joined=True) as at:
        await at.ask("AT+CIPSTART=0,tcp_server,8080")
        peer = at.network.dial()
        port = int((await at.settle()).split(b",")[-1])
        from_line = f"AT+CIPSTOP=0,{port}\r".encode()
        peer.close()
        assert await at.hear(from_line) == link_event(f"CLIENT,CLOSED,127.0.0.1,{port}") + ERROR


@pytest.mark.asyncio
async def test_datagrams_keep_their_limits():
    async with bench(joined=True) as at:
        assert await at.ask("AT+CIPSTART=2,udp_unicast,peer,5000,5001") == OK + link_event("2,UDP,CONNECTED")
        assert await at.send("AT+CIPSEND=2,4", b"ping") == OK
        assert at.network.sent == [(b"ping", ("127.0.0.1", 5000))]
        at.network.datagram(b"one", ("127.0.0.1", 5000), 5001)
        at.network.datagram(b"two", ("127.0.0.1", 6000), 5001)
        assert await at.settle() == link_event("SOCKET,2,3,one") + link_event("SOCKET,2,3,two")
        await at.ask("AT+CIPRECVCFG=0")
        at.network.datagram(b"three", ("127.0.0.1", 6000), 5001)
        assert await at.ask("AT+CIPRECV=2,6000,9") == b"\r\n+CIPRECV:5,three\r\nOK\r\n"
        assert await at.ask("AT+CIPRECV=2,5000,9") == value("CIPRECV:0")
        assert await at.ask("AT+CIPSTOP=2") == OK + link_event("2,UDP,CLOSED")
        assert await at.ask("AT+CIPSTART=2,udp_unicast,nowhere.invalid,5,5") == OK + link_event("2,UDP,CLOSED")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("profile", "told"),
    [("default", "UDP_BROADCAST,127.0.0.1,6001,3,3,a,b"), ("v2.0.2", "SOCKET,3,3,a,b")],
)
async def test_who_has_sent_is_told_on_broadcast_links_of_newer_firmware(profile: str, told: str):
    async with bench(joined=True, profile=profile) as at:
        await at.ask("AT+CIPSTART=3,udp_broadcast,255.255.255.255,6000,6000")
        assert await at.send("AT+CIPSEND=3,2", b"hi") == OK
        assert at.network.sent == [(b"hi", ("127.255.255.255", 6000))]
        at.network.datagram(b"a,b", ("127.0.0.1", 6001))
        assert await at.settle() == link_event(told)


@pytest.mark.asyncio
async def test_a_slow_line_holds_the_far_end_back():
    async with bench(joined=False, baudrate=115200) as at:
        assert await at.hear(b"AT+WJAP=lab,12345678\r", 1)
        await at.hear(b"AT+CIPSTART=1,tcp_client,peer,7\r", 1)
        far = at.network.far_ends[-1]
        data = bytes(range(256)) * 100
        far.send(data)
        said = await at.rest(0.1)
        assert len(said) < 0.2 * 11520
        said += await at.rest(10)
        received = b""
        while said:
            head, rest = said.removeprefix(b"\r\n+CIPEVENT:SOCKET,1,").split(b",", 1)
            received, said = received + rest[: int(head)], rest[int(head) + 2 :]
        assert received == data


@pytest.mark.asyncio
async def test_datagrams_that_do_not_fit_are_lost():
    async with bench(joined=True) as at:
        await at.ask("AT+CIPSTART=2,udp_unicast,peer,5000,5001")
        await at.ask("AT+CIPRECVCFG=0")
        for _ in range(5):
            at.network.datagram(b"x" * 1460, ("127.0.0.1", 5000), 5001)
        assert (await at.ask("AT+CIPRECV=2,5000,65535")).startswith(b"\r\n+CIPRECV:5840,x")
        assert await at.ask("AT+CIPRECV=2,5000,65535") == value("CIPRECV:0")


class Slow(SimulatedNetwork):
    """A network in which nothing is ever reached."""

    async def connect(self, remote: Address, *, local_port: int | None = None, tls: Tls | Psk | None = None) -> Channel:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.asyncio
async def test_a_link_that_is_stopped_while_it_opens_is_closed():
    async with bench(joined=True, network=Slow()) as at:
        assert await at.ask("AT+CIPSTART=0,tcp_client,peer,7") == OK
        assert await at.ask("AT+CIPSTATUS=0") == value("CIPSTATUS:tcp_client,connecting")
        assert await at.ask("AT+CIPSTART=0,tcp_client,peer,7") == ERROR
        assert await at.ask("AT+CIPSTOP=0") == OK + link_event("0,SERVER,CLOSED")
        assert await at.ask("AT+CIPSTART=0,tcp_client,peer,7") == OK
        at.air.switch_off("lab")
        assert await at.settle() == DOWN
        assert await at.ask("AT+CIPSTATUS=0") == value("CIPSTATUS:tcp_client,start")


class Stuck(SimulatedNetwork):
    """A network whose connections take bytes only when told."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def connect(self, remote: Address, *, local_port: int | None = None, tls: Tls | Psk | None = None) -> Channel:
        channel = await super().connect(remote, local_port=local_port, tls=tls)
        drain = channel.drain

        async def stuck() -> None:
            await self.free.wait()
            await drain()

        channel.drain = stuck  # type: ignore[method-assign]  # what is stuck here
        return channel


@pytest.mark.asyncio
async def test_a_network_that_is_behind_delays_the_answer_to_a_send():
    network = Stuck()
    async with bench(joined=True, network=network) as at:
        assert await at.ask("AT+CIPSTART=0,tcp_client,peer,7") == OK + link_event("0,SERVER,CONNECTED")
        assert await at.hear(b"AT+CIPSEND=0,1\ra", 5) == b">"
        network.free.set()
        assert await at.settle() == OK
        network.free.clear()
        assert await at.hear(b"AT+CIPSEND=0,1\rb") == b">"
        at.air.switch_off("lab")
        network.free.set()
        assert (await at.settle()).endswith(link_event("0,SERVER,DISCONNECTED") + ERROR)
