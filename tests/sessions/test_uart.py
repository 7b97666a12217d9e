"""The speed of the line: changed on both ends, proved, and undone."""

import asyncio
import os
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
import pytest

import atmodem
from atmodem import (
    CommandError,
    FlowControl,
    InvalidArgument,
    LinkError,
    Modem,
    ModuleReady,
    ModuleRestarted,
    OutOfSync,
    Parity,
    UartSettings,
)
from atmodem.dialects import espat
from atmodem.dialects.espat.device import Virtual
from atmodem.dialects.espat.driver import EspDriver
from atmodem.dialects.espat.driver_system import EspUart
from atmodem.errors import AtmodemError
from atmodem.portable.dialect import Dialect
from atmodem.portable.modem_api import ModemAPI
from atmodem.virtual.serving import serve_pty
from atmodem.wire.grammar import Escape
from tests.sessions.modems import ERROR, ESPAT, OK, opened, scripted
from tests.sessions.speeds import SpeedLine

pytestmark = pytest.mark.asyncio

#: Gives a silent module up sooner.
RECOVERY = attrs.evolve(ESPAT.grammar.recovery, wait=0.2, rounds=2, escape=Escape(before=0.01, after=0.02))
SWIFT = attrs.evolve(ESPAT, grammar=attrs.evolve(ESPAT.grammar, recovery=RECOVERY))

OLD, NEW = 115200, 921600
BOTH = FlowControl.RTS | FlowControl.CTS


@asynccontextmanager
async def line(dialect: Dialect = SWIFT, **options: tuple[int, ...]) -> AsyncIterator[tuple[Virtual, SpeedLine, Modem]]:
    """Run a module and a modem on a line that has a speed."""
    async with Virtual(boot_time=0.01, baudrate=OLD) as device:
        link = SpeedLine(device, **options)
        async with opened(Modem(link, dialect, rest=0)) as modem:
            yield device, link, modem


async def test_both_ends_get_the_new_speed_and_are_heard_at_it():
    async with line() as (_, link, modem):
        assert await modem.uart.change(NEW) == UartSettings(baudrate=NEW)
        assert link.speeds == (NEW, NEW)
        assert await modem.uart.read() == UartSettings(baudrate=NEW)


async def test_a_speed_of_one_s_own_is_read_as_it_was_meant():
    async with line() as (_, link, modem):
        await modem.uart.change(1234567)
        assert await modem.uart.read() == UartSettings(baudrate=1234567)
        assert (await modem.uart.change(OLD)).baudrate == OLD
        assert link.speeds == (OLD, OLD)


async def test_a_restart_brings_back_the_speed_of_the_start_on_both_ends():
    async with line() as (_, link, modem):
        await modem.uart.change(NEW)
        await modem.uart.change(2 * NEW)
        await modem.system.restart()
        assert link.speeds == (OLD, OLD)
        assert await modem.uart.read() == UartSettings(baudrate=OLD)


async def test_a_module_that_starts_anew_unheard_is_found_again():
    async with line() as (device, link, modem), modem.events(ModuleRestarted, ModuleReady) as events:
        await modem.uart.change(NEW)
        device.restart()
        with pytest.raises(AtmodemError):
            await modem.send(espat.AT(), timeout=0.1)
        assert await anext(events) == ModuleRestarted(suspected=True)
        assert isinstance(await anext(events), ModuleReady)
        assert link.speeds == (OLD, OLD)
        await modem.send(espat.AT())


async def test_a_module_that_was_only_silent_for_a_while_keeps_its_speed():
    async with line() as (_, link, modem), modem.events(ModuleReady) as events:
        await modem.uart.change(NEW)
        link.deaf = (NEW,)
        with pytest.raises(AtmodemError):
            await modem.send(espat.AT(), timeout=0.1)
        async with modem.expect(ModuleRestarted) as restarted:
            waiting = asyncio.create_task(restarted.get())
            await waiting
        link.deaf = ()
        assert isinstance(await anext(events), ModuleReady)
        assert link.speeds == (NEW, NEW)


async def test_a_module_that_is_not_heard_at_the_new_speed_gets_the_old_one_again():
    async with line(deaf=(NEW,)) as (_, link, modem):
        with pytest.raises(LinkError, match="not heard at 921600 bit/s; the line has 115200 bit/s again"):
            await modem.uart.change(NEW)
        assert link.speeds == (OLD, OLD)
        assert await modem.uart.read() == UartSettings(baudrate=OLD)


async def test_a_module_that_neither_hears_nor_is_heard_is_out_of_sync():
    async with line(deaf=(NEW,), mute=(NEW,)) as (_, link, modem):
        with pytest.raises(OutOfSync, match="does not answer"):
            await modem.uart.change(NEW)
        assert link.speeds == (OLD, NEW)


