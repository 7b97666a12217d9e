"""The sockets of the virtual Air602, by polling and by report, scripted and real."""

import asyncio
import hashlib
import random
import re

import pytest

from atmodem.dialects.air602.device import Virtual
from atmodem.virtual.network import Address, Channel, Tls
from atmodem.virtual.simulation import SimulatedNetwork
from tests.virtual.air602_bench import HOST, OK, bench, errs
from tests.virtual.host import Host, far_end
from tests.virtual.test_sockets import free_port

BLOCK = 512
END = b"\r\n\r\n"
REPORT = re.compile(rb"\+SKTRPT=(\d+),(\d+),([\d.]+),(\d+)\r\n\r\n")


@pytest.mark.asyncio
async def test_the_lowest_free_number_is_given_and_twenty_are_all():
    async with bench(joined=True) as at:
        for number in range(1, 21):
            assert await at.ask("AT+SKCT=0,0,peer,7") == b"+OK=%d\r\n\r\n" % number
        assert await at.ask("AT+SKCT=0,0,peer,7") == errs(-13)
        assert await at.ask("AT+SKCLS=5") == OK
        assert await at.ask("AT+SKCT=1,0,peer,7,9") == b"+OK=5\r\n\r\n"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("0,0,peer,81", -13),
        ("0,0,10.9.9.9,7", -13),
        ("0,0,nowhere.invalid,7", -4),
        ("0,0,peer,7,0", -4),
        ("0,0,peer,0", -4),
        ("0,1,120,0,0", -4),
        ("0,1,10000001,80", -4),
        ("0,0,peer", -4),
        (f"0,0,{'x' * 33},7", -4),
    ],
)
async def test_a_socket_that_cannot_be_opened_gets_its_code_and_keeps_no_number(arguments: str, code: int):
    async with bench(joined=True) as at:
        assert await at.ask(f"AT+SKCT={arguments}") == errs(code)
        assert await at.ask("AT+SKSTT=1") == errs(-4)


@pytest.mark.asyncio
async def test_without_a_network_nothing_is_reached():
    async with bench() as at:
        assert await at.ask("AT+SKCT=0,0,127.0.0.1,7") == errs(-13)
        assert await at.ask("AT+SKCT=0,1,,80") == errs(-13)
        assert await at.ask("AT+SKGHBN=peer") == errs(-4)
        await at.join()
        assert await at.ask("AT+SKGHBN=peer") == b'+OK="127.0.0.1"\r\n\r\n'


@pytest.mark.asyncio
async def test_exactly_the_granted_bytes_are_data():
    async with bench(joined=True) as at:
        far = await at.open()
        assert await at.ask("AT+SKSND=1,3") == b"+OK=3\r\n\r\n"
        assert await at.hear(b"+OKAT+QMAC\r") == b"+OK=286dcd004e7d\r\n\r\n"
        assert far.received == b"+OK"


@pytest.mark.asyncio
async def test_no_more_than_512_bytes_are_granted_and_fewer_when_so_scripted():
    async with bench(joined=True) as at:
        far = await at.open()
        assert await at.ask("AT+SKSND=1,1000") == b"+OK=512\r\n\r\n"
        assert await at.hear(bytes(512)) == b""
        at.module.sockets.grants.extend((2, 0))
        assert await at.ask("AT+SKSND=1,5") == b"+OK=2\r\n\r\n"
        assert await at.hear(b"ab") == b""
        assert await at.ask("AT+SKSND=1,5") == b"+OK=0\r\n\r\n"
        assert await at.ask("AT+") == OK
        assert far.received == bytes(512) + b"ab"


@pytest.mark.asyncio
async def test_the_module_waits_for_ever_for_data_and_takes_commands_for_them():
    async with bench(joined=True) as at:
        far = await at.open()
        assert await at.ask("AT+SKSND=1,8") == b"+OK=8\r\n\r\n"
        assert await at.hear(b"AT+\r", 1000) == b""
        assert await at.hear(bytes(4)) == b""
        assert await at.ask("AT+") == OK
        assert far.received == b"AT+\r" + bytes(4)


