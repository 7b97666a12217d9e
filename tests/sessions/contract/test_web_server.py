"""What the web server of any module does."""

import pytest

from atmodem import Capability, InvalidArgument, ModeConflict
from tests.sessions.contract.rig import Rig
from tests.sessions.far import free_port

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def has_web_server(rig: Rig) -> None:
    rig.need(Capability.WEB_SERVER)


async def test_there_is_one_at_a_time(rig: Rig):
    port = free_port()
    async with rig.modem.web_server(port) as server:
        assert server.port == port
        with pytest.raises(ModeConflict):
            await rig.modem.web_server(port)
    async with rig.modem.web_server(port):
        pass
    await server.aclose()


async def test_it_ends_with_a_restart_and_starts_again(rig: Rig):
    async with rig.modem.web_server(free_port()) as server:
        await rig.modem.system.restart()
        async with rig.modem.web_server(free_port()) as another:
            await server.aclose()
            with pytest.raises(ModeConflict):
                await rig.modem.web_server(another.port)


async def test_a_port_that_is_none_is_refused_before_anything_is_sent(rig: Rig):
    sent = rig.modem.statistics.sent
    with pytest.raises(InvalidArgument, match="port"):
        await rig.modem.web_server(0)
    assert rig.modem.statistics.sent == sent
