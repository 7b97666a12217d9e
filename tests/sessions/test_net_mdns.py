"""Services of the local network."""

import asyncio

import pytest

from atmodem import CommandError, InvalidArgument, ModeConflict, Service, ServiceAdvertisement
from tests.sessions.modems import ERROR, OK, online, scripted, virtual

pytestmark = pytest.mark.asyncio

HTTP = Service(kind="_http", port=80, host="board")
LINE = b'AT+MDNS=1,"board","_http",80'
QUERY = b'AT+MDNS=2,0,"_http","_tcp",3000,32'


async def test_a_service_is_told_of_until_it_is_closed():
    async with scripted({LINE: OK, b"AT+MDNS=0": OK}) as (peer, modem):
        async with modem.mdns.advertise(HTTP) as advertised:
            assert advertised.service is HTTP
            assert peer.lines == [LINE]
        await advertised.aclose()
        assert peer.lines == [LINE, b"AT+MDNS=0"]


async def test_all_of_a_service_is_told_under_the_station_s_name():
    line = b'AT+MDNS=1,"espressif","_iot",5683,"lamp","_udp",2,"a","1","b","2"'
    service = Service(kind="_iot", port=5683, instance="lamp", protocol="_udp", text={"a": "1", "b": "2"})
    async with scripted({b"AT+CWHOSTNAME?": b"+CWHOSTNAME:espressif\r\n" + OK, line: OK}) as (peer, modem):
        await modem.mdns.advertise(service)
        assert peer.lines[-1] == line


async def test_the_module_tells_of_one_service_at_a_time_and_of_none_after_a_restart():
    async with online() as (_, modem):
        async with modem.mdns.advertise(HTTP):
            with pytest.raises(ModeConflict, match="one service at a time"):
                await modem.mdns.advertise(Service(kind="_iot", port=1, host="board"))
        first = await modem.mdns.advertise(HTTP)
        await modem.system.restart()
        await modem.wifi.join("lab", "secret")
        async with modem.mdns.advertise(HTTP):
            await first.aclose()


async def test_without_a_network_there_is_nobody_to_tell():
    async with virtual() as (_, modem):
        with pytest.raises(CommandError, match="MDNS"):
            await modem.mdns.advertise(HTTP)


@pytest.mark.parametrize(
    ("service", "allowed"),
    [
        (Service(kind="http", port=80), "kind must be a name such as _http"),
        (Service(kind="_http", port=0), "port must be 1 to 65535"),
        (Service(kind="_http", port=80, protocol="tcp"), "protocol must be _tcp or _udp"),
        (Service(kind="_http", port=80, text={str(n): "" for n in range(21)}), "text must be at most 20 pairs"),
    ],
)
async def test_what_no_service_is_is_refused(service: Service, allowed: str):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.mdns.advertise(service)
        assert peer.lines == []


async def test_services_that_answer_are_told():
    lines = (
        b"IF=STA\r\nPTR=lamp\r\nSRV=board.local:8080\r\nTXT=path=/x;v=2\r\nA=192.168.3.7\r\n"
        b"IF=STA\r\nPTR=door\r\nSRV=other:80\r\nAAAA=fe80::1\r\n"
    )
    async with scripted({QUERY: b"+MDNS:%d\r\n" % len(lines) + lines + OK}) as (_, modem):
        assert await modem.mdns.browse("_http") == (
            Service(
                kind="_http",
                port=8080,
                instance="lamp",
                host="board",
                address="192.168.3.7",
                text={"path": "/x", "v": "2"},
            ),
            Service(kind="_http", port=80, instance="door", host="other", address="fe80::1"),
        )


async def test_nobody_who_answers_is_no_error():
    async with scripted({QUERY: ERROR}) as (peer, modem):
        assert await modem.mdns.browse("_http") == ()
        peer.answers[QUERY] = b"+MDNS:0\r\n" + OK
        assert await modem.mdns.browse("_http") == ()
        with pytest.raises(InvalidArgument, match=r"timeout must be 0\.1 to 60 seconds"):
            await modem.mdns.browse("_http", timeout=0)


async def test_a_cancelled_opening_leaves_nothing_told():
    async with scripted({b"AT+MDNS=0": OK}) as (peer, modem):
        opening = asyncio.create_task(opened_by(modem))
        await peer.heard(LINE)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        peer.say(OK)
        await peer.heard(b"AT+MDNS=0")


async def opened_by(modem) -> ServiceAdvertisement:
    return await modem.mdns.advertise(HTTP)
