"""What the Air602 tells unasked."""

from __future__ import annotations

from ...wire.codecs import Choice, Int, Ip
from ...wire.counted import Cut, Data, Trailer
from ...wire.event import Event, Evidence, event, value
from .values import MqttResult, MqttState

__all__ = ["HTTPCERRRPT", "HTTPCRPT", "MQD", "MQTT", "MTOPIC", "READY", "SKTRPT", "MPUBResult", "MSUBResult"]


@event("ready", name="READY", restarts=True, section="2.2.1.2", evidence=Evidence.DOCUMENTATION)
class READY(Event):
    """The module has started: what was not saved, sockets and MQTT sessions are gone.

    Source: manual 2.2.1.2, as the second line of the example. Not every firmware prints it.
    """


@event("+SKTRPT=<socket>,<length>,<ip>,<port>\r\n\r\n<data>", name="SKTRPT", evidence=Evidence.RUN)
class SKTRPT(Event):
    """Data came on a socket while SKRPTM is on.

    :param socket: the socket; for a TCP server the accepted client's.
    :param length: the bytes announced. Firmware of 2018 announces a whole TCP segment but delivers 511 bytes at most.
    :param ip: address of the sender.
    :param port: port of the sender.
    :param data: the bytes; none for an empty UDP datagram.
    :param short: fewer bytes came than were announced.

    Source: firmware; not in the manual.
    """

    socket: int = value(Int())
    length: int = value(Int())
    ip: str = value(Ip())
    port: int = value(Int())
    # One segment or datagram that fits a frame; firmware of 2018 goes on with the next message behind 511 bytes.
    data: bytes = value(Data(maximum=1472, cut=Cut(511, b"+")))
    short: bool = False


@event("+HTTPCRPT=<session>,<length>\r\n\r\n<data>", name="HTTPCRPT", evidence=Evidence.RUN)
class HTTPCRPT(Event):
    """The body of an HTTP response, while SKRPTM is on.

    Firmware of 2018 prints the header for the first response after a start only; later bodies come bare.

    :param session: the session that HTTPC told.
    :param length: the bytes of the whole body.
    :param data: the body.
    :param short: fewer bytes came than were announced.

    Source: firmware; not in the manual.
    """

    session: int = value(Int())
    length: int = value(Int())
    data: bytes = value(Data(maximum=65536))
    short: bool = False


@event("+HTTPCERRRPT=<session>,<err>", name="HTTPCERRRPT", evidence=Evidence.RUN)
class HTTPCERRRPT(Event):
    """An HTTP request failed; told while SKRPTM is on.

    :param session: the session that HTTPC told.
    :param err: code of the failure.

    Source: firmware; not in the manual.
    """

    session: int = value(Int())
    err: int = value(Int())


@event("+MQTT:<state>", name="MQTT", section="2.2.4.4", evidence=Evidence.DOCUMENTATION)
class MQTT(Event):
    """How MCONNECT ended. A connection that drops later is not told.

    :param state: connected or failed.

    Source: manual 2.2.4.4.
    """

    state: MqttState = value(Choice(MqttState))


@event("+MSUB:<result>", name="MSUB", section="2.2.4.5", evidence=Evidence.DOCUMENTATION)
class MSUBResult(Event):
    """How MSUB ended.

    :param result: ``OK``, or why not.

    Source: manual 2.2.4.5 and 2.2.4.9.
    """

    result: MqttResult = value(Choice(MqttResult))


@event("+MPUB:<result>", name="MPUB", section="2.2.4.6", evidence=Evidence.DOCUMENTATION)
class MPUBResult(Event):
    """How MPUB ended.

    :param result: ``OK``, or why not.

    Source: manual 2.2.4.6 and 2.2.4.9.
    """

    result: MqttResult = value(Choice(MqttResult))


@event("+MTOPIC:<length>,<topic>", name="MTOPIC", section="2.2.4.7", evidence=Evidence.DOCUMENTATION)
class MTOPIC(Event):
    """The topic of a message; its payload follows as :class:`MQD`.

    :param length: bytes of the topic.
    :param topic: the topic.
    :param short: fewer bytes came than were announced.

    Source: manual 2.2.4.7.
    """

    length: int = value(Int())
    # The manual's example has a blank before the topic that is neither in the format nor in the count.
    topic: bytes = value(Data(trailer=Trailer(b"\r\n"), stray_blank=True))
    short: bool = False


@event("+MQD:<length>,<data>", name="MQD", section="2.2.4.7", evidence=Evidence.DOCUMENTATION)
class MQD(Event):
    """The payload of a message, for the topic told just before.

    :param length: bytes of the payload.
    :param data: the payload; it may hold anything.
    :param short: fewer bytes came than were announced.

    Source: manual 2.2.4.7.
    """

    length: int = value(Int())
    data: bytes = value(Data(trailer=Trailer(b"\r\n\r\n")))
    short: bool = False
