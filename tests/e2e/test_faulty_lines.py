"""A modem on a line that goes wrong: never a hang, never a leak, never another command's answer."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

import atmodem
from atmodem.api.virtual import make_device
from atmodem.dialects import espat, find_dialect
from atmodem.errors import AtmodemError
from atmodem.portable.dialect import Dialect
from atmodem.testing.faults import Faults, FaultyLink
from tests.api.leaks import census, settled
from tests.sessions.bench import HOST, NETWORK, PASSWORD
from tests.virtual.host import far_end

pytestmark = pytest.mark.asyncio

ESPAT = find_dialect("espat")
FAMILIES = (ESPAT, find_dialect("mxchip"), find_dialect("simplelink"))
for _family in FAMILIES:
    _family.device()


@pytest_asyncio.fixture(autouse=True)
async def no_leaks() -> AsyncIterator[None]:
    before = census()
    yield
    assert await settled(before) == set()


@asynccontextmanager
async def on_a_line(
    seed: int = 0, *, sent: Faults | None = None, received: Faults | None = None, family: Dialect = ESPAT
) -> AsyncIterator[tuple[espat.Virtual, FaultyLink, atmodem.Modem]]:
    async with make_device(family) as device:
        line = FaultyLink(device.open_link(), sent=sent or Faults(), received=received or Faults(), seed=seed)
        modem = atmodem.Modem(line, family)
        try:
            yield device, line, modem
        finally:
            await modem.aclose()


@pytest.mark.parametrize(
    "faults",
    [Faults(cut_to=1), Faults(cut_to=3, delay=0.001), Faults(delay=0.005)],
    ids=["one-byte", "cut and delayed", "delayed"],
)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
async def test_cuts_and_delays_change_nothing(faults: Faults, family: Dialect):
    data = random.Random(6).randbytes(4000)
    async with far_end() as server, on_a_line(sent=faults, received=faults, family=family) as (_, _, modem):
        await modem.start()
        await modem.wifi.join(NETWORK, PASSWORD)
        for passive in (True, False):
            async with modem.connect_tcp(HOST, server.port, passive=passive) as stream:
                reader, writer = await server.end()
                await stream.send(data)
                writer.write(await reader.readexactly(len(data)))
                writer.close()
                back = b"".join([chunk async for chunk in stream])
            assert hashlib.sha256(back).digest() == hashlib.sha256(data).digest()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "faults",
    [Faults(drop=0.01), Faults(double=0.01), Faults(corrupt=0.01)],
    ids=["drops", "doubles", "corrupts"],
)
async def test_a_reply_on_a_bad_line_is_right_or_a_named_error(seed: int, faults: Faults):
    async with on_a_line(seed, received=faults) as (_, _, modem):
        try:
            await modem.start()
        except AtmodemError:
            return
        answers = {"AT+CIPMUX?": "+CIPMUX:1", "AT+CWMODE?": "+CWMODE:1", "AT+SYSSTORE?": "+SYSSTORE:0"}
        for _ in range(6):
            for question, answer in answers.items():
                try:
                    told = await modem.send_raw(question, timeout=0.2)
                except AtmodemError:
                    continue
                # A bit may turn in the right answer, but no other command's answer takes its place.
                assert not {*told} & ({*answers.values()} - {answer})


@pytest.mark.parametrize("after", [0, 30, 120, 400])
async def test_a_line_that_hangs_up_is_lost_by_name(after: int):
    async with on_a_line(received=Faults(hang_up_after=after)) as (_, _, modem):

        async def use() -> None:
            await modem.start()
            while True:
                await modem.send(espat.GMR())

        with pytest.raises(atmodem.LinkLost, match="hung up as told"):
            await use()
        assert modem.closed


async def test_a_stall_delays_a_command_and_its_end_lets_the_next_ones_have_their_own_answers():
    async with on_a_line() as (_, line, modem):
        await modem.start()
        line.stall()
        late = asyncio.create_task(modem.send_raw("AT+CWMODE?", timeout=0.05))
        with pytest.raises(atmodem.CommandTimeout):
            await late
        waiting = asyncio.create_task(modem.send(espat.CIPMUX.query()))
        await asyncio.sleep(0)
        line.resume()
        assert (await waiting).mode is espat.LinkMode.MULTIPLE


@pytest.mark.parametrize("seed", range(4))
async def test_an_opening_cancelled_on_a_bad_line_leaves_nothing(seed: int):
    async with on_a_line(seed, received=Faults(drop=0.3), sent=Faults(drop=0.3)) as (_, _, modem):
        opening = asyncio.create_task(modem.start())
        for _ in range(20 * (seed + 1)):
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.wait([opening])
        assert modem.closed
