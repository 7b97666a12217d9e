"""Events of the clouds that firmware variants serve: ILOP, GOME, QLINK and Alink."""

from __future__ import annotations

from ....wire.codecs import Int, Text
from ....wire.counted import Data, Trailer
from ....wire.event import Event, Evidence, event
from ....wire.event import value as field  # one event has a field of that name
from ..values.codecs import EscapedText, Pairs

__all__ = [
    "AlinkData",
    "AlinkRequest",
    "AlinkState",
    "GomeConnecting",
    "IlopCloudConnected",
    "IlopCloudDisconnected",
    "IlopData",
    "IlopLocalConnected",
    "IlopLocalDisconnected",
    "IlopSet",
    "IlopThingModelWanted",
    "QlinkData",
    "QlinkState",
]

_SECTION = "EVENT event notification"


@event("+ILOPEVENT:ILOP,TSL_THING", name="ILOPEVENT", kind="ILOP,TSL_THING", lead=True, section=_SECTION)
class IlopThingModelWanted(Event):
    """The module asks for its thing model: ILOPTSLPRE announces it."""


@event("+ILOPEVENT:ILOP,CLOUD_CONNECT", name="ILOPEVENT", kind="ILOP,CLOUD_CONNECT", lead=True, section=_SECTION)
class IlopCloudConnected(Event):
    """Connected to the cloud."""


@event("+ILOPEVENT:ILOP,LOCAL_CONNECT", name="ILOPEVENT", kind="ILOP,LOCAL_CONNECT", lead=True, section=_SECTION)
class IlopLocalConnected(Event):
    """A phone on the same network connected."""


@event("+ILOPEVENT:ILOP,CLOUD_DISCONNECT", name="ILOPEVENT", kind="ILOP,CLOUD_DISCONNECT", lead=True, section=_SECTION)
class IlopCloudDisconnected(Event):
    """The connection to the cloud is gone."""


@event("+ILOPEVENT:ILOP,LOCAL_DISCONNECT", name="ILOPEVENT", kind="ILOP,LOCAL_DISCONNECT", lead=True, section=_SECTION)
class IlopLocalDisconnected(Event):
    """The phone on the same network is gone."""


@event(
    "+ILOPEVENT:SETICA,<method>,<key>,<value>[,<more>]", name="ILOPEVENT", kind="SETICA", lead=True, section=_SECTION
)
class IlopSet(Event):
    """The cloud sets values by the thing model.

    :param method: what they are, such as ``property``.
    :param key: name of the first value.
    :param value: the value.
    :param more: further names with their values.
    """

    method: str = field(Text())
    key: str = field(EscapedText())
    value: str = field(EscapedText())
    more: tuple[tuple[str, str], ...] = field(Pairs(), default=())


# The trailer is that of other counted events; nobody has seen it here.
@event(
    "+ILOPEVENT:SETRAW,<length>,<data>",
    name="ILOPEVENT",
    kind="SETRAW",
    lead=True,
    section=_SECTION,
    evidence=Evidence.UNPROVEN,
)
class IlopData(Event):
    """The cloud sends bytes without a thing model.

    :param length: number of bytes that the module announced.
    :param data: the bytes.
    :param short: they stopped before that number.
    """

    length: int = field(Int(0, 65535))
    data: bytes = field(Data(maximum=65535, trailer=Trailer(b"\r\n")))
    short: bool = False


@event(
    "+GOMEEVENT:GOME,CONNECTING",
    name="GOMEEVENT",
    kind="GOME,CONNECTING",
    lead=True,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
)
class GomeConnecting(Event):
    """The module connects to the GOME cloud."""


@event("+QLINKEVENT:QLINK,<state>", name="QLINKEVENT", kind="QLINK", lead=True)
class QlinkState(Event):
    """The connection to the QLINK cloud changed.

    :param state: ``CONNECT``, ``DISCONNECT``, ``LOCAL_CONNECT`` or ``LOCAL_DISCONNECT``.
    """

    state: str = field(Text())


@event("+QLINKEVENT:SET,<length>,<data>", name="QLINKEVENT", kind="SET", lead=True)
class QlinkData(Event):
    """The QLINK cloud sends JSON.

    :param length: number of bytes that the module announced.
    :param data: the bytes.
    :param short: they stopped before that number.
    """

    length: int = field(Int(0, 65535))
    data: bytes = field(Data(maximum=65535, trailer=Trailer(b"\r\n")))
    short: bool = False


@event("+ALINKEVENT:ALINK,<state>", name="ALINKEVENT", kind="ALINK", lead=True)
class AlinkState(Event):
    """The connection to the Alink cloud changed.

    :param state: ``CONNECT`` or ``DISCONNECT``.
    """

    state: str = field(Text())


@event("+ALINKEVENT:GET,<format>", name="ALINKEVENT", kind="GET", lead=True)
class AlinkRequest(Event):
    """The Alink cloud asks for the state of the device.

    :param format: ``JSON`` or ``RAW``.
    """

    format: str = field(Text())


@event("+ALINKEVENT:SET,<format>,<length>,<data>", name="ALINKEVENT", kind="SET", lead=True)
class AlinkData(Event):
    """The Alink cloud sends data.

    :param format: ``JSON`` or ``RAW``.
    :param length: number of bytes that the module announced.
    :param data: the bytes.
    :param short: they stopped before that number.
    """

    format: str = field(Text())
    length: int = field(Int(0, 65535))
    data: bytes = field(Data(maximum=65535, trailer=Trailer(b"\r\n")))
    short: bool = False
