"""Transparent and automatic mode of the virtual Air602, and its HTTP client."""

import pytest

from atmodem.virtual.simulation import FarEnd
from tests.virtual.air602_bench import OK, Bench, bench, errs

BLOCK = 512
PAUSE = 0.049


async def transparent(at: Bench) -> FarEnd:
    far = await at.open()
    assert await at.ask("AT+SKSDF=1") == OK
    assert await at.ask("AT+ENTM") == OK
    return far


@pytest.mark.asyncio
async def test_in_transparent_mode_everything_is_data_both_ways():
    async with bench(joined=True) as at:
        far = await transparent(at)
        await at.ask("AT+QMAC")
        far.send(b"back\r\n+OK")
        assert await at.settle() == b"back\r\n+OK"
        assert far.received == b"AT+QMAC\r"


@pytest.mark.asyncio
async def test_data_are_sent_in_blocks_or_after_a_pause():
    async with bench(joined=True) as at:
        far = await transparent(at)
        await at.hear(bytes(BLOCK + 1))
        assert len(far.received) == BLOCK
        await at.rest(PAUSE + 0.001)
        assert len(far.received) == BLOCK + 1


@pytest.mark.asyncio
async def test_three_pluses_alone_leave_it_and_the_socket_stays():
    async with bench(joined=True) as at:
        far = await transparent(at)
        await at.hear(b"data", 0.2)
        assert await at.hear(b"+++") == b""
        assert await at.rest(0.2) == OK
        assert far.received == b"data"
        far.send(b"kept")
        assert await at.ask("AT+SKRCV=1,64") == b"+OK=4\r\n\r\nkept"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "pieces",
    [[b"+++\r\n"], [b"a+++b"], [b"a", b"+++"], [b"+++", b"a"], [b"++++"], [b"+", b"wait", b"+", b"wait", b"+"]],
    ids=str,
)
async def test_pluses_that_are_not_alone_are_data(pieces: list[bytes]):
    async with bench(joined=True) as at:
        far = await transparent(at)
        for piece in pieces:
            if piece == b"wait":
                await at.rest(0.2)
            else:
                await at.hear(piece)
        assert await at.rest(0.3) == b""
        assert far.received == b"".join(pieces).replace(b"wait", b"")


@pytest.mark.asyncio
async def test_three_pluses_are_answered_in_command_mode_too():
    async with bench() as at:
        assert await at.hear(b"+++", 0.2) == OK
        assert await at.hear(b"+++\r", 0.2) == b""
        assert await at.hear(b"AT+\r", 0.2) == OK


@pytest.mark.asyncio
async def test_bytes_that_come_with_the_command_are_lost():
    async with bench(joined=True) as at:
        far = await at.open()
        await at.ask("AT+SKSDF=1")
        assert await at.hear(b"AT+ENTM\rtoo early") == OK
        await at.rest(0.1)
        await at.hear(b"in time", 0.1)
        assert far.received == b"in time"


@pytest.mark.asyncio
async def test_without_a_socket_the_data_are_lost():
    async with bench() as at:
        assert await at.ask("AT+ENTM") == OK
        assert await at.hear(b"nobody takes this", 0.3) == b""
        assert await at.hear(b"+++", 0.2) == OK


@pytest.mark.asyncio
async def test_sending_chooses_the_socket_of_transparent_mode():
    async with bench(joined=True) as at:
        await at.open()
        far = await at.open()
        await at.ask("AT+SKSDF=1")
        await at.ask("AT+SKSND=2,1")
        await at.hear(b"x")
        await at.ask("AT+ENTM")
        await at.hear(b"yz", 0.1)
        assert far.received == b"xyz"


@pytest.mark.asyncio
async def test_automatic_mode_joins_opens_and_is_transparent_from_the_first_byte():
    async with bench(joined=True) as at:
        await at.ask("AT+ATRM=!0,0,peer,1000")
        await at.ask("AT+ATM=!0")
        assert await at.hear(b"AT+Z\r", 1) == OK + b"ready\r\n"
        far = at.network.far_ends[-1]
        assert await at.hear(b"AT+QMAC\r", 0.3) == b""
        assert far.received == b"AT+QMAC\r"
        far.close()
        await at.settle()
        await at.rest(11)
        assert at.network.far_ends[-1] is not far
        assert await at.hear(b"+++", 0.2) == OK
        assert await at.ask("AT+ATM=!1") == OK
        assert (await at.hear(b"AT+Z\r", 1)).endswith(b"ready\r\n")
        assert await at.ask("AT+") == OK


@pytest.mark.asyncio
async def test_an_automatic_server_talks_to_the_client_that_came_last():
    async with bench(joined=True) as at:
        await at.ask("AT+ATM=!0")
        await at.hear(b"AT+Z\r", 1)
        await at.hear(b"before anybody came", 0.3)
        far = at.network.dial(60000)
        far.send(b"hello")
        assert await at.settle() == b"hello"
        await at.hear(b"you", 0.3)
        assert far.received == b"you"


async def request(at: Bench, line: str, response: bytes, *, close: bool = True) -> tuple[bytes, bytes]:
    """Return what the module sent and what it printed."""
    answer = await at.hear(line.encode() + b"\r")
    far = at.network.far_ends[-1]
    far.send(response)
    if close:
        far.close()
    return bytes(far.received), answer + await at.settle()


@pytest.mark.asyncio
async def test_a_response_is_reported_with_its_session():
    async with bench(joined=True) as at:
        await at.ask("AT+SKRPTM=1")
        sent, printed = await request(at, "AT+HTTPC=http://peer:80/a?b=c,0", b"HTTP/1.1 200 OK\r\n\r\n{}")
        assert sent == b"GET /a?b=c HTTP/1.0\r\nHost: peer:80\r\n\r\n"
        assert printed == b"+OK=1\r\n\r\n+HTTPCRPT=1,2\r\n\r\n{}"
        response = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        sent, printed = await request(at, "AT+HTTPC=http://peer/,2,a=1", response, close=False)
        assert sent.endswith(b"Content-Length: 3\r\n\r\na=1")
        assert printed == b"+OK=2\r\n\r\n+HTTPCRPT=2,2\r\n\r\nok"


@pytest.mark.asyncio
async def test_firmware_of_2018_announces_only_the_first_response():
    async with bench(joined=True, profile="w600-2018") as at:
        await at.ask("AT+SKRPTM=1")
        await request(at, "AT+HTTPC=http://peer/,0", b"HTTP/1.1 200 OK\r\n\r\none")
        _, printed = await request(at, "AT+HTTPC=http://peer/,0", b"HTTP/1.1 200 OK\r\n\r\ntwo")
        assert printed == b"+OK=2\r\n\r\ntwo"


@pytest.mark.asyncio
async def test_a_failed_request_is_reported_and_nothing_is_without_reports():
    async with bench(joined=True) as at:
        assert await at.ask("AT+HTTPC=http://peer:81/,0") == b"+OK=1\r\n\r\n"
        await at.ask("AT+SKRPTM=1")
        for url in ("http://peer:81/", "https://peer/", "http://nowhere.invalid/", "http://peer:x/"):
            assert (await at.ask(f"AT+HTTPC={url},0")).endswith(b",-1\r\n\r\n")
        _, printed = await request(at, "AT+HTTPC=http://peer/,0", b"nonsense")
        assert printed.endswith(b"+HTTPCERRRPT=6,-1\r\n\r\n")
        assert await at.ask("AT+HTTPC=http://peer/,2") == errs(-4)
        assert await at.ask("AT+HTTPC=http://peer/,1") == errs(-4)
