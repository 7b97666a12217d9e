"""The module itself: identity, restart, sleep, messages, clock, serial line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import Handling, handles, queries
from ....virtual.intake import Counted
from ....virtual.results import Answer, Lines, Payload, Refused
from ....wire.command import Command, Form
from ....wire.parsing import forms_of
from .. import commands as c
from ..values.system import (
    ChipTemperature,
    CommandForms,
    DeepSleep,
    FilterOperation,
    GuideAddress,
    HeapRegion,
    MemoryFree,
    MessageFilter,
    Messages,
    RegisterAccess,
    RegisterValue,
    RestartMode,
    SleepMode,
    WakeSource,
)
from ..values.uart import DataBits, FlowControl, Parity, StopBits

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["System"]

#: The clock divider makes the line a little faster than it was asked to be.
_DIVIDER_ERROR = 16457
_FREE, _MINIMUM_FREE = 148408, 84044
_CELSIUS = 42.5
_GUIDES = ("https://docs.espressif.com/projects/esp-at/en/latest/esp32c3/index.html",)


class System(Part):
    """What is not about any network."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._epoch = 0.0
        self._filters: list[MessageFilter] = []

    @staticmethod
    def defaults(baudrate: int) -> Mapping[Command[Any], Keep]:
        """Return the factory's settings.

        :param baudrate: speed of the line, in bits per second.
        """
        line: dict[str, Any] = {
            "baudrate": baudrate,
            "databits": DataBits.EIGHT,
            "stopbits": StopBits.ONE,
            "parity": Parity.NONE,
            "flow_control": FlowControl.NONE,
        }
        return {
            c.SYSLOG(status=False): Keep.NEVER,
            c.SYSMSG(state=Messages(0)): Keep.ASKED,
            c.SYSSTORE(store=True): Keep.NEVER,
            c.SLEEP(mode=SleepMode.OFF): Keep.NEVER,
            c.RFPOWER(wifi_power=80, ble_adv_power=0, ble_scan_power=0, ble_conn_power=0): Keep.NEVER,
            c.SYSMSGFILTER(enable=False): Keep.NEVER,
            c.TRANSINTVL(interval_ms=20): Keep.NEVER,
            c.UART_CUR(**line): Keep.NEVER,
            c.UART_DEF(**line): Keep.ALWAYS,
        }

    def power_up(self) -> None:
        self._filters.clear()
        self._epoch = -self._module.clock.time()
        settings = self._module.settings
        settings.restart()
        stored = settings[c.UART_DEF]
        settings.set(c.UART_CUR(**_line(stored)))
        self._module.set_baudrate(stored.baudrate)

    @property
    def time(self) -> float:
        """The module's clock: seconds since 1970, or since its start while nothing has set it."""
        return self._module.clock.time() + self._epoch

    @time.setter
    def time(self, value: float) -> None:
        self._epoch = value - self._module.clock.time()

    # Identity

    @handles(c.AT)
    def probe(self, _: c.AT) -> None:
        """Be there."""

    @handles(c.GMR)
    def version(self, _: c.GMR) -> Lines:
        """Tell the versions."""
        return Lines([line.encode() for line in self._module.profile.lines(self._module.ota.version)])

    @queries(c.CMD)
    def commands(self) -> tuple[CommandForms, ...]:
        """List what this module has built in."""
        found: list[CommandForms] = []
        for cls in sorted(self._module.vocabulary.commands.values(), key=lambda cls: not cls.declaration.bare):
            declaration = cls.declaration
            if declaration.terminated and (forms := self._forms(cls)):
                name = declaration.name if declaration.bare else f"AT+{declaration.name}"
                found.append(
                    CommandForms(
                        index=len(found),
                        name=name,
                        test=False,
                        query=Form.QUERY in forms,
                        set=Form.SET in forms,
                        execute=Form.EXECUTE in forms,
                    )
                )
        return tuple(found)

    def _forms(self, cls: type[Command[Any]]) -> set[Form]:
        has = self._module.has
        asking = {form for form in forms_of(cls) if has(Handling(cls, form))}
        return asking | set(cls.declaration.forms if has(Handling(cls)) else ())

    @queries(c.USERDOCS)
    def guides(self) -> tuple[GuideAddress, ...]:
        """Tell where the guides are."""
        return tuple(GuideAddress(url=url) for url in _GUIDES)

    # Echo and messages

    @handles(c.ATE0)
    def echo_off(self, _: c.ATE0) -> None:
        """Echo no more."""
        self._module.console.echo = False

    @handles(c.ATE1)
    def echo_on(self, _: c.ATE1) -> None:
        """Echo from the next line on."""
        self._module.console.echo = True

    @handles(c.SYSSTORE)
    def store(self, command: c.SYSSTORE) -> None:
        """Write settings to flash from now on, or do not."""
        self._module.settings.set(command)
        self._module.settings.storing = command.store

    @handles(c.SYSMSGFILTERCFG)
    def configure_filters(self, command: c.SYSMSGFILTERCFG) -> Answer:
        """Keep a list of filters; nothing that is printed is changed by them."""
        if command.operator is FilterOperation.CLEAR:
            self._filters.clear()
            return None
        head, tail = command.head_length or 0, command.tail_length or 0
        if not head and not tail:
            raise Refused

        def then(data: bytes) -> None:
            both = data.decode("utf-8", "surrogateescape")
            self._change_filter(command.operator, both[:head], both[head:])

        return Payload(intake=Counted(head + tail), then=then)

    def _change_filter(self, operation: FilterOperation, head: str, tail: str) -> None:
        known = next((f for f in self._filters if (f.head, f.tail) == (head, tail)), None)
        if operation is FilterOperation.ADD:
            self._filters.append(MessageFilter(index=0, head=head, tail=tail))
        elif known is None:
            raise Refused
        else:
            self._filters.remove(known)

    @queries(c.SYSMSGFILTERCFG)
    def filters(self) -> tuple[MessageFilter, ...]:
        """List the filters."""
        return tuple(evolve(item, index=index) for index, item in enumerate(self._filters))

    # Restart and sleep

    @handles(c.RST)
    def reset(self, command: c.RST) -> None:
        """Start anew behind the answer; there is no loader to restart into."""
        if command.mode not in (None, RestartMode.RUN):
            raise Refused
        self._module.console.after_answer(self._module.restart)

    @handles(c.RESTORE)
    def restore(self, _: c.RESTORE) -> None:
        """Go back to the factory's settings and start anew."""
        self._module.restore()
        self._module.console.after_answer(self._module.restart)

    @handles(c.RFCAL)
    def calibrate(self, _: c.RFCAL) -> None:
        """Start anew, as the firmware does."""
        self._module.console.after_answer(self._module.restart)

    @handles(c.GSLP)
    def sleep_deeply(self, command: c.GSLP) -> DeepSleep | None:
        """Be gone for the time that was asked for, then start anew."""
        self._module.console.after_answer(lambda: self._module.restart(command.time_ms / 1000))
        return None

    @handles(c.SLEEPWKCFG)
    def configure_waking(self, command: c.SLEEPWKCFG) -> None:
        """Take a pin; nothing else can wake the chip."""
        if command.wakeup_source is not WakeSource.GPIO:
            raise Refused

    @handles(c.USERWKMCUCFG)
    def configure_host_waking(self, _: c.USERWKMCUCFG) -> None:
        """Take it; the host never sleeps here."""

    @handles(c.USERMCUSLEEP)
    def tell_host_sleep(self, _: c.USERMCUSLEEP) -> None:
        """Take it; the host is spoken to all the same."""

    # Chip

    @queries(c.SYSRAM)
    def free_memory(self) -> MemoryFree:
        """Tell a fixed amount."""
        return MemoryFree(free=_FREE, minimum_free=_MINIMUM_FREE if self._module.profile.shows_minimum_free else None)

    @handles(c.SYSRAM)
    def heap(self, _: c.SYSRAM) -> HeapRegion:
        """Tell fixed amounts, whatever kind is asked for."""
        if not self._module.profile.measures_heap:
            raise Refused
        return HeapRegion(largest_free_block=110592, free=_FREE, minimum_free=_MINIMUM_FREE, total=320 * 1024)

    @queries(c.SYSTEMP)
    def temperature(self) -> ChipTemperature:
        """Tell a pleasant one."""
        return ChipTemperature(celsius=_CELSIUS)

    @handles(c.SYSREG)
    def register(self, command: c.SYSREG) -> RegisterValue | None:
        """Read 0 everywhere; forget what is written."""
        if command.direction is RegisterAccess.READ:
            return RegisterValue(value=0)
        if command.value is None:
            raise Refused
        return None

    # Clock

    @handles(c.SYSTIMESTAMP)
    def set_clock(self, command: c.SYSTIMESTAMP) -> None:
        """Set the clock."""
        self.time = command.timestamp

    @queries(c.SYSTIMESTAMP)
    def read_clock(self) -> c.SYSTIMESTAMP:
        """Tell the time in whole seconds."""
        return c.SYSTIMESTAMP(timestamp=int(self.time))

    # Serial line

    @handles(c.UART_CUR)
    def set_line(self, command: c.UART_CUR) -> None:
        """Switch the line behind the answer."""
        self._module.settings.set(command)
        self._module.console.after_answer(lambda: self._module.set_baudrate(command.baudrate))

    @handles(c.UART_DEF)
    def store_line(self, command: c.UART_DEF) -> None:
        """Switch the line behind the answer, and for every start."""
        self._module.settings.set(command)
        self.set_line(c.UART_CUR(**_line(command)))

    @handles(c.UART)
    def set_line_by_alias(self, command: c.UART) -> None:
        """Do as UART_DEF."""
        self.store_line(c.UART_DEF(**_line(command)))

    @queries(c.UART_CUR)
    def read_line(self) -> c.UART_CUR:
        """Tell the settings in use, with what the clock divider makes of the speed."""
        line = _line(self._module.settings[c.UART_CUR])
        line["baudrate"] += line["baudrate"] // _DIVIDER_ERROR
        return c.UART_CUR(**line)

    @queries(c.UART)
    def read_line_by_alias(self) -> c.UART:
        """Do as UART_CUR."""
        return c.UART(**_line(self.read_line()))


def _line(command: c.UART | c.UART_CUR | c.UART_DEF) -> dict[str, Any]:
    return {parameter.name: getattr(command, parameter.name) for parameter in command.declaration.parameters}
