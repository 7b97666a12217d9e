"""The Bluetooth neighbourhood of virtual modules."""

import pytest

from atmodem import InvalidArgument, IoCapability, Property
from atmodem.virtual.bluetooth import Bluetooth
from atmodem.virtual.gatt import Characteristic, Service, find_characteristic
from atmodem.virtual.low_energy import Central, Peripheral
from atmodem.virtual.pairing import Association, associate
from atmodem.virtual.serial_profile import ClassicPeer

NONE, DISPLAY, YES_NO = IoCapability.NONE, IoCapability.DISPLAY, IoCapability.DISPLAY_YES_NO
KEYBOARD, BOTH = IoCapability.KEYBOARD, IoCapability.KEYBOARD_DISPLAY


@pytest.mark.parametrize(
    ("module", "peer", "how"),
    [
        (NONE, BOTH, Association.JUST_WORKS),
        (BOTH, NONE, Association.JUST_WORKS),
        (DISPLAY, DISPLAY, Association.JUST_WORKS),
        (DISPLAY, YES_NO, Association.JUST_WORKS),
        (YES_NO, YES_NO, Association.COMPARE),
        (BOTH, YES_NO, Association.COMPARE),
        (KEYBOARD, DISPLAY, Association.ENTER),
        (KEYBOARD, KEYBOARD, Association.ENTER),
        (DISPLAY, KEYBOARD, Association.SHOW),
        (YES_NO, KEYBOARD, Association.SHOW),
        (DISPLAY, BOTH, Association.SHOW),
    ],
)
def test_two_devices_pair_as_their_users_can(module: IoCapability, peer: IoCapability, how: Association):
    assert associate(module, peer) is how
    assert associate(module, peer, man_in_the_middle=False) is Association.JUST_WORKS


def test_a_characteristic_that_tells_has_the_descriptor_for_that():
    assert [d.uuid for d in Characteristic("2A37", Property.NOTIFY).descriptors] == ["2902"]
    assert Characteristic("2a38").descriptors == []
    table = [Service("180D", [Characteristic("2a38")])]
    assert find_characteristic(table, "00002A38-0000-1000-8000-00805F9B34FB") is table[0].characteristics[0]
    with pytest.raises(LookupError):
        find_characteristic(table, "2a39")


def test_devices_come_into_reach_and_go():
    air = Bluetooth([Peripheral(address="AA:BB:CC:00:00:01"), ClassicPeer(address="AA:BB:CC:00:00:02")])
    band, phone = air.peripherals[0], air.peers[0]
    assert air.peripheral("aa:bb:cc:00:00:01") is band
    assert air.peer("AA:BB:CC:00:00:02") is phone
    air.remove(band)
    air.remove(phone)
    assert air.peripheral(band.address) is air.peer(phone.address) is None
    with pytest.raises(ValueError, match="not in list"):
        air.remove(band)


@pytest.mark.asyncio
async def test_without_a_module_nobody_can_be_reached():
    air = Bluetooth()
    for attempt in (lambda: air.connect(Central()), air.open_blufi):
        with pytest.raises(LookupError):
            attempt()
    with pytest.raises(LookupError):
        await air.call(ClassicPeer())


def test_an_advertisement_holds_31_bytes():
    with pytest.raises(InvalidArgument):
        Peripheral(advertisement=bytes(32))
