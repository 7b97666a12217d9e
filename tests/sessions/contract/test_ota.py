"""What new firmware does with any module."""

import asyncio
import importlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

import atmodem
from atmodem import (
    Capability,
    InvalidArgument,
    ModeConflict,
    ModuleReady,
    SessionBroken,
    SessionClosed,
    Unsupported,
    UpdateFailed,
)
from tests.sessions.contract.rig import RIGS, Rig
from tests.sessions.web import WebServer, web_server

pytestmark = pytest.mark.asyncio

#: Families that do not tell that an update has failed.
SILENT = ("air602",)
#: How the firmware of virtual modules is made that can be updated from a URL.
IMAGES = {}
for _name in {kind.dialect for kind in RIGS}:
    _make = getattr(importlib.import_module(f"atmodem.dialects.{_name}.device"), "firmware_image", None)
    if _make is not None:
        IMAGES[_name] = _make


@pytest_asyncio.fixture(params=[kind for kind in RIGS if kind.dialect in IMAGES], ids=str)
async def updated(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    async with request.param.open() as made:
        yield made


def serve(rig: Rig, server: WebServer, version: str, size: int = 4096) -> str:
    """Put a firmware on the server; return its URL."""
    server.data = IMAGES[rig.modem.dialect.name](version, size)
    return f"{server.url}/bytes/{len(server.data)}"


async def test_an_update_from_a_url_is_followed_until_the_new_version_runs(updated: Rig):
    before = await updated.modem.system.identity()
    async with (
        web_server() as server,
        updated.modem.ota.update(url=serve(updated, server, "9.8.7.6", 50_000)) as update,
    ):
        assert update.identity is None
        after = await update.wait()
    assert after == update.identity == await updated.modem.system.identity()
    assert (before.firmware == "9.8.7.6", after.firmware) == (False, "9.8.7.6")
    assert [step async for step in update] == []


async def test_the_firmware_before_comes_back(updated: Rig):
    updated.need(Capability.OTA_ROLLBACK)
    before = await updated.modem.system.identity()
    async with web_server() as server:
        update = await updated.modem.ota.update(url=serve(updated, server, "9.8.7.6"))
        assert (await update.wait()).firmware == "9.8.7.6"
    assert await updated.modem.ota.rollback() == before


async def test_every_session_ends_with_an_update(updated: Rig):
    listening = await updated.modem.listen_tcp(4711)
    async with web_server() as server, updated.modem.ota.update(url=serve(updated, server, "9.8.7.6")) as update:
        with pytest.raises(SessionBroken):
            await listening.accept()
        await update.wait()
    await updated.modem.wifi.join("lab", "secret")


async def test_a_firmware_that_is_not_there_or_none_leaves_the_old_one_running(updated: Rig):
    if updated.modem.dialect.name in SILENT:
        pytest.skip("the module tells no failure, which minutes of silence stand for")
    before = await updated.modem.system.identity()
    async with web_server() as server:
        server.data = b"this is no firmware" * 100
        for path in ("/status/404", "/bytes/1000", "/cut/1000"):
            update = await updated.modem.ota.update(url=server.url + path)
            with pytest.raises(UpdateFailed):
                await update.wait()
            with pytest.raises(UpdateFailed):
                await anext(update)
    assert await updated.modem.system.identity() == before


async def test_a_firmware_of_the_same_version_is_told_apart_from_a_new_one(updated: Rig):
    version = (await updated.modem.system.identity()).firmware
    async with web_server() as server, updated.modem.ota.update(url=serve(updated, server, version)) as update:
        with pytest.raises(UpdateFailed) as failed:
            await update.wait()
    assert failed.value.name == "SAME_FIRMWARE"


async def test_an_update_goes_on_when_nobody_looks_at_it_and_has_no_second_beside_it(updated: Rig):
    async with web_server() as server, updated.modem.expect(ModuleReady) as ready:
        url = serve(updated, server, "9.8.7.6")
        async with updated.modem.ota.update(url=url) as update:
            waiting = asyncio.create_task(update.wait())
            with pytest.raises(ModeConflict):
                await updated.modem.ota.update(url=url)
            waiting.cancel()
        await ready.get()
    assert (await updated.modem.system.identity()).firmware == "9.8.7.6"
    assert (await update.wait()).firmware == "9.8.7.6"


async def test_what_cannot_be_an_update_is_refused_before_anything_is_sent(updated: Rig):
    sent = updated.modem.statistics.sent
    for wrong in ({"url": "file:///firmware.bin"}, {"url": "http://a/", "version": "1"}):
        with pytest.raises(InvalidArgument):
            await updated.modem.ota.update(**wrong)
    assert updated.modem.statistics.sent == sent


async def test_what_the_module_lacks_is_refused_before_anything_is_sent(rig: Rig):
    sent = rig.modem.statistics.sent
    uses = {
        Capability.OTA_CHECK: rig.modem.ota.check,
        Capability.OTA_UPDATE: rig.modem.ota.update,
        Capability.OTA_UPDATE_FROM_URL: lambda: rig.modem.ota.update(url="http://example.org/"),
        Capability.OTA_UPLOAD: lambda: rig.modem.ota.update(image=b"x"),
        Capability.OTA_ROLLBACK: rig.modem.ota.rollback,
    }
    for capability, use in uses.items():
        if not rig.can(capability):
            with pytest.raises(Unsupported, match=capability.value):
                await use()
    assert rig.modem.statistics.sent == sent


async def test_the_end_of_the_modem_ends_the_wait_for_an_update(updated: Rig):
    async with web_server() as server:
        update = await updated.modem.ota.update(url=f"{server.url}/mute")
        await server.asked()
        await updated.modem.aclose()
        with pytest.raises((SessionClosed, atmodem.LinkError)):
            await update.wait()
