"""What Bluetooth low energy devices say of themselves: AD structures, read and made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from ...errors import InvalidArgument
from ...portable.events import LeAdvertisement
from ...portable.uuids import uuid_bytes, uuid_of_bytes
from ...portable.values import AddressKind

__all__ = ["Advertisement", "make_advertisement", "parse_advertisement", "structures"]

#: Bytes of an advertisement, and of a scan response.
LONGEST = 31
_FLAGS, _SHORT_NAME, _NAME, _TX_POWER, _APPEARANCE, _MANUFACTURER = 0x01, 0x08, 0x09, 0x0A, 0x19, 0xFF
#: AD types of service UUIDs and of service data, by the bytes of a UUID.
_UUIDS = {0x02: 2, 0x03: 2, 0x04: 4, 0x05: 4, 0x06: 16, 0x07: 16}
_SERVICE_DATA = {0x16: 2, 0x20: 4, 0x21: 16}
_COMPLETE_UUIDS = {2: 0x03, 4: 0x05, 16: 0x07}
_SERVICE_DATA_BY_LENGTH = {2: 0x16, 4: 0x20, 16: 0x21}
#: General discoverable, and no classic Bluetooth.
_USUAL_FLAGS = 0x06
_COMPANY_BYTES = 2
_LARGEST_COMPANY = 0xFFFF


@frozen(kw_only=True)
class Advertisement:
    """What was heard of an advertiser, its scan response included. What it does not say is None or empty.

    :param address: as ``aa:bb:cc:dd:ee:ff``.
    :param rssi: signal in dBm.
    :param kind: what the address is.
    :param name: its name, the complete one where it says that.
    :param service_uuids: its services, in their shortest form.
    :param service_data: data of services, by UUID.
    :param manufacturer_data: data of manufacturers, by the number of the company.
    :param tx_power: the power that it sends with, in dBm.
    :param appearance: what it looks like, by the assigned numbers of Bluetooth.
    :param flags: how it can be discovered.
    :param data: the advertisement as it was sent.
    :param scan_response: the scan response as it was sent.
    """

    address: str
    rssi: int
    kind: AddressKind | None = None
    name: str | None = None
    service_uuids: tuple[str, ...] = ()
    service_data: Mapping[str, bytes] = field(factory=dict)
    manufacturer_data: Mapping[int, bytes] = field(factory=dict)
    tx_power: int | None = None
    appearance: int | None = None
    flags: int | None = None
    data: bytes = field(default=b"", repr=False)
    scan_response: bytes = field(default=b"", repr=False)


def structures(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and content of each AD structure; what is cut off at the end is left out."""
    place = 0
    while place + 1 < len(data) and data[place]:
        end = place + 1 + data[place]
        if end > len(data):
            return
        yield data[place + 1], data[place + 2 : end]
        place = end


def parse_advertisement(heard: LeAdvertisement) -> Advertisement:
    """Return what an advertiser says."""
    names: dict[int, str] = {}
    uuids: dict[str, None] = {}
    service_data: dict[str, bytes] = {}
    manufacturer_data: dict[int, bytes] = {}
    numbers: dict[int, int] = {}
    for kind, content in (*structures(heard.data), *structures(heard.scan_response)):
        if kind in (_NAME, _SHORT_NAME):
            names[kind] = content.decode("utf-8", "replace")
        elif kind in _UUIDS:
            length = _UUIDS[kind]
            whole = len(content) - len(content) % length
            uuids.update((uuid_of_bytes(content[at : at + length]), None) for at in range(0, whole, length))
        elif kind in _SERVICE_DATA and len(content) >= _SERVICE_DATA[kind]:
            length = _SERVICE_DATA[kind]
            service_data[uuid_of_bytes(content[:length])] = content[length:]
        elif kind == _MANUFACTURER and len(content) >= _COMPANY_BYTES:
            manufacturer_data[int.from_bytes(content[:_COMPANY_BYTES], "little")] = content[_COMPANY_BYTES:]
        elif kind in (_FLAGS, _TX_POWER, _APPEARANCE) and content:
            numbers[kind] = int.from_bytes(content, "little", signed=kind == _TX_POWER)
    return Advertisement(
        address=heard.address,
        rssi=heard.rssi,
        kind=heard.kind,
        name=names.get(_NAME, names.get(_SHORT_NAME)),
        service_uuids=tuple(uuids),
        service_data=service_data,
        manufacturer_data=manufacturer_data,
        tx_power=numbers.get(_TX_POWER),
        appearance=numbers.get(_APPEARANCE),
        flags=numbers.get(_FLAGS),
        data=heard.data,
        scan_response=heard.scan_response,
    )


def make_advertisement(
    *,
    name: str | None = None,
    services: Sequence[str] = (),
    manufacturer_data: Mapping[int, bytes] | None = None,
    service_data: Mapping[str, bytes] | None = None,
) -> tuple[bytes, bytes]:
    """Return an advertisement and a scan response that say these things.

    The name goes into the scan response where the advertisement has no room for it.

    :param name: name of the device.
    :param services: UUIDs of its services.
    :param manufacturer_data: data by the number of the company, 0 to 65535.
    :param service_data: data by the UUID of the service.
    :raises InvalidArgument: a UUID is none, or not everything has room; the limit is named.
    """
    fields = [(_FLAGS, bytes([_USUAL_FLAGS]))]
    encoded = [uuid_bytes(uuid) for uuid in services]
    for length, kind in _COMPLETE_UUIDS.items():
        listed = b"".join(uuid for uuid in encoded if len(uuid) == length)
        if listed:
            fields.append((kind, listed))
    for uuid, content in (service_data or {}).items():
        number = uuid_bytes(uuid)
        fields.append((_SERVICE_DATA_BY_LENGTH[len(number)], number + content))
    for company, content in (manufacturer_data or {}).items():
        if not 0 <= company <= _LARGEST_COMPANY:
            raise InvalidArgument("manufacturer_data", "by company numbers from 0 to 65535")
        fields.append((_MANUFACTURER, company.to_bytes(_COMPANY_BYTES, "little") + content))
    data = b"".join(_structure(kind, content) for kind, content in fields)
    named = b"" if name is None else _structure(_NAME, name.encode())
    if len(data) > LONGEST:
        raise InvalidArgument("the data", f"at most {LONGEST} bytes of AD structures; these are {len(data)}")
    if len(data) + len(named) <= LONGEST:
        return data + named, b""
    if len(named) > LONGEST:
        raise InvalidArgument("name", f"at most {LONGEST - 2} bytes")
    return data, named


def _structure(kind: int, content: bytes) -> bytes:
    if len(content) >= LONGEST - 1:
        raise InvalidArgument("the data", f"at most {LONGEST} bytes of AD structures")
    return bytes([len(content) + 1, kind]) + content
