"""The broker beside the virtual modules."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from atmodem import AtmodemError, Unsupported, connect
from atmodem.api.virtual import serve_broker
from atmodem.virtual import broker
from tests.witness import require

pytestmark = pytest.mark.asyncio


async def round_trip(port: int) -> bytes:
    async with connect("virtual://espat") as modem:
        await modem.wifi.join("lab", "secret")
        async with modem.mqtt("127.0.0.1", port, client_id="board") as mqtt:
            await mqtt.subscribe("room/+", qos=2)
            await mqtt.publish("room/1", b"21.5 \xff", qos=2)
            return (await anext(aiter(mqtt.messages))).payload


async def is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    writer.close()
    return True


@pytest.fixture
def without_mosquitto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)


async def test_mosquitto_serves_where_it_is_installed():
    require("mosquitto")
    async with serve_broker() as port:
        assert await round_trip(port) == b"21.5 \xff"
    assert not await is_open(port)


@pytest.mark.usefixtures("without_mosquitto")
async def test_amqtt_serves_where_mosquitto_is_missing():
    async with serve_broker() as port:
        assert await round_trip(port) == b"21.5 \xff"
    assert not await is_open(port)


@pytest.mark.usefixtures("without_mosquitto")
async def test_without_any_broker_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(broker, "find_spec", lambda _: None)
    with pytest.raises(Unsupported, match="install mosquitto, or pip install 'atmodem"):
        async with serve_broker():
            pass


async def test_a_broker_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(broker, "_program", lambda: ([sys.executable, "-c", "raise SystemExit(3)"], ""))
    with pytest.raises(AtmodemError, match="did not start"):
        async with serve_broker():
            pass


async def test_a_broker_leaves_neither_process_nor_file_when_it_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(broker.tempfile, "tempdir", str(tmp_path))
    up: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def serve() -> None:
        async with serve_broker() as port:
            up.set_result(port)
            await asyncio.Event().wait()

    task = asyncio.create_task(serve())
    port = await up
    assert [*tmp_path.iterdir()] != []
    task.cancel()
    await asyncio.wait([task])
    assert not await is_open(port)
    assert [*tmp_path.iterdir()] == []
