"""The parameters of the firmware, in memory and in flash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from ....wire.command import Command
from ..commands.http import WEBS
from ..commands.net import APNIP, DNS, NIP
from ..commands.provisioning import ONEMODE, ONESHOT
from ..commands.socket import ATRM
from ..commands.system import CMDM, DNAME, IOM, MAC, PASS, PORTM
from ..commands.uart import ATLT, ATM, ATPT, ESPC, ESPT, UART
from ..commands.wifi import (
    APCHL,
    APENCRY,
    APKEY,
    APSSID,
    APWBGR,
    BRDSSID,
    BSSID,
    CHL,
    CHLL,
    ENCRY,
    KEY,
    SSID,
    WARC,
    WARM,
    WATC,
    WBGR,
    WPRT,
    WPSM,
    WREG,
)
from ..values import (
    AddressMode,
    ApRadioMode,
    DataBits,
    InterfaceMode,
    KeyFormat,
    NetworkType,
    OneKeyMode,
    Parity,
    Protocol,
    RadioMode,
    Role,
    Security,
    Selection,
    StopBits,
    Switch,
    WorkMode,
)

__all__ = ["Parameters"]

C = TypeVar("C", bound=Command[Any])
_Values = Mapping[type[Command[Any]], Command[Any]]

_NETMASK = "255.255.255.0"
_FACTORY: tuple[Command[Any], ...] = (
    APCHL(mode=Selection.FIXED, channel=11),
    APENCRY(mode=Security.OPEN),
    APKEY(format=KeyFormat.ASCII, index=0, key=""),
    APNIP(type=AddressMode.STATIC, ip="192.168.0.1", netmask=_NETMASK, gateway="192.168.0.1", dns="192.168.0.1"),
    APSSID(ssid=""),
    APWBGR(mode=ApRadioMode.BG, rate=12),
    ATLT(length=512),
    ATM(mode=WorkMode.COMMAND),
    ATPT(period=50),
    ATRM(protocol=Protocol.TCP, cs=Role.SERVER, host_timeout="0", port=60000),
    BRDSSID(enable=True),
    BSSID(mode=Selection.AUTO),
    CHL(mode=Selection.AUTO),
    CHLL(channel_list=0x3FFF),
    CMDM(mode=0),
    DNAME(devicename=""),
    DNS(name="local.winnermicro"),
    ENCRY(mode=Security.OPEN),
    ESPC(char=ord("+")),
    ESPT(period=200),
    IOM(mode=0),
    KEY(format=KeyFormat.ASCII, index=0, key=""),
    MAC(mac="28:6d:cd:00:4e:7d"),
    NIP(type=AddressMode.DHCP, ip="192.168.1.1", netmask=_NETMASK, gateway="192.168.1.1", dns="192.168.1.1"),
    ONEMODE(mode=OneKeyMode.ONESHOT),
    ONESHOT(status=Switch.OFF),
    PASS(password="000000"),  # noqa: S106 - from the factory
    PORTM(mode=InterfaceMode.UART_LOW),
    SSID(ssid=""),
    UART(baudrate=115200, databit=DataBits.EIGHT, stopbit=StopBits.ONE, parity=Parity.NONE, flowcontrol=False),
    WARC(count=255),
    WARM(enable=False),
    WATC(enable=False),
    WBGR(mode=RadioMode.BGN, rate=28),
    WEBS(enable=True, port=80),
    WPRT(type=NetworkType.STA),
    WPSM(enable=False),
    WREG(region=0),
)

#: Those of which the firmware reads the copy in flash, in queries and when it joins.
_READ_FROM_FLASH = frozenset((APKEY, APSSID, CHLL, KEY, PORTM, WARC, WPRT, WPSM))


class Parameters:
    """All parameters, twice, each kept as the command that would set it."""

    def __init__(self) -> None:
        self._factory: _Values = {type(command): command for command in _FACTORY}
        self._flash = dict(self._factory)
        self._memory = dict(self._factory)
        self._user_defaults = dict(self._factory)
        #: Setters change the user defaults in place of what runs.
        self.editing_defaults: bool = False

    def __contains__(self, command: object) -> bool:
        return command in self._factory

    def __getitem__(self, command: type[C]) -> C:
        """Return the value that counts: from flash for those that the firmware reads there, else from memory."""
        values = self._flash if command in _READ_FROM_FLASH else self._memory
        return cast(C, values[command])

    def set(self, command: Command[Any], *, save: bool = False) -> None:
        """Set what *command* says in memory, and in flash where *save*; an argument left out stays as it is."""
        cls = type(command)
        where = self._user_defaults if self.editing_defaults else self._memory
        names = [p.name for p in cls.declaration.parameters if not p.flag]
        given = {name: value for name in names if (value := getattr(command, name)) is not None}
        kept = {name: getattr(where[cls], name) for name in names}
        where[cls] = cls(**{**kept, **given})
        if save and not self.editing_defaults:
            self._flash[cls] = self._memory[cls]

    def save_all(self) -> None:
        """Write everything in memory to flash."""
        self._flash = dict(self._memory)

    def restore(self) -> None:
        """Write the factory's values to flash; those in memory stay until the next start."""
        self._flash = dict(self._factory)

    def restart(self) -> None:
        """Forget what was not written to flash."""
        self._memory = dict(self._flash)
        self.editing_defaults = False
