"""The web page of an ESP-AT module, with a browser on it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from atmodem import CommandError, ModeConflict, Modem, ProvisioningMethod, ProvisioningStep, UpdateProgress, UpdateStep
from atmodem.dialects import espat
from atmodem.dialects.espat.device import Virtual, firmware_image
from tests.sessions.far import HOST, free_port
from tests.sessions.modems import virtual

pytestmark = pytest.mark.asyncio


class Browser:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items())]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode()
        self.writer.write(head + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = int(answer.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        return int(answer.split(b" ")[1]), await self.reader.readexactly(length)

    async def told(self, path: str) -> dict[str, object]:
        status, body = await self.ask("GET", path)
        assert status == 200
        return json.loads(body)


@asynccontextmanager
async def page() -> AsyncIterator[tuple[Virtual, Modem, Browser]]:
    async with virtual() as (device, modem):
        await modem.send(espat.CWMODE(mode=espat.WifiMode.STATION_SOFTAP))
        async with modem.web_server(free_port()) as server:
            reader, writer = await asyncio.open_connection(HOST, server.port)
            yield device, modem, Browser(reader, writer)
            writer.close()


async def test_a_browser_tells_the_network():
    async with page() as (_, modem, browser), modem.events(espat.WebServerRsp, espat.WifiGotIp) as events:
        assert (await browser.told("/getstainfo"))["message"] == "waiting config"
        assert {"ssid": "lab"} in (await browser.told("/getaprecord"))["aplist"]
        assert (await browser.ask("GET", "/"))[0] == 200
        assert (await browser.told("/getversion")) == {"version": "1.0"}
        assert (await browser.ask("GET", "/nothing"))[0] == 404
        network = json.dumps({"ssid": "lab", "password": "secret"}).encode()
        assert await browser.ask("POST", "/setstainfo", network) == (200, b'{"state": 0}')
        assert await anext(events) == espat.WebServerRsp(n=1)
        assert isinstance(await anext(events), espat.WifiGotIp)
        told = await browser.told("/getstainfo")
        assert (told["state"], told["sta_ssid"], told["message"]) == (1, "lab", "connect OK")
        assert (await browser.ask("POST", "/getresult", b"received=1"))[0] == 200
        assert await anext(events) == espat.WebServerRsp(n=2)
        assert (await modem.wifi.status()).ssid == "lab"


async def test_what_a_browser_cannot_tell_is_refused():
    async with page() as (_, modem, browser):
        for body in (b"no json", b"[]", b'{"password": "x"}'):
            assert (await browser.ask("POST", "/setstainfo", body))[0] == 400
        wrong = json.dumps({"ssid": "lab", "password": "wrong"}).encode()
        assert (await browser.ask("POST", "/setstainfo", wrong))[0] == 200
        assert (await browser.ask("POST", "/setstainfo", wrong))[0] == 400
        while (await browser.told("/getstainfo"))["message"] == "connecting":
            pass
        assert (await browser.told("/getstainfo"))["state"] == 2
        await modem.send(espat.CWMODE(mode=espat.WifiMode.STATION))
        assert (await browser.ask("POST", "/setstainfo", wrong))[0] == 400


async def test_a_browser_sends_new_firmware_which_the_next_start_runs():
    async with page() as (_, modem, browser):
        async with modem.events(UpdateProgress) as events:
            assert (await browser.ask("POST", "/setotadata", b"none", Object="ota"))[0] == 500
            assert (await browser.ask("POST", "/setotadata", firmware_image("4.7.0.0"), Object="mqtt_ca"))[0] == 500
            assert (await browser.ask("POST", "/setotadata", firmware_image("4.7.0.0"), Object="ota"))[0] == 200
            steps = [(await anext(events)).step for _ in range(6)]
        assert steps == [UpdateStep.STARTED, UpdateStep.FAILED] * 2 + [UpdateStep.STARTED, UpdateStep.INSTALLED]
        await modem.system.restart()
        assert (await modem.system.identity()).firmware == "4.7.0.0"
        assert await browser.reader.read() == b""


async def test_a_browser_that_speaks_something_else_is_dropped_and_the_page_stays():
    async with page() as (_, modem, browser):
        browser.writer.write(b"GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
        assert await browser.reader.read() == b""
        assert modem.capabilities


async def test_provisioning_and_the_web_server_exclude_each_other():
    async with page() as (_, modem, _):
        with pytest.raises(ModeConflict, match="web server"):
            await modem.wifi.provision(ProvisioningMethod.ACCESS_POINT)
        assert (await modem.wifi.status()).joined is False


async def test_provisioning_by_the_page_goes_on_until_the_network_is_joined(monkeypatch: pytest.MonkeyPatch):
    port = free_port()
    monkeypatch.setattr("atmodem.dialects.espat.driver_provisioning._PORT", port)
    async with virtual() as (_, modem):
        await modem.send(espat.CWMODE(mode=espat.WifiMode.STATION_SOFTAP))
        async with modem.wifi.provision(ProvisioningMethod.ACCESS_POINT) as provisioning:
            reader, writer = await asyncio.open_connection(HOST, port)
            network = json.dumps({"ssid": "lab", "password": "secret"}).encode()
            assert (await Browser(reader, writer).ask("POST", "/setstainfo", network))[0] == 200
            steps = [(await anext(provisioning)).step for _ in range(2)]
            assert steps == [ProvisioningStep.NETWORK_KNOWN, ProvisioningStep.JOINED]
            writer.close()
        assert (await modem.wifi.status()).ssid == "lab"


async def test_a_port_that_is_taken_is_an_error():
    async with virtual() as (_, modem):
        taken = await asyncio.start_server(lambda *_: None, HOST, 0)
        with pytest.raises(CommandError, match="WEBSERVER"):
            await modem.web_server(taken.sockets[0].getsockname()[1])
        taken.close()
        async with modem.web_server(free_port()):
            pass
