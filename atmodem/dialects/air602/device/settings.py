"""The commands that set and read parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....virtual.device import Part
from ....virtual.handlers import Handler
from ....virtual.results import Answer, Final, Refused
from ....wire.command import Command, Form, Query
from ..commands.http import WEBS
from ..commands.net import APNIP, NIP
from ..commands.socket import ATRM
from ..commands.system import DNAME
from ..commands.uart import UART
from ..commands.wifi import APCHL, APENCRY, APKEY, APSSID, BSSID, CHL, ENCRY, KEY, SSID
from ..records import AutoSocket, DeviceName
from ..values import KeyFormat, Protocol, Role, Security, Selection, StopBits
from .codes import Code
from .parameters import Parameters

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["SettingsPart"]

_SLOW_BAUDRATES = (1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
_BAUDRATES = frozenset((*_SLOW_BAUDRATES, 230400, 460800, 921600, 1_000_000, 1_250_000, 1_500_000, 2_000_000))


class SettingsPart(Part):
    """Obeys every command that only sets or reads a parameter.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self.parameters: Parameters = Parameters()

    def power_up(self) -> None:
        self.parameters.restart()

    def handler_of(self, command: Command[Any]) -> Handler | None:
        """Return what obeys *command*; None where it is no parameter."""
        cls = command.of if isinstance(command, Query) else type(command)
        if cls not in self.parameters:
            return None
        return (lambda _: self._told(cls)) if command.form is Form.QUERY else self._set

    def _set(self, command: Command[Any]) -> None:
        _check(command)
        if isinstance(command, DNAME) and not self._module.profile.has_device_name:
            raise Refused(Code.INV_PARAMS)
        save = command.form is Form.SAVE
        self.parameters.set(command, save=save)
        if isinstance(command, ENCRY) and command.mode == Security.OPEN:
            self.parameters.set(KEY(format=KeyFormat.ASCII, index=0, key=""), save=save)
        if isinstance(command, APENCRY) and command.mode == Security.OPEN:
            self.parameters.set(APKEY(format=KeyFormat.ASCII, index=0, key=""), save=save)

    def _told(self, cls: type[Command[Any]]) -> Answer:
        """Return a parameter as the firmware prints it."""
        held = self.parameters[cls]
        match held:
            case ATRM():
                host = "" if (held.protocol, held.cs) == (Protocol.UDP, Role.SERVER) else held.host_timeout
                return AutoSocket(protocol=held.protocol, cs=held.cs, host_timeout=host, port=held.port)
            case APCHL():
                return APCHL(mode=Selection.FIXED, channel=held.channel)
            case BSSID(mode=Selection.AUTO):
                return BSSID(mode=Selection.AUTO)
            case CHL(mode=Selection.AUTO):
                return CHL(mode=Selection.AUTO)
            case DNAME():
                has_name = self._module.profile.has_device_name and held.devicename
                return DeviceName(devicename=held.devicename) if has_name else None
            case SSID(ssid="") | APSSID(ssid=""):
                return Final(b"+OK=")
            case UART() if not self._module.profile.tells_flow_control:
                return UART(baudrate=held.baudrate, databit=held.databit, stopbit=held.stopbit, parity=held.parity)
            case WEBS(enable=False):
                return WEBS(enable=False)
            case _:
                return held


def _check(command: Command[Any]) -> None:
    """Refuse arguments that do not go together."""
    match command:
        case NIP() | APNIP():
            addresses = (command.ip, command.netmask, command.gateway, command.dns)
            wanted = 4 if command.type else 0
            fits = sum(address is not None for address in addresses) == wanted
        case BSSID():
            fits = (command.bssid is not None) == (command.mode == Selection.FIXED)
        case CHL() | APCHL():
            fits = (command.channel is not None) == (command.mode == Selection.FIXED)
        case UART():
            if command.stopbit == StopBits.RESERVED or command.baudrate not in _BAUDRATES:
                raise Refused(Code.OPS)
            fits = True
        case _:
            fits = True
    if not fits:
        raise Refused(Code.INV_PARAMS)