@pytest.mark.asyncio
async def test_a_stray_lf_becomes_data_when_it_comes_by_itself():
    async with bench(joined=True) as at:
        far = await at.open()
        await at.hear(b"AT+SKSND=1,2\r\nab")
        await at.hear(b"AT+SKSND=1,2\r")
        await at.hear(b"\n")
        await at.hear(b"c")
        assert far.received == b"ab\nc"


@pytest.mark.asyncio
async def test_a_size_of_zero_is_granted_and_waits_for_a_byte():
    async with bench(joined=True) as at:
        await at.open()
        assert await at.ask("AT+SKSND=1,0") == b"+OK=0\r\n\r\n"
        assert await at.ask("AT+") == OK


@pytest.mark.asyncio
@pytest.mark.parametrize("command", ["AT+SKSND=3,5", "AT+SKRCV=3,5", "AT+SKSTT=3"])
async def test_a_socket_that_is_not_open_is_a_bad_parameter(command: str):
    async with bench() as at:
        assert await at.ask(command) == errs(-4)


@pytest.mark.asyncio
async def test_a_listening_socket_sends_nothing():
    async with bench(joined=True) as at:
        await at.ask("AT+SKCT=0,1,0,8080")
        assert await at.ask("AT+SKSND=1,5") == errs(-4)


@pytest.mark.asyncio
async def test_polling_gives_what_waits_and_the_oldest_is_lost():
    async with bench(joined=True) as at:
        far = await at.open()
        assert await at.ask("AT+SKRCV=1,64") == b"+OK=0\r\n\r\n"
        far.send(b"old" + b"x" * 510 + b"y")
        assert await at.ask("AT+SKRCV=1,10") == b"+OK=10\r\n\r\n" + b"x" * 10
        assert (await at.ask("AT+SKSTT=1")).endswith(b",501\r\n\r\n\r\n")
        assert (await at.ask("AT+SKRCV=1,1024")).endswith(b"\r\n\r\n" + b"x" * 500 + b"y")
        assert await at.ask("AT+SKSRCIP=?") == b"+OK=127.0.0.1\r\n\r\n"
        assert await at.ask("AT+SKSRCIP=?") == b"+OK=0.0.0.0\r\n\r\n"


@pytest.mark.asyncio
async def test_when_the_peer_closes_the_number_is_free_and_what_waited_is_lost_silently():
    async with bench(joined=True) as at:
        far = await at.open()
        far.send(b"unread")
        far.close()
        assert await at.settle() == b""
        assert await at.ask("AT+SKRCV=1,64") == errs(-4)
        assert await at.ask("AT+SKSTT=1") == errs(-4)
        assert await at.ask("AT+SKCT=0,0,peer,7") == b"+OK=1\r\n\r\n"


@pytest.mark.asyncio
async def test_a_report_has_nothing_behind_its_bytes_and_comes_at_any_point():
    async with bench(joined=True) as at:
        far = await at.open()
        await at.ask("AT+SKRPTM=1")
        assert await at.hear(b"AT+QM") == b""
        far.send(b"a\r\n")
        assert await at.hear(b"AC\r") == b"+SKTRPT=1,3,127.0.0.1,7\r\n\r\na\r\n+OK=286dcd004e7d\r\n\r\n"
        await at.ask("AT+SKSND=1,1")
        far.send(b"b")
        assert await at.hear(b"z") == b"+SKTRPT=1,1,127.0.0.1,7\r\n\r\nb"
        assert await at.ask("AT+SKRCV=1,64") == b"+OK=0\r\n\r\n"
        assert await at.ask("AT+SKRPTM=?") == b"+OK=1\n\r\n\r\n"


@pytest.mark.asyncio
async def test_segments_are_at_most_511_bytes_and_reported_whole():
    async with bench(joined=True) as at:
        far = await at.open()
        await at.ask("AT+SKRPTM=1")
        far.send(bytes(1200))
        printed = await at.settle()
        assert [int(found[2]) for found in REPORT.finditer(printed)] == [511, 511, 178]
        assert len(REPORT.sub(b"", printed)) == 1200


