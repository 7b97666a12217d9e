"""Values that the commands of Bluetooth Low Energy and of Classic Bluetooth share."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Int, Mac, Quoting
from ....wire.event import value

__all__ = [
    "ADDRESS",
    "BondedDevice",
]

#: The documentation shows some addresses bare, the firmware quotes those that were seen.
ADDRESS = Mac(quoting=Quoting.NEEDED)


@frozen(kw_only=True)
class BondedDevice:
    """A device whose keys are kept.

    :param index: its place in the list.
    :param addr: its address.
    """

    index: int = value(Int(0))
    addr: str = value(ADDRESS)
