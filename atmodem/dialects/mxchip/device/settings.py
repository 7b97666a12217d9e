"""The commands that only set, and read back, something that the module keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles, queries
from ....wire.command import Command, Form
from ....wire.secret import Secret
from ..commands.bluetooth import BTEVENT, BTNAME, BTPASSKEY
from ..commands.ethernet import ENETRAWMODE
from ..commands.ilop import ILOPDM, ILOPDOMAIN, ILOPSET
from ..commands.mqtt import (
    MQTTAUTH,
    MQTTAUTOSTART,
    MQTTCAVERIFY,
    MQTTCID,
    MQTTEVENT,
    MQTTKEEPALIVE,
    MQTTPUB,
    MQTTRECONN,
    MQTTSOCK,
    MQTTSSL,
)
from ..commands.net import WJAPIP, WSAPIP
from ..commands.sockets import CIPRECVCFG
from ..commands.system import CIPEVENT, FLASHLOCK, WEVENT
from ..commands.uart import UART, UARTE, UARTFOMAT
from ..commands.wifi import WDHCP, WSCANOPT
from ..values.enums import (
    BaudRate,
    BluetoothEvents,
    DataModel,
    FlowControl,
    IlopRegion,
    Parity,
    ReceiveMode,
    ScanOption,
    Switch,
)
from ..values.records import BluetoothName, BluetoothPasskey, IlopIdentity, MqttClientId, MqttLogin, MqttPublication
from .plain import plain

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["NO_ADDRESS", "SettingsPart", "factory_settings"]

NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - told, not bound


def factory_settings(baudrate: int) -> Mapping[Command[Any], Keep]:
    """Return the factory's settings, and when each is written to flash.

    :param baudrate: speed of the serial line.
    """
    kept: tuple[Command[Any], ...] = (
        BTEVENT(mode=BluetoothEvents.ENABLE),
        BTNAME(name="EMW3239"),
        BTPASSKEY(passkey="000000"),
        CIPEVENT(state=Switch.ON),
        CIPRECVCFG(recv_mode=ReceiveMode.RAW),
        ENETRAWMODE(mode=Switch.OFF),
        ILOPDM(mode=DataModel.ICA_CLOUD),
        ILOPDOMAIN(domain=IlopRegion.SHANGHAI),
        ILOPSET(product_key="", product_secret="", device_secret="", device_name=""),
        MQTTAUTH(username="", password=""),
        MQTTAUTOSTART(status=Switch.OFF),
        MQTTCAVERIFY(verify_server=Switch.OFF, verify_client=Switch.OFF),
        MQTTCID(client_id=""),
        MQTTEVENT(status=Switch.ON),
        MQTTKEEPALIVE(period=60),
        MQTTPUB(topic="", qos=0),
        MQTTRECONN(status=Switch.ON),
        MQTTSOCK(host="", port=1883),
        MQTTSSL(status=Switch.OFF),
        UART(baud_rate=BaudRate(baudrate), data_bits=8, stop_bit=1, parity=Parity.NONE, flow_control=FlowControl.NONE),
        UARTFOMAT(length=1024, time=100),
        WDHCP(option=Switch.ON),
        WEVENT(state=Switch.ON),
        WJAPIP(ip=NO_ADDRESS, netmask=NO_ADDRESS, gateway=NO_ADDRESS, dns=NO_ADDRESS),
        WSAPIP(ip=NO_ADDRESS, netmask=NO_ADDRESS, gateway=NO_ADDRESS),
        WSCANOPT(option=ScanOption.NORMAL),
    )
    volatile = (FLASHLOCK(mode=Switch.OFF), UARTE(option=Switch.ON))
    return {**dict.fromkeys(kept, Keep.ASKED), **dict.fromkeys(volatile, Keep.NEVER)}


class SettingsPart(Part):
    """Obeys the settings that have an effect of their own, or another shape when they are read.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module

    def power_up(self) -> None:
        self._module.settings.restart()
        self._module.set_frame_time(self._module.settings[UARTFOMAT].time / 1000)

    @handles(FLASHLOCK)
    def lock_flash(self, command: FLASHLOCK) -> None:
        """Write no more to flash, or do again."""
        self._module.settings.set(command)
        self._module.settings.storing = command.mode == Switch.OFF

    @handles(UARTE)
    def set_echo(self, command: UARTE) -> None:
        """Switch the echo from the answer on."""
        self._module.settings.set(command)
        self._module.console.echo = command.option == Switch.ON

    @handles(UARTFOMAT)
    def set_framing(self, command: UARTFOMAT) -> None:
        """Change how frames end, from now on."""
        self._module.settings.set(command)
        self._module.set_frame_time(command.time / 1000)

    # Read back as records

    @queries(BTNAME, Form.STORED)
    def bluetooth_name(self) -> BluetoothName:
        """Tell it."""
        return BluetoothName(name=self._module.settings[BTNAME].name)

    @queries(BTPASSKEY, Form.STORED)
    def bluetooth_passkey(self) -> BluetoothPasskey:
        """Tell it."""
        return BluetoothPasskey(passkey=_secret(self._module.settings[BTPASSKEY].passkey))

    @queries(ILOPSET)
    def ilop_identity(self) -> IlopIdentity:
        """Tell it."""
        held = self._module.settings[ILOPSET]
        return IlopIdentity(
            product_key=held.product_key,
            product_secret=_secret(held.product_secret),
            device_secret=_secret(held.device_secret),
            device_name=held.device_name,
        )

    @queries(MQTTAUTH, Form.STORED)
    def mqtt_login(self) -> MqttLogin:
        """Tell it."""
        held = self._module.settings[MQTTAUTH]
        return MqttLogin(username=held.username, password=_secret(held.password))

    @queries(MQTTCID, Form.STORED)
    def mqtt_client_id(self) -> MqttClientId:
        """Tell it."""
        return MqttClientId(client_id=self._module.settings[MQTTCID].client_id)

    @queries(MQTTPUB, Form.STORED)
    def mqtt_publication(self) -> MqttPublication:
        """Tell topic and quality of service."""
        held = self._module.settings[MQTTPUB]
        return MqttPublication(topic=held.topic, qos=held.qos)


def _secret(text: str | Secret[str]) -> Secret[str]:
    return Secret(plain(text))