async def test_a_speed_that_this_end_does_not_take_is_not_told_to_the_module():
    async with line(refused=(NEW,)) as (_, link, modem):
        with pytest.raises(LinkError, match="does not take 921600"):
            await modem.uart.change(NEW)
        assert link.speeds == (OLD, OLD)
        await modem.send(espat.AT())


async def test_a_speed_that_the_module_refuses_changes_nothing():
    answers = {b"AT+UART_CUR?": b"+UART_CUR:115207,8,1,0,0\r\n" + OK, b"AT+UART_CUR=921600,8,1,0,0": ERROR}
    async with scripted(answers) as (_, modem):
        with pytest.raises(CommandError, match="UART_CUR"):
            await modem.uart.change(NEW)
        assert await modem.uart.read() == UartSettings(baudrate=OLD)


@pytest.mark.parametrize("baudrate", [0, -1, True])
async def test_what_is_no_speed_is_refused(baudrate: int):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match="baudrate must be 1 or more"):
            await modem.uart.change(baudrate)
        assert peer.lines == []


async def test_flow_control_that_is_not_wired_is_undone_too():
    change, undo = b"AT+UART_CUR=115200,8,1,0,3", b"AT+UART_CUR=115200,8,1,0,0"
    answers = {
        b"AT+UART_CUR?": b"+UART_CUR:115207,8,1,0,0\r\n" + OK,
        b"AT+SYSSTORE?": b"+SYSSTORE:0\r\n" + OK,
    }
    async with scripted(answers, SWIFT) as (peer, modem):
        fence = dict(peer.answers)

        def fall_silent() -> None:
            peer.say(OK)
            peer.answers.clear()
            peer.answers[undo] = lambda: peer.answers.update(fence)

        peer.answers[change] = fall_silent
        with pytest.raises(LinkError, match="flow control only where its wires are there"):
            await modem.uart.change(OLD, rtscts=True)
        assert undo in peer.lines
        assert (await modem.uart.read()).flow_control is FlowControl.NONE


async def test_a_reply_that_was_lost_does_not_leave_the_ends_apart():
    answers = {b"AT+UART_CUR?": b"+UART_CUR:115207,8,1,0,0\r\n" + OK}
    async with scripted(answers, SWIFT) as (peer, modem):
        assert (await modem.uart.change(NEW)).baudrate == NEW
        assert b"AT+UART_CUR=921600,8,1,0,0" in peer.lines
        assert peer.lines[-1] == b"AT+CIPMUX?"


async def test_other_commands_wait_for_the_new_speed():
    async with scripted({b"AT+UART_CUR?": b"+UART_CUR:115207,8,1,0,0\r\n" + OK, b"AT": OK}) as (peer, modem):
        peer.answers[b"AT+UART_CUR=921600,8,1,0,3"] = OK
        changing = asyncio.create_task(modem.uart.change(NEW, rtscts=True))
        await peer.heard(b"AT+UART_CUR=921600,8,1,0,3")
        await modem.send(espat.AT())
        assert peer.lines[-1] == b"AT"
        assert peer.lines.index(b"AT+CIPMUX?") < peer.lines.index(b"AT")
        assert (await changing).flow_control == BOTH


async def test_a_change_waits_for_commands_that_run():
    async with scripted() as (peer, modem):
        peer.answers[b"AT+UART_CUR=921600,8,1,0,0"] = OK
        changing = asyncio.create_task(modem.uart.change(NEW))
        await peer.heard(b"AT+UART_CUR?")
        running = asyncio.create_task(modem.send(espat.AT()))
        await asyncio.sleep(0)
        peer.say(b"+UART_CUR:115207,8,1,0,0\r\n" + OK)
        await peer.heard(b"AT")
        assert b"AT+UART_CUR=921600,8,1,0,0" not in peer.lines
        peer.say(OK)
        await running
        assert (await changing).baudrate == NEW


async def test_changes_follow_one_another():
    async with line() as (_, link, modem):
        told = await asyncio.gather(modem.uart.change(NEW), modem.uart.change(460800))
        assert [settings.baudrate for settings in told] == [NEW, 460800]
        assert link.speeds == (460800, 460800)


async def test_a_lost_line_ends_a_change_that_waits():
    async with scripted() as (peer, modem):
        changing = asyncio.create_task(modem.uart.change(NEW))
        await peer.heard(b"AT+UART_CUR?")
        running = asyncio.create_task(modem.send(espat.AT()))
        await asyncio.sleep(0)
        peer.say(b"+UART_CUR:115207,8,1,0,0\r\n" + OK)
        await peer.heard(b"AT")
        await peer.hang_up()
        for outcome in await asyncio.gather(changing, running, return_exceptions=True):
            assert isinstance(outcome, atmodem.LinkLost)
        with pytest.raises(atmodem.LinkLost):
            await modem.uart.change(NEW)


