"""A phone that tells modules their network by BluFi."""

from __future__ import annotations

from typing import Protocol

__all__ = ["BluFiModule", "BluFiPhone"]


class BluFiModule(Protocol):
    """A module that waits for such a phone."""

    def phone_connected(self, phone: BluFiPhone) -> None:
        """A phone has connected."""

    def network_told(self, ssid: str, password: str) -> None:
        """It has told a network."""

    def data_told(self, data: bytes) -> None:
        """It has sent data of its own."""

    def phone_gone(self) -> None:
        """It has gone."""


class BluFiPhone:
    """A phone with the app, connected to a module.

    :param module: the module.
    """

    def __init__(self, module: BluFiModule) -> None:
        self._module = module
        #: What the module has sent.
        self.received: bytearray = bytearray()
        module.phone_connected(self)

    def tell_network(self, ssid: str, password: str) -> None:
        """Tell the module its network."""
        self._module.network_told(ssid, password)

    def send(self, data: bytes) -> None:
        """Send data of the app's own."""
        self._module.data_told(data)

    def hang_up(self) -> None:
        """Go away."""
        self._module.phone_gone()
