"""The MQTT client. Nothing in its values can be quoted: none may hold a comma, and an empty one counts as missing."""

from __future__ import annotations

from ....wire.codecs import Bool, Int, Ip, SecretText
from ....wire.command import Command, command, param
from ....wire.event import Evidence
from ....wire.secret import Secret
from ..codecs import BareText

__all__ = ["MCLOSE", "MCONNECT", "MID", "MLOGIN", "MPUB", "MSERVER", "MSUB"]


@command("MSERVER", timeout=2, section="2.2.4.1", evidence=Evidence.DOCUMENTATION)
class MSERVER(Command[None]):
    """Set the address of the broker.

    :param port: its port, 1 to 65535.
    :param ip: its IPv4 address; a host name is not supported.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.4.1.
    """

    port: int = param(Int(1, 65535))
    ip: str = param(Ip())


@command("MLOGIN", timeout=2, section="2.2.4.2", evidence=Evidence.DOCUMENTATION)
class MLOGIN(Command[None]):
    """Set user and password.

    :param user: the user, without commas.
    :param password: the password, without commas.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.4.2.
    """

    user: str = param(BareText(shortest=1, first=True))
    password: str | Secret[str] = param(SecretText(BareText(shortest=1)))


@command("MID", timeout=2, section="2.2.4.3", evidence=Evidence.DOCUMENTATION)
class MID(Command[None]):
    """Set the client identifier.

    :param client_id: the identifier, without commas.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.4.3.
    """

    client_id: str = param(BareText(shortest=1, first=True))


@command("MCONNECT", timeout=2, section="2.2.4.4", evidence=Evidence.DOCUMENTATION)
class MCONNECT(Command[None]):
    """Begin to connect to the broker; the event MQTT tells how it ended, within about 30 s.

    :raises CommandError: the manual does not tell which code; how the connection ended comes as an event.

    Source: manual 2.2.4.4.
    """


@command("MSUB", timeout=2, section="2.2.4.5", evidence=Evidence.DOCUMENTATION)
class MSUB(Command[None]):
    """Begin to subscribe; the event MSUB tells how it ended, where the firmware sends it. One at a time.

    :param topic: the filter, without commas.
    :param qos: highest quality of service, 0 to 2.
    :raises CommandError: the manual does not tell which code; how it ended comes as an event.

    Source: manual 2.2.4.5.
    """

    topic: str = param(BareText(shortest=1, first=True))
    qos: int = param(Int(0, 2), default=0)


@command("MPUB", timeout=2, section="2.2.4.6", evidence=Evidence.DOCUMENTATION)
class MPUB(Command[None]):
    """Begin to publish; the event MPUB tells how it ended. One at a time.

    :param topic: the topic, without commas.
    :param qos: quality of service, 0 to 2.
    :param retain: the broker keeps the message.
    :param message: the payload as text of at least one byte, without commas, CR, LF and NUL; the whole line has 512
        bytes at most.
    :raises CommandError: the manual does not tell which code; how it ended comes as an event.

    Source: manual 2.2.4.6.
    """

    topic: str = param(BareText(shortest=1, first=True))
    qos: int = param(Int(0, 2))
    retain: bool = param(Bool())
    message: str = param(BareText(shortest=1))


@command("MCLOSE", timeout=3, section="2.2.4.8", evidence=Evidence.DOCUMENTATION)
class MCLOSE(Command[None]):
    """Disconnect from the broker.

    :raises CommandError: the manual does not tell which code.

    Source: manual 2.2.4.8.
    """
