"""MQTT of the virtual Air602, at a broker that is played."""

import pytest

from atmodem.virtual.mqtt_packets import PacketType, packet, text
from tests.virtual.air602_bench import BROKER, HOST, OK, Bench, bench, errs

pytestmark = pytest.mark.asyncio

CONNECTED = b"+MQTT:CONNECTED\r\n\r\n"
FAIL = b"+MQTT:FAIL\r\n\r\n"


async def connect(at: Bench, port: int = BROKER) -> bytes:
    for line in (f"AT+MSERVER={port},{HOST}", "AT+MLOGIN=user,pass", "AT+MID=dev"):
        assert await at.ask(line) == OK
    return await at.ask("AT+MCONNECT")


async def test_it_connects_behind_the_answer_and_introduces_itself():
    async with bench(joined=True) as at:
        assert await connect(at) == OK + CONNECTED


async def test_a_broker_that_is_unknown_refuses_or_cannot_be_reached_is_one_failure():
    async with bench(joined=True) as at:
        assert await at.ask("AT+MCONNECT") == OK + FAIL
        assert await connect(at, 81) == OK + FAIL
    async with bench() as at:
        assert await connect(at) == OK + FAIL


async def test_a_silent_broker_is_given_up():
    async with bench(joined=True) as at:
        assert await connect(at, 7) == OK
        assert await at.rest(10) == FAIL


async def test_results_come_behind_the_answer_and_messages_in_pairs():
    async with bench(joined=True) as at:
        await connect(at)
        assert await at.ask("AT+MSUB=a/b,1") == OK + b"+MSUB:OK\r\n\r\n"
        for qos in (0, 1):
            assert await at.ask(f"AT+MPUB=a/b,{qos},0,hi") == OK + (
                b"+MPUB:OK\r\n\r\n" + b"+MTOPIC:3,a/b\r\n+MQD:2,hi\r\n\r\n"
            )
        at.network.far_ends[-1].send(packet(PacketType.PUBLISH, text("x,y"), b"\r\n\r\n+OK\0"))
        assert await at.settle() == b"+MTOPIC:3,x,y\r\n+MQD:8,\r\n\r\n+OK\0\r\n\r\n"


async def test_a_firmware_may_not_tell_of_subscriptions():
    async with bench(joined=True) as at:
        at.module.mqtt.tells_subscriptions = False
        await connect(at)
        assert await at.ask("AT+MSUB=a,0") == OK


async def test_without_a_connection_there_is_a_code():
    async with bench(joined=True) as at:
        for line, name in (("AT+MSUB=a,0", b"MSUB"), ("AT+MPUB=a,0,0,x", b"MPUB")):
            assert await at.ask(line) == OK + b"+%b:-11\r\n\r\n" % name
        assert await at.ask("AT+MCLOSE") == OK


async def test_one_operation_at_a_time():
    async with bench(joined=True) as at:
        await connect(at)
        far = at.network.far_ends[-1]
        far.heard = lambda: None
        assert await at.ask("AT+MPUB=a,1,0,x") == OK
        assert await at.ask("AT+MPUB=a,0,0,y") == OK + b"+MPUB:-5\r\n\r\n"
        assert await at.rest(10) == b"+MPUB:-3\r\n\r\n"


async def test_a_broker_that_permits_nothing_and_one_that_leaves():
    async with bench(joined=True) as at:
        await connect(at)
        far = at.network.far_ends[-1]
        far.heard = lambda: far.send(packet(PacketType.SUBACK, b"\0\1\x80"))
        assert await at.ask("AT+MSUB=a,0") == OK + b"+MSUB:-13\r\n\r\n"
        far.heard = far.close
        assert await at.ask("AT+MPUB=a,1,0,x") == OK + b"+MPUB:-15\r\n\r\n"
        assert await at.ask("AT+MPUB=a,1,0,x") == OK + b"+MPUB:-11\r\n\r\n"


async def test_the_end_of_the_connection_is_not_told():
    async with bench(joined=True) as at:
        await connect(at)
        at.network.far_ends[-1].close()
        assert await at.settle() == b""
        assert await at.ask("AT+MPUB=a,0,0,x") == OK + b"+MPUB:-11\r\n\r\n"
        await connect(at)
        assert await at.ask("AT+WLEAV") == OK
        assert await at.ask("AT+MPUB=a,0,0,x") == OK + b"+MPUB:-11\r\n\r\n"


async def test_it_takes_leave_of_the_broker_and_a_restart_forgets_it():
    async with bench(joined=True) as at:
        await connect(at)
        far = at.network.far_ends[-1]
        far.heard = lambda: None
        assert await at.ask("AT+MCLOSE") == OK
        assert bytes(far.received) == packet(PacketType.DISCONNECT)
        assert far.closed
        await at.ask("AT+Z")
        await at.rest(1)
        await at.join()
        assert await at.ask("AT+MCONNECT") == OK + FAIL


@pytest.mark.parametrize(
    "line", ["AT+MSERVER=1883,broker", "AT+MPUB=a,3,0,x", "AT+MPUB=a,0,0,x,y", "AT+MSERVER=0,1.2.3.4"]
)
async def test_what_its_commands_do_not_take_is_refused(line: str):
    async with bench() as at:
        assert await at.ask(line) in (errs(-4), errs(-2))
