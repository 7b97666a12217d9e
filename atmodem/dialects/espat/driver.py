"""ESP-AT under the portable sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...errors import CommandError, ConnectFailed, JoinFailed
from ...portable.events import (
    PortableEvent,
    SocketClosed,
    SocketConnected,
    SocketData,
    SocketReadable,
    WifiAddressAcquired,
    WifiAssociated,
    WifiDisconnected,
)
from ...portable.modem_api import ModemAPI
from ...portable.values import AccessPoint, Security, StationStatus
from ...wire.event import Event
from . import commands as at
from . import events as ev

__all__ = ["Driver"]

LINKS = 5
