"""HTTP on the Air602, as well as it can be."""

import asyncio

import pytest

from atmodem import ConnectFailed, DataLost, InvalidArgument, Unsupported
from atmodem.dialects import air602
from atmodem.errors import CommandTimeout
from tests.sessions.test_air602_links import module, online
from tests.sessions.web import web_server

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("profile", ["default", "manual"])
async def test_a_response_has_a_body_and_no_more(profile: str):
    async with online(profile=profile) as (_, modem), web_server() as server:
        server.data = b"\r\n+OK\r\n\r\n" + bytes(range(256))
        response = await modem.http.get(f"{server.url}/bytes/{len(server.data)}")
        assert (response.status, response.headers, response.body) == (None, (), server.data)
        assert (await modem.http.get(f"{server.url}/bytes/0")).body == b""


async def test_firmware_that_announces_one_response_alone_is_told_by_the_second(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.air602.driver_http._MARGIN", 0.0)
    async with online(profile="w600-2018") as (_, modem), web_server() as server:
        server.data = b"a body\r\n"
        assert (await modem.http.get(f"{server.url}/bytes/8")).body == server.data
        with pytest.raises(CommandTimeout, match="announces the first response after a start alone"):
            await modem.http.get(f"{server.url}/bytes/8", timeout=0.3)
        assert (await modem.wifi.status()).joined


async def test_a_request_that_the_module_refuses_is_told():
    async with online() as (device, modem), web_server() as server:
        device.fail(air602.HTTPC, -3)
        with pytest.raises(ConnectFailed, match="could not ask for"):
            await modem.http.get(f"{server.url}/bytes/3")


async def test_a_response_that_the_line_cuts_is_told_with_what_came():
    async with online() as (device, modem), web_server() as server:
        asking = asyncio.create_task(modem.http.stream("GET", f"{server.url}/mute").__aenter__())
        while not server.requests:
            await asyncio.sleep(0)
        device.write(b"+HTTPCRPT=9,3\r\n\r\nold+HTTPCRPT=1,10\r\n\r\nshort")
        response = await asking
        assert await response.receive() == b"short"
        with pytest.raises(DataLost) as caught:
            await response.receive()
        assert caught.value.lost == 5
        server.released.set()


async def test_a_body_is_text_of_a_limited_length_without_commas():
    async with online() as (_, modem), web_server() as server:
        url = f"{server.url}/digest"
        for body in ("a,b", "", "x" * 513, '"quoted'):
            with pytest.raises(InvalidArgument):
                await modem.http.post(url, body)
        with pytest.raises(Unsupported, match=r"http\.binary"):
            await modem.http.post(url, b"\0")
        assert server.requests == []
        await modem.http.put(url, "key=value")
        assert (server.requests[0].method, server.requests[0].body) == ("PUT", b"key=value")


async def test_the_web_server_is_switched_on_and_off():
    async with module() as (_, modem):
        await modem.driver.web_server.start(8080)
        assert await modem.send(air602.WEBS.query()) == air602.WEBS(enable=True, port=8080)
        await modem.driver.web_server.stop()
        assert await modem.send(air602.WEBS.query()) == air602.WEBS(enable=False)