@pytest.mark.asyncio
async def test_firmware_of_2018_announces_more_than_it_reports():
    async with bench(joined=True, profile="w600-2018") as at:
        far = await at.open()
        await at.ask("AT+SKRPTM=1")
        far.send(bytes(range(256)) * 4)
        printed = await at.settle()
        assert printed == b"+SKTRPT=1,1024,127.0.0.1,7\r\n\r\n" + (bytes(range(256)) * 4)[:511]


@pytest.mark.asyncio
async def test_a_server_lists_its_clients_and_takes_four():
    async with bench(joined=True) as at:
        assert await at.ask("AT+SKCT=0,1,120,0,8080") == b"+OK=1\r\n\r\n"
        far = [at.network.dial(8080) for _ in range(5)]
        assert [end.closed for end in far] == [False] * 4 + [True]
        lines = (await at.ask("AT+SKSTT=1")).split(b"\r\n")
        assert lines[0] == b'+OK=1,1,"192.168.3.112",0,8080,0'
        assert [line[:4] for line in lines[1:5]] == [b"2,2,", b"3,2,", b"4,2,", b"5,2,"]
        assert lines[5:] == [b"", b"", b""]
        await at.ask("AT+SKSND=3,2")
        await at.hear(b"hi")
        assert far[1].received == b"hi"
        assert await at.ask("AT+SKCLS=1") == OK
        assert all(end.closed for end in far)
        assert await at.ask("AT+SKCT=0,1,120,0,8080") == b"+OK=1\r\n\r\n"


@pytest.mark.asyncio
async def test_a_silent_client_of_a_server_is_dropped():
    async with bench(joined=True) as at:
        await at.ask("AT+SKCT=0,1,10,8080")
        far = at.network.dial(8080)
        await at.rest(8)
        far.send(b"still here")
        await at.rest(8)
        assert not far.closed
        await at.rest(3)
        assert far.closed


@pytest.mark.asyncio
async def test_datagrams_go_out_one_for_each_send_and_come_in_with_their_sender():
    async with bench(joined=True) as at:
        assert await at.ask("AT+SKCT=1,0,peer,5005,5006") == b"+OK=1\r\n\r\n"
        await at.ask("AT+SKSND=1,4")
        await at.hear(b"ping")
        assert at.network.sent == [(b"ping", (HOST, 5005))]
        await at.ask("AT+SKRPTM=1")
        at.network.datagram(b"", (HOST, 5005))
        at.network.datagram(b"x" * 600, (HOST, 9))
        assert await at.settle() == (
            b"+SKTRPT=1,0,127.0.0.1,5005\r\n\r\n+SKTRPT=1,600,127.0.0.1,9\r\n\r\n" + b"x" * 600
        )


@pytest.mark.asyncio
async def test_a_datagram_server_answers_whoever_sent_last():
    async with bench(joined=True) as at:
        assert await at.ask("AT+SKCT=1,1,0,6000,6000") == b"+OK=1\r\n\r\n"
        assert await at.ask("AT+SKSTT=1") == b'+OK=1,2,"255.255.255.255",6000,6000,0\r\n\r\n\r\n'
        await at.ask("AT+SKSND=1,1")
        await at.hear(b"?")
        assert at.network.sent == []
        at.network.datagram(b"hello", (HOST, 7777))
        await at.ask("AT+SKSND=1,1")
        await at.hear(b"!")
        assert at.network.sent == [(b"!", (HOST, 7777))]


@pytest.mark.asyncio
async def test_sockets_die_with_the_network_and_with_a_restart():
    async with bench(joined=True) as at:
        far = await at.open()
        at.air.switch_off("lab")
        assert await at.settle() == b""
        assert far.closed
        at.air.switch_on("lab")
        await at.rest(3)
        far = await at.open()
        await at.hear(b"AT+Z\r", 1)
        assert far.closed
        assert await at.ask("AT+SKSTT=1") == errs(-4)


