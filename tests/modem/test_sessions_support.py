"""What the modem does for its sessions and drivers, and when the module starts anew while it is set up."""

import asyncio
from collections.abc import Iterator

import attrs
import pytest

import atmodem
from atmodem.api.virtual import make_device
from atmodem.dialects import espat
from atmodem.dialects.espat.driver import EspDriver
from atmodem.errors import InvalidArgument, LinkLost, SessionClosed, Unsupported
from atmodem.portable.events import EthernetFrame
from tests.modem.conftest import ESPAT
from tests.modem.peer import SET_UP, Peer

pytestmark = pytest.mark.asyncio

OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
READY = b"\r\nready\r\n"

ESPAT.device()


class Broken(EspDriver):
    async def prepare(self) -> None:
        raise LookupError("a mistake in the driver")


class Listening(EspDriver):
    """A driver that waits for events while the module is set up."""

    async def prepare(self) -> None:
        async with self._modem.expect(espat.WifiDisconnect) as left, self._modem.events(espat.WifiConnected) as joined:
            await self._modem.send(espat.AT())
            await left.get()
            await anext(joined)
        async with self._modem.events() as everything:
            await self._modem.send(espat.AT())
            assert isinstance(await anext(everything), espat.WifiDisconnect)


BROKEN, LISTENING = (attrs.evolve(ESPAT, driver=driver) for driver in (Broken, Listening))


async def test_a_command_without_its_data_is_refused_before_anything_is_sent(modem: atmodem.Modem, peer: Peer):
    lines = list(peer.lines)
    with pytest.raises(InvalidArgument, match="data must be given"):
        await modem.send(espat.CIPSEND(link_id=0, length=5))
    assert peer.lines == lines


async def test_a_portable_event_that_the_module_cannot_raise_is_refused_at_once(modem: atmodem.Modem):
    with pytest.raises(Unsupported, match=r"espat lacks ethernet\.open"):
        async with modem.events(EthernetFrame):
            pass


async def test_a_part_that_the_dialect_lacks_is_told(modem: atmodem.Modem):
    with pytest.raises(Unsupported, match="espat lacks a part of its driver"):
        modem.require(None)
    assert modem.require(modem.driver) is modem.driver


@pytest.mark.parametrize(("profile", "told"), [("4.1", True), ("2.1", False)])
async def test_probing_asks_the_module_for_what_is_unknown(profile: str, told: bool):
    async with make_device(ESPAT, profile=profile) as device, atmodem.connect(device.url) as modem:
        unknown = {c for c, support in modem.capabilities.items() if support is atmodem.Support.UNKNOWN}
        assert unknown
        await modem.probe()
        still = {c for c, support in modem.capabilities.items() if support is atmodem.Support.UNKNOWN}
        assert still < unknown if told else still == unknown


async def test_an_address_of_the_newer_kind_is_told_by_its_version(modem: atmodem.Modem, peer: Peer):
    async with modem.events(atmodem.WifiAddressAcquired) as events:
        peer.say(b"WIFI GOT IPv6 GL\r\nWIFI GOT IP\r\n")
        assert [(await anext(events)).version for _ in range(2)] == [6, 4]


async def test_a_link_that_is_told_in_detail_is_told_all_the_same(modem: atmodem.Modem, peer: Peer):
    async with modem.expect(atmodem.SocketConnected) as connected:
        peer.say(b'+LINK_CONN:0,3,"TCP",0,"127.0.0.1",80,5000\r\n')
        assert (await connected.get()).link == 3


async def test_a_driver_may_wait_for_events_while_it_sets_the_module_up(peer: Peer):
    said: Iterator[bytes] = iter([OK + b"WIFI DISCONNECT\r\nWIFI CONNECTED\r\n", b"WIFI DISCONNECT\r\n" + OK])
    peer.answers[b"AT"] = lambda: peer.say(next(said))
    modem = atmodem.Modem(peer.link, LISTENING)
    await modem.start()
    assert next(said, None) is None
    await modem.aclose()