async def test_a_cancelled_change_is_finished_in_the_background():
    async with line() as (_, link, modem):
        changing = asyncio.create_task(modem.uart.change(NEW))
        while link.speed == OLD:
            await asyncio.sleep(0)
        changing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await changing
        await modem.send(espat.AT())
        assert link.speeds == (NEW, NEW)


async def test_a_stored_speed_is_that_of_every_start():
    async with line() as (_, link, modem):
        assert await modem.uart.store(UartSettings(baudrate=NEW)) is True
        assert link.speeds == (NEW, NEW)
        await modem.system.restart()
        assert link.speeds == (NEW, NEW)
        await modem.uart.change(OLD)
        await modem.system.restart()
        assert link.speeds == (NEW, NEW)


async def test_a_stored_speed_at_which_the_module_is_not_heard_is_undone():
    async with line(deaf=(NEW,)) as (device, link, modem):
        with pytest.raises(LinkError, match="not heard at 921600"):
            await modem.uart.store(UartSettings(baudrate=NEW))
        assert link.speeds == (OLD, OLD)
        assert device.settings[espat.UART_DEF].baudrate == OLD


class LateUart(EspUart):
    """A line whose settings wait for the next start, as those of other families do."""

    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.modem = modem

    async def store(self, settings: UartSettings) -> bool:
        # The module's own table, behind the back of the running line.
        await self.modem.send(espat.UART_DEF(**line_of(settings)))
        await self.modem.send(espat.AT())
        return False


def line_of(settings: UartSettings) -> dict[str, object]:
    return {
        "baudrate": settings.baudrate,
        "databits": espat.DataBits.EIGHT,
        "stopbits": espat.StopBits.ONE,
        "parity": espat.Parity.NONE,
        "flow_control": espat.FlowControl.NONE,
    }


class LateDriver(EspDriver):
    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.uart = LateUart(modem)


LATE = attrs.evolve(ESPAT, driver=LateDriver)


async def test_where_a_stored_speed_waits_for_the_next_start_this_end_follows_the_restart():
    answers = {
        b"AT+UART_CUR?": b"+UART_CUR:115207,8,1,0,0\r\n" + OK,
        b"AT+UART_DEF=921600,8,1,0,0": OK,
        b"AT": OK,
    }
    speeds: list[int] = []
    async with scripted(answers, LATE) as (peer, modem):
        peer.link.set_baudrate = recorder(speeds)  # type: ignore[method-assign]
        assert await modem.uart.store(UartSettings(baudrate=NEW)) is False
        assert speeds == [NEW, OLD]
        peer.answers[b"AT+RST"] = OK + b"\r\nready\r\n"
        await modem.system.restart()
        assert speeds == [NEW, OLD, NEW]


def recorder(speeds: list[int]):
    async def set_baudrate(baudrate: int) -> None:
        speeds.append(baudrate)

    return set_baudrate


@pytest.mark.parametrize(
    "settings",
    [
        UartSettings(baudrate=OLD, data_bits=7),
        UartSettings(baudrate=OLD, stop_bits=2),
        UartSettings(baudrate=OLD, parity=Parity.EVEN),
    ],
)
async def test_a_framing_that_this_end_does_not_have_is_not_stored(settings: UartSettings):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match="settings must be eight data bits"):
            await modem.uart.store(settings)
        assert peer.lines == []


async def test_other_framings_are_read_and_kept():
    answers = {b"AT+UART_CUR?": b"+UART_CUR:777777,7,3,2,2\r\n" + OK, b"AT+UART_CUR=921600,7,3,2,0": OK}
    async with scripted(answers) as (_, modem):
        told = await modem.uart.read()
        assert told == UartSettings(
            baudrate=777777, data_bits=7, stop_bits=2, parity=Parity.EVEN, flow_control=FlowControl.CTS
        )
        assert await modem.uart.change(NEW) == attrs.evolve(told, baudrate=NEW, flow_control=FlowControl.NONE)


def speed_of(path: str) -> int:
    file = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        return termios.tcgetattr(file)[5]
    finally:
        os.close(file)


async def test_the_speed_of_a_serial_device_is_changed_and_comes_back_with_a_restart():
    async with (
        Virtual(boot_time=0.01, baudrate=OLD) as device,
        serve_pty(device) as path,
        atmodem.connect(path, ESPAT) as modem,
    ):
        await modem.uart.change(NEW)
        assert speed_of(path) == termios.B921600
        assert device.outlet.pacer.baudrate == NEW
        await modem.system.restart()
        assert speed_of(path) == termios.B115200
        await modem.send(espat.AT())