class Stuck(SimulatedNetwork):
    """A network whose connections take bytes only when told."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def connect(self, remote: Address, *, local_port: int | None = None, tls: Tls | None = None) -> Channel:
        channel = await super().connect(remote, local_port=local_port, tls=tls)
        channel.drain = self.free.wait  # type: ignore[assignment,method-assign]  # what is stuck here
        return channel


@pytest.mark.asyncio
async def test_a_network_that_is_behind_delays_the_grant_and_stops_a_stream():
    network = Stuck()
    async with bench(joined=True, network=network) as at:
        assert await at.ask("AT+SKCT=0,0,peer,7") == b"+OK=1\r\n\r\n"
        await at.ask("AT+SKSND=1,1")
        await at.hear(b"a")
        assert await at.hear(b"AT+SKSND=1,1\r") == b""
        network.free.set()
        assert await at.settle() == b"+OK=1\r\n\r\n"
        assert await at.hear(b"b") == b""
        network.free.clear()
        await at.ask("AT+ENTM")
        await at.hear(b"c", 0.1)
        assert at.tap.paused
        network.free.set()
        await at.settle()
        assert not at.tap.paused
        assert network.far_ends[0].received == b"abc"


@pytest.mark.asyncio
async def test_a_slow_line_holds_the_peer_back():
    async with bench(joined=True, baudrate=115200) as at:
        far = await at.open()
        await at.ask("AT+SKRPTM=1")
        far.send(bytes(20000))
        printed = await at.rest(10)
        assert len(REPORT.sub(b"", printed)) == 20000
        assert at.module.outlet.pacer.waiting == 0


@pytest.mark.asyncio
async def test_64_kib_go_to_a_real_server_and_come_back_by_reports():
    sent = random.Random(1).randbytes(65536)
    async with far_end() as server, Virtual() as module:
        host = Host(module.open_link())
        for line in (b"AT+SSID=!lab", b"AT+KEY=!1,0,secret", b"AT+WJOIN", b"AT+SKRPTM=1"):
            host.send(line + b"\r")
            assert (await host.until(END)).startswith(b"+OK")
        answer = b""
        while not answer.startswith(b"+OK=1"):
            host.send(b"AT+LKSTT\r")
            answer = await host.until(END)
        host.send(b"AT+SKCT=0,0,localhost,%d\r" % server.port)
        assert await host.until(END) == b"+OK=1\r\n\r\n"
        echo = asyncio.create_task(send_back(*await server.end()))
        came = b""
        for start in range(0, len(sent), BLOCK):
            host.send(b"AT+SKSND=1,%d\r" % BLOCK)
            assert await host.until(END) == b"+OK=512\r\n\r\n"
            host.send(sent[start : start + BLOCK])
            while len(came) < start + BLOCK:
                header = REPORT.fullmatch(await host.until(END))
                assert header is not None
                came += await host.take(int(header[2]))
        await host.link.aclose()
    await echo
    assert hashlib.sha256(came).digest() == hashlib.sha256(sent).digest()


async def send_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)


@pytest.mark.asyncio
async def test_a_real_program_reaches_the_server_of_the_module():
    async with Virtual() as module:
        host = Host(module.open_link())
        for line in (b"AT+WPRT=!2", b"AT+WJOIN", b"AT+SKCT=0,1,0,0,%d" % (port := free_port())):
            host.send(line + b"\r")
            assert (await host.until(END)).startswith(b"+OK")
        reader, writer = await asyncio.open_connection(HOST, port)
        host.send(b"AT+SKSTT=1\r")
        assert (await host.until(END + b"\r\n")).count(b"\r\n") == 4
        host.send(b"AT+SKSND=2,2\r")
        await host.until(END)
        host.send(b"hi")
        assert await reader.readexactly(2) == b"hi"
        host.send(b"AT+SKCLS=1\r")
        await host.until(END)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        await host.link.aclose()
