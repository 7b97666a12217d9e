"""Events of the station, of the module's own access point, and of provisioning."""

from __future__ import annotations

import enum
from typing import ClassVar

from attrs import field, frozen

from ...wire.secret import Secret
from ..capabilities import Capability
from .base import PortableEvent

__all__ = [
    "ProvisioningProgress",
    "ProvisioningStep",
    "StationAddressed",
    "StationJoined",
    "StationLeft",
    "WifiAddressAcquired",
    "WifiAddressLost",
    "WifiAssociated",
    "WifiDisconnected",
]


@frozen(kw_only=True)
class WifiAssociated(PortableEvent):
    """The station is associated with an access point and has no address yet."""

    needs: ClassVar[Capability | None] = Capability.WIFI_JOIN


@frozen(kw_only=True)
class WifiAddressAcquired(PortableEvent):
    """The station has an address: links can be opened now.

    :param address: the address, or None where the event does not tell it.
    :param version: 4 or 6.
    """

    needs: ClassVar[Capability | None] = Capability.WIFI_JOIN

    address: str | None = None
    version: int = 4


@frozen(kw_only=True)
class WifiAddressLost(PortableEvent):
    """The station has lost an address and is still associated.

    :param version: 4 or 6.
    """

    needs: ClassVar[Capability | None] = Capability.WIFI_JOIN

    version: int = 4


@frozen(kw_only=True)
class WifiDisconnected(PortableEvent):
    """The station has left or lost its access point.

    :param reason: the dialect's reason code, or None where it gives none.
    """

    needs: ClassVar[Capability | None] = Capability.WIFI_JOIN

    reason: int | None = None


@frozen(kw_only=True)
class StationJoined(PortableEvent):
    """A station has joined the module's own access point.

    :param mac: its hardware address as ``aa:bb:cc:dd:ee:ff``.
    """

    needs: ClassVar[Capability | None] = Capability.SOFTAP_EVENTS

    mac: str


@frozen(kw_only=True)
class StationAddressed(PortableEvent):
    """A station in the module's own access point has got an address.

    :param mac: its hardware address as ``aa:bb:cc:dd:ee:ff``.
    :param address: its IPv4 address.
    """

    needs: ClassVar[Capability | None] = Capability.SOFTAP_EVENTS

    mac: str
    address: str


@frozen(kw_only=True)
class StationLeft(PortableEvent):
    """A station has left the module's own access point.

    :param mac: its hardware address as ``aa:bb:cc:dd:ee:ff``.
    """

    needs: ClassVar[Capability | None] = Capability.SOFTAP_EVENTS

    mac: str


class ProvisioningStep(enum.Enum):
    """How far provisioning is."""

    #: A phone was heard, or the page was opened.
    STARTED = "started"
    #: The network to join is known.
    NETWORK_KNOWN = "network_known"
    #: Data of its own came along.
    DATA = "data"
    JOINED = "joined"
    FAILED = "failed"


@frozen(kw_only=True)
class ProvisioningProgress(PortableEvent):
    """Provisioning goes on. What the module does not tell is None.

    :param step: how far it is.
    :param protocol: the protocol that was heard, by the dialect's own name.
    :param ssid: the network to join.
    :param password: its password.
    :param data: what the phone sent besides.
    """

    step: ProvisioningStep
    protocol: str | None = None
    ssid: str | None = None
    password: Secret[str] | None = None
    data: bytes | None = field(default=None, repr=False)
