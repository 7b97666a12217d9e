"""The policies of the WLAN, which ``WlanPolicySet`` writes and ``WlanPolicyGet`` reads."""

from __future__ import annotations

from typing import ClassVar

from ....errors import InvalidArgument
from ....wire import event
from ....wire.codecs import OpenStrEnum
from ..codecs import Number, Word, Words
from ..options import Option, option

__all__ = [
    "ConnectionOption",
    "ConnectionPolicy",
    "Negotiation",
    "P2pOption",
    "P2pPolicy",
    "PmOption",
    "PmPolicy",
    "ScanOption",
    "ScanPolicy",
    "WlanPolicy",
]


class ConnectionOption(OpenStrEnum):
    """By what the device connects on its own."""

    #: To a stored profile, after each loss and each start.
    AUTO = "auto"
    #: To the last access point, without a scan.
    FAST = "fast"
    #: To the first Wi-Fi Direct device that it finds.
    P2P = "p2p"
    #: Provisioning starts after a long time without a connection.
    AUTO_PROVISIONING = "auto_provisioning"


class ScanOption(OpenStrEnum):
    """How the device scans on its own."""

    HIDDEN_SSID = "hidden_ssid"
    NO_HIDDEN_SSID = "no_hidden_ssid"
    DISABLE_SCAN = "disable_scan"


class PmOption(OpenStrEnum):
    """How a station saves power."""

    NORMAL = "normal"
    LOW_LATENCY = "low_latency"
    LOW_POWER = "low_power"
    ALWAYS_ON = "always_on"
    LONG_SLEEP = "long_sleep"


class P2pOption(OpenStrEnum):
    """What the device is willing to be in Wi-Fi Direct."""

    CLIENT = "client"
    GROUP_OWNER = "group_owner"
    #: Either; the tie-breaker decides.
    NEGOTIATE = "negotiate"


class Negotiation(OpenStrEnum):
    """Who begins the negotiation of Wi-Fi Direct."""

    #: This device, at once.
    ACTIVE = "active"
    #: The other device.
    PASSIVE = "passive"
    #: The other device; after 1 to 6 s this one.
    RAND_BACKOFF = "rand_backoff"


class WlanPolicy(Option):
    """The policies that ``WlanPolicySet`` writes and ``WlanPolicyGet`` reads."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


@option("connection", comma=True, answer="<option>")
class ConnectionPolicy(WlanPolicy):
    """How the device connects on its own.

    :param option: ways to connect; none at all switches it off.
    """

    option: tuple[ConnectionOption, ...] = event.value(Words(ConnectionOption))


@option("scan", answer="<option>,[<value>]")
class ScanPolicy(WlanPolicy):
    """How the device scans on its own. Setting it starts a scan at once.

    :param option: whether hidden networks are looked for.
    :param value: seconds between scans; None with ``DISABLE_SCAN``, needed with the others.
    """

    option: ScanOption = event.value(Word(ScanOption))
    value: int | None = event.value(Number(0, unit="s"), default=None)

    def check(self) -> None:
        if (self.option == ScanOption.DISABLE_SCAN) is not (self.value is None):
            raise InvalidArgument("value", "the interval in seconds, and left out with DISABLE_SCAN alone")


@option("pm", answer="<option>,[<value>]")
class PmPolicy(WlanPolicy):
    """How a station saves power.

    :param option: the way.
    :param value: longest sleep in ms, with ``LONG_SLEEP`` alone.
    """

    option: PmOption = event.value(Word(PmOption))
    value: int | None = event.value(Number(0, unit="ms"), default=None)

    def check(self) -> None:
        if (self.option == PmOption.LONG_SLEEP) is (self.value is None):
            raise InvalidArgument("value", "the longest sleep in ms with LONG_SLEEP, and left out else")


@option("p2p", answer="<option>,[<value>]")
class P2pPolicy(WlanPolicy):
    """How the device negotiates in Wi-Fi Direct.

    :param option: what it is willing to be.
    :param value: who begins.
    """

    option: P2pOption = event.value(Word(P2pOption))
    value: Negotiation | None = event.value(Word(Negotiation), default=None)

    def check(self) -> None:
        if self.value is None:
            raise InvalidArgument("value", Word(Negotiation).allowed)
