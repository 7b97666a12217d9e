"""Other ways to tell the module its network: WPS, SmartConfig, a web page. BluFi is with Bluetooth."""

from __future__ import annotations

from ....wire.codecs import Bool, Choice, Int, Quoting, SecretText, Text
from ....wire.command import Command, command, param
from ....wire.event import Evidence
from ....wire.secret import Secret
from ..values.wifi import AuthMode, SmartConfigType

__all__ = ["CWSTARTSMART", "CWSTOPSMART", "WEBSERVER", "WPS"]

_SECTION = "Wi-Fi AT Commands"


@command("WPS", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class WPS(Command[None]):
    """Begin or end push-button WPS; the events of a join follow within two minutes.

    :param enable: begin it.
    :param auth_floor: weakest security that is accepted.
    :raises CommandError: while the station is off or joined, or SmartConfig runs.

    Source: Wi-Fi AT Commands, AT+WPS.
    """

    enable: bool = param(Bool())
    auth_floor: AuthMode | None = param(Choice(AuthMode), default=None)


@command("CWSTARTSMART", timeout=3, section=_SECTION, execute=True)
class CWSTARTSMART(Command[None]):
    """Begin SmartConfig; :class:`SmartconfigType` and the events behind it tell what the phone does.

    :param type: the phone's protocol; ESP-TOUCH and AirKiss unless given.
    :param auth_floor: weakest security that is accepted.
    :param esptouch_v2_key: key of ESP-TOUCH v2, 16 bytes.
    :raises CommandError: while the station is off or joined, or WPS runs.

    Source: Wi-Fi AT Commands, AT+CWSTARTSMART.
    """

    type: SmartConfigType | None = param(Choice(SmartConfigType), default=None)
    auth_floor: AuthMode | None = param(Choice(AuthMode), default=None)
    esptouch_v2_key: str | Secret[str] | None = param(SecretText(Text(Quoting.ALWAYS, longest=16)), default=None)


@command("CWSTOPSMART", timeout=3, section=_SECTION)
class CWSTOPSMART(Command[None]):
    """End SmartConfig and free its memory; always due, six seconds after :class:`SmartconfigConnectedWifi`.

    :raises CommandError: never by itself.

    Source: Wi-Fi AT Commands, AT+CWSTOPSMART.
    """


@command("WEBSERVER", timeout=5, section="Web Server AT Commands", evidence=Evidence.DOCUMENTATION)
class WEBSERVER(Command[None]):
    """Begin or end a web page for network data and updates, from 2.1; not in the default firmware.

    :class:`WebServerRsp` tells what happens on it. Ending takes *enable* alone.

    :param enable: begin it.
    :param port: its port.
    :param timeout_s: seconds until an idle browser is dropped, 21 to 60.
    :raises CommandError: while the own access point is off, or another server runs.

    Source: Web Server AT Commands, AT+WEBSERVER.
    """

    enable: bool = param(Bool())
    port: int | None = param(Int(1, 65535), default=None)
    timeout_s: int | None = param(Int(21, 60, "s"), default=None)