async def test_a_mistake_in_a_driver_fails_the_opening_and_closes_the_link(peer: Peer):
    modem = atmodem.Modem(peer.link, BROKEN)
    with pytest.raises(SessionClosed):
        await modem.start()
    await peer.let_go()
    # What it was is in the task, for asyncio to report.
    assert modem._main.exception().subgroup(LookupError)


async def test_a_modem_that_never_began_closes_its_link(peer: Peer):
    modem = atmodem.Modem(peer.link, ESPAT)
    await modem.aclose()
    await peer.let_go()


async def test_nothing_is_begun_in_the_background_of_a_closed_modem(modem: atmodem.Modem):
    await modem.aclose()

    async def work() -> None:
        raise AssertionError("begun")

    with pytest.raises(SessionClosed, match="the modem is closed"):
        modem.spawn(work, "work")


@pytest.mark.parametrize("when", [b"ATE0", b"AT+CIPDINFO=0"])
async def test_a_module_that_starts_anew_while_it_is_set_up_is_set_up_again(peer: Peer, when: bytes):
    answers = iter([READY, OK])
    peer.answers[when] = lambda: peer.say(next(answers))
    modem = atmodem.Modem(peer.link, ESPAT)
    await modem.start()
    assert peer.lines.count(when) == 2
    assert peer.lines[-1] == b"AT+CIPDINFO=0"
    await modem.aclose()


async def test_a_restart_behind_the_last_answer_of_the_set_up_begins_it_anew(peer: Peer):
    answers = iter([OK + READY, OK])
    peer.answers[b"AT+CIPDINFO=0"] = lambda: peer.say(next(answers))
    modem = atmodem.Modem(peer.link, ESPAT)
    await modem.start()
    assert peer.lines.count(b"AT+CIPDINFO=0") == 2
    await modem.aclose()


async def test_a_set_up_that_fails_behind_a_restart_is_tried_again(
    modem: atmodem.Modem, peer: Peer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("atmodem.modem.core._RETRY", 0.01)
    answers = iter([ERROR, ERROR, OK])
    peer.answers[b"ATE0"] = lambda: peer.say(next(answers))
    async with modem.events(atmodem.ModuleRestarted, atmodem.ModuleReady) as events:
        peer.say(READY)
        told = [type(await anext(events)) for _ in range(2)]
    assert told == [atmodem.ModuleRestarted, atmodem.ModuleReady]
    assert next(answers, None) is None


async def test_commands_are_let_through_while_the_set_up_is_being_tried_again(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"ATE0"] = ERROR
    async with modem.expect(atmodem.ModuleRestarted) as restarted:
        peer.say(READY)
        await restarted.get()
    peer.answers[b"AT"] = OK
    await modem.send(espat.AT())


async def test_a_line_lost_while_the_module_is_set_up_again_ends_the_modem(modem: atmodem.Modem, peer: Peer):
    del peer.answers[b"ATE0"]
    peer.lines.clear()
    peer.say(READY)
    await peer.heard(b"ATE0")
    async with modem.events() as events:
        await peer.hang_up()
        with pytest.raises(LinkLost):
            await anext(events)
    assert modem.closed


@pytest.mark.parametrize("turns", range(12))
async def test_an_opening_cancelled_while_its_line_breaks_closes_everything(peer: Peer, turns: int):
    modem = atmodem.Modem(peer.link, ESPAT)
    opening = asyncio.create_task(modem.start())
    await peer.heard(b"AT+CIPMUX?")
    await peer.hang_up()
    for _ in range(turns):
        await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises((asyncio.CancelledError, LinkLost)):
        await opening
    assert modem.closed


@pytest.mark.parametrize("turns", range(12))
async def test_an_opening_cancelled_while_it_succeeds_is_open_or_closed(turns: int):
    peer = Peer()
    last = list(SET_UP)[-1]
    del peer.answers[last]
    modem = atmodem.Modem(peer.link, ESPAT)
    opening = asyncio.create_task(modem.start())
    await peer.heard(last)
    peer.say(OK)
    for _ in range(turns):
        await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])
    assert modem.closed is opening.cancelled()
    await modem.aclose()
