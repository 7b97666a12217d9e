"""Commands of classic Bluetooth, on the EMW3239 only."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Choice, Int, SecretText, Text
from ....wire.command import Command, Form, QueryForm, Setting, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import One
from ....wire.script import Prompt, Script
from ....wire.secret import Secret
from ..errors import NOT_CONNECTED
from ..values.enums import BluetoothEvents, Switch
from ..values.records import BluetoothAddress, BluetoothName, BluetoothPasskey, BluetoothStatus

__all__ = ["BTDISCOVERY", "BTEVENT", "BTMAC", "BTNAME", "BTPASSKEY", "BTSEND", "BTSENDRAW", "BTSTATE"]


@command("BTNAME", timeout=5, section="8 AT+BTNAME", evidence=Evidence.DOCUMENTATION)
class BTNAME(Command[None]):
    """Set the name that other devices see; ``BTNAME.query()`` answers :class:`BluetoothName`.

    Source: manual 8, AT+BTNAME.

    :param name: the name.
    :raises CommandError: ``REFUSED`` in firmware without Bluetooth, or for a name that it does not take.
    """

    name: str = param(Text(shortest=1))

    query: ClassVar[QueryForm[BluetoothName]] = QueryForm(One(BluetoothName), Form.STORED)


@command("BTPASSKEY", timeout=5, section="8 AT+BTPASSKEY", evidence=Evidence.DOCUMENTATION)
class BTPASSKEY(Command[None]):
    """Set the pairing key; ``BTPASSKEY.query()`` answers :class:`BluetoothPasskey`.

    Source: manual 8, AT+BTPASSKEY.

    :param passkey: exactly six digits.
    :raises CommandError: ``REFUSED`` in firmware without Bluetooth, or for a key that is not of its length.
    """

    passkey: str | Secret[str] = param(SecretText(Text(pattern="[0-9]{6}")))

    query: ClassVar[QueryForm[BluetoothPasskey]] = QueryForm(One(BluetoothPasskey), Form.STORED)


@command("BTMAC", timeout=5, section="8 AT+BTMAC", evidence=Evidence.DOCUMENTATION)
class BTMAC(Command[BluetoothAddress]):
    """Ask for the Bluetooth address: ``BTMAC.query()`` answers :class:`BluetoothAddress`.

    Source: manual 8, AT+BTMAC.

    :raises CommandError: ``REFUSED`` in firmware without Bluetooth.
    """

    query: ClassVar[QueryForm[BluetoothAddress]] = QueryForm(One(BluetoothAddress), Form.STORED)


@command("BTDISCOVERY", timeout=5, section="8 AT+BTDISCOVERY", evidence=Evidence.DOCUMENTATION)
class BTDISCOVERY(Command[None]):
    """Make the module visible to other devices and open to connections, or not.

    Source: manual 8, AT+BTDISCOVERY.

    :param mode: ``ON`` or ``OFF``; transparent mode switches it on by itself.
    :raises CommandError: ``REFUSED`` in firmware without Bluetooth.
    """

    mode: Switch = param(Choice(Switch))


# The manual has EN and DN, the source of a sibling ON and OFF. Closed: the events have the same name as the answer.
_EVENTS = Choice(BluetoothEvents, closed=True, aliases={"ON": BluetoothEvents.ENABLE, "OFF": BluetoothEvents.DISABLE})


@command("BTEVENT", timeout=5, section="8 AT+BTEVENT")
class BTEVENT(Setting):
    """Switch the Bluetooth events ``+BTEVENT``; ``BTEVENT.query()`` reads it back.

    While they are off, received bytes come without any frame, in command mode too.

    Source: manual 8, AT+BTEVENT.

    :param mode: ``ENABLE``, as the factory has it, or ``DISABLE``.
    :raises CommandError: ``REFUSED`` in firmware without Bluetooth.
    """

    mode: BluetoothEvents = param(_EVENTS)


@command("BTSTATE", timeout=5, section="8 AT+BTSTATE", evidence=Evidence.DOCUMENTATION)
class BTSTATE(Command[BluetoothStatus]):
    """Ask for the state of the RFCOMM connection: ``BTSTATE.query()`` answers :class:`BluetoothStatus`.

    Source: manual 8, AT+BTSTATE.

    :raises CommandError: ``REFUSED`` in firmware without Bluetooth.
    """

    query: ClassVar[QueryForm[BluetoothStatus]] = QueryForm(One(BluetoothStatus))


@command(
    "BTSEND",
    timeout=8,
    section="8 AT+BTSEND",
    script=Script(prompt=Prompt.REQUIRED, meanings=NOT_CONNECTED),
)
class BTSEND(Command[None]):
    """Send bytes to the connected host.

    About 6 s after its prompt the module sends what it has got, however little.

    Source: manual 8, AT+BTSEND; MXCHIP source of a sibling for the closing OK.

    :param length: number of bytes, filled in.
    :param data: 1 to 1024 bytes; a sibling takes 255 at most.
    :raises CommandError: ``NOT_CONNECTED`` when no host is connected.
    """

    length: int | None = length_of("data", Int(1, 1024, "bytes"), default=None)
    data: bytes | None = payload()


@command("BTSENDRAW", timeout=5, section="8 AT+BTSENDRAW", script=Script(stream=True))
class BTSENDRAW(Command[None]):
    """Turn the serial line into the RFCOMM connection: all bytes pass both ways until ``+++`` stands alone.

    With no host connected the module becomes visible. The mode may survive a restart.

    Source: manual 8, AT+BTSENDRAW; MXCHIP source of a sibling for the answer to ``+++``.

    :raises CommandError: ``REFUSED`` in firmware without Bluetooth.
    """
