"""Commands of the ILOP cloud, on ILOP firmware only; the manual lacks them."""

from __future__ import annotations

from typing import ClassVar

from ....errors import InvalidArgument
from ....wire.codecs import Choice, Int, ListOf, SecretText, Text
from ....wire.command import Command, QueryForm, Setting, command, length_of, param, payload
from ....wire.reply import One
from ....wire.script import Prompt, Script
from ....wire.secret import Secret
from ..errors import NOT_CONNECTED
from ..values.enums import DataModel, IcaMethod, IlopRegion
from ..values.records import IlopIdentity, IlopStatus, ThingModelStatus

__all__ = [
    "ILOPAWSPRESS",
    "ILOPAWSSTART",
    "ILOPCONFIG",
    "ILOPDM",
    "ILOPDOMAIN",
    "ILOPRESET",
    "ILOPSENDICA",
    "ILOPSENDRAW",
    "ILOPSET",
    "ILOPSTART",
    "ILOPSTATUS",
    "ILOPSTOP",
    "ILOPTSL",
    "ILOPTSLPRE",
]

_SECTION = "MXCHIP/iot-host-sdk, ilop"


@command("ILOPDOMAIN", timeout=5, section=_SECTION)
class ILOPDOMAIN(Setting):
    """Choose the region of the cloud; ``ILOPDOMAIN.query()`` reads it back.

    Source: MXCHIP/iot-host-sdk, ilop.

    :param domain: the region.
    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """

    domain: IlopRegion = param(Choice(IlopRegion))


@command("ILOPDM", timeout=5, section=_SECTION)
class ILOPDM(Setting):
    """Choose how the device and the cloud talk; ``ILOPDM.query()`` reads it back.

    Source: MXCHIP/iot-host-sdk, ilop.

    :param mode: the data model.
    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """

    mode: DataModel = param(Choice(DataModel))


@command("ILOPCONFIG", timeout=5, section=_SECTION)
class ILOPCONFIG(Command[ThingModelStatus]):
    """Ask whether a thing model has been loaded: ``ILOPCONFIG.query()`` answers :class:`ThingModelStatus`.

    Source: MXCHIP/iot-host-sdk, ilop.

    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """

    query: ClassVar[QueryForm[ThingModelStatus]] = QueryForm(One(ThingModelStatus))


@command("ILOPTSLPRE", timeout=5, section=_SECTION)
class ILOPTSLPRE(Command[None]):
    """Announce a thing model, whose blocks ILOPTSL loads.

    Source: MXCHIP/iot-host-sdk, ilop.

    :param length: bytes of the whole model.
    :param blocks: number of blocks of 4096 bytes, the last one shorter.
    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """

    length: int = param(Int(1, unit="bytes"))
    blocks: int = param(Int(1))


@command("ILOPTSL", timeout=10, section=_SECTION, script=Script(prompt=Prompt.REQUIRED))
class ILOPTSL(Command[None]):
    """Load one block of a thing model.

    Source: MXCHIP/iot-host-sdk, ilop.

    :param index: number of the block.
    :param data: the block: 4096 bytes, the last one shorter.
    :raises CommandError: ``REFUSED``.
    """

    index: int = param(Int(0))
    data: bytes | None = payload(longest=4096)


@command("ILOPSET", timeout=5, section=_SECTION)
class ILOPSET(Command[None]):
    """Set the identity of the device; ``ILOPSET.query()`` answers :class:`IlopIdentity`.

    Source: MXCHIP/iot-host-sdk, ilop.

    :param product_key: key of the product.
    :param product_secret: secret of the product.
    :param device_secret: secret of the device.
    :param device_name: name of the device.
    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """

    product_key: str = param(Text(shortest=1))
    product_secret: str | Secret[str] = param(SecretText(Text(shortest=1)))
    device_secret: str | Secret[str] = param(SecretText(Text(shortest=1)))
    device_name: str = param(Text(shortest=1))

    query: ClassVar[QueryForm[IlopIdentity]] = QueryForm(One(IlopIdentity))


@command("ILOPAWSSTART", timeout=5, section=_SECTION)
class ILOPAWSSTART(Command[None]):
    """Listen for a phone that gives a network. :class:`StationUp` tells that joining worked.

    Source: MXCHIP/iot-host-sdk, ilop.

    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """


@command("ILOPAWSPRESS", timeout=5, section=_SECTION)
class ILOPAWSPRESS(Command[None]):
    """Confirm what the phone asked for, as a button on the device would.

    Source: MXCHIP/iot-host-sdk, ilop.

    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """


@command("ILOPSTART", timeout=5, section=_SECTION)
class ILOPSTART(Command[None]):
    """Connect to the cloud; :class:`IlopCloudConnected` follows.

    Source: MXCHIP/iot-host-sdk, ilop.

    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """


@command("ILOPSTATUS", timeout=5, section=_SECTION)
class ILOPSTATUS(Command[IlopStatus]):
    """Ask for the state of the connection: ``ILOPSTATUS.query()`` answers :class:`IlopStatus`.

    Source: MXCHIP/iot-host-sdk, ilop.

    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """

    query: ClassVar[QueryForm[IlopStatus]] = QueryForm(One(IlopStatus))


@command("ILOPRESET", timeout=5, section=_SECTION)
class ILOPRESET(Command[None]):
    """Forget the user that the device is bound to.

    Source: MXCHIP/iot-host-sdk, ilop.

    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """


@command("ILOPSTOP", timeout=5, section=_SECTION)
class ILOPSTOP(Command[None]):
    """Leave the cloud; :class:`IlopCloudDisconnected` follows.

    Source: MXCHIP/iot-host-sdk, ilop.

    :raises CommandError: ``REFUSED`` in firmware without ILOP.
    """


@command("ILOPSENDICA", timeout=5, section=_SECTION)
class ILOPSENDICA(Command[None]):
    """Report to the cloud by the thing model.

    Source: MXCHIP/iot-host-sdk, ilop.

    :param method: a property, an event or the result of a service.
    :param pairs: keys and values in turn.
    :raises InvalidArgument: for a key without a value.
    """

    method: IcaMethod = param(Choice(IcaMethod))
    pairs: tuple[str, ...] = param(ListOf(Text()), rest=True)

    def __attrs_post_init__(self) -> None:
        if not self.pairs or len(self.pairs) % 2:
            raise InvalidArgument("pairs", "keys and values in turn", command="AT+ILOPSENDICA")


@command("ILOPSENDRAW", timeout=10, section=_SECTION, script=Script(prompt=Prompt.REQUIRED, meanings=NOT_CONNECTED))
class ILOPSENDRAW(Command[None]):
    """Send bytes to the cloud without a thing model.

    Source: MXCHIP/iot-host-sdk, ilop.

    :param length: number of bytes, filled in.
    :param data: 1 to 1024 bytes; the true limit is not documented.
    :raises CommandError: ``NOT_CONNECTED``; no data were sent.
    """

    length: int | None = length_of("data", Int(1, 1024, "bytes"), default=None)
    data: bytes | None = payload()
