"""AD structures and UUIDs, read and made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmodem import InvalidArgument
from atmodem.portable.events import LeAdvertisement
from atmodem.portable.uuids import short_uuid, uuid_bytes, uuid_number, uuid_of_bytes, uuid_of_number
from atmodem.sessions.bluetooth.advertisement import make_advertisement, parse_advertisement, structures

LONG = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
BASE = "-0000-1000-8000-00805f9b34fb"


def parsed(data: bytes, response: bytes = b""):
    return parse_advertisement(
        LeAdvertisement(address="aa:bb:cc:dd:ee:ff", rssi=-40, data=data, scan_response=response)
    )


@pytest.mark.parametrize(
    ("given_as", "short"),
    [
        ("180D", "180d"),
        ("0x180d", "180d"),
        ("0000180d", "180d"),
        ("0000180D" + BASE, "180d"),
        ("12345678" + BASE, "12345678"),
        ("{6E400001-B5A3-F393-E0A9-E50E24DCCA9E}", LONG),
        (LONG.replace("-", ""), LONG),
    ],
)
def test_a_uuid_has_one_shortest_form(given_as: str, short: str):
    assert short_uuid(given_as) == short
    assert uuid_of_number(uuid_number(given_as)) == short
    assert uuid_of_bytes(uuid_bytes(given_as)) == short


@pytest.mark.parametrize("text", ["", "18", "180g", "heart rate", LONG[:-1]])
def test_what_is_no_uuid_is_refused(text: str):
    with pytest.raises(InvalidArgument):
        short_uuid(text)


@given(st.one_of(st.integers(0, 0xFFFF), st.integers(0, (1 << 32) - 1), st.integers(1 << 96, (1 << 128) - 1)))
def test_each_number_is_the_uuid_that_it_makes(number: int):
    text = uuid_of_number(number)
    assert uuid_of_number(uuid_number(text)) == text
    assert uuid_of_bytes(uuid_bytes(text)) == text


def test_everything_that_an_advertiser_says_is_read():
    heard = parsed(
        b"\x02\x01\x06\x05\x02\x0d\x18\x0f\x18\x02\x0a\xfc\x03\x19\x41\x03\x05\xff\xe5\x02\x01\x02",
        b"\x03\x08hr" + b"\x06\x09heart" + b"\x04\x16\x0f\x18\x64" + b"\x11\x07" + uuid_bytes(LONG),
    )
    assert heard.name == "heart"
    assert heard.service_uuids == ("180d", "180f", LONG)
    assert heard.service_data == {"180f": b"\x64"}
    assert heard.manufacturer_data == {0x02E5: b"\x01\x02"}
    assert (heard.flags, heard.tx_power, heard.appearance) == (6, -4, 0x0341)


def test_a_short_name_counts_where_there_is_no_other():
    assert parsed(b"\x03\x08hr").name == "hr"


@given(st.binary(max_size=62))
def test_any_bytes_can_be_read(data: bytes):
    heard = parsed(data[:31], data[31:])
    assert heard.data + heard.scan_response == data
    assert sum(len(content) + 2 for _, content in structures(data)) <= len(data)


short = st.integers(0, 0xFFFF).map(uuid_of_number)
contents = st.binary(max_size=6)


@given(
    st.one_of(st.none(), st.text(alphabet=st.characters(codec="utf-8"), max_size=7)),
    st.lists(short, max_size=3, unique=True),
    st.dictionaries(st.integers(0, 0xFFFF), contents, max_size=1),
    st.dictionaries(short, contents, max_size=1),
)
def test_what_is_made_is_read_again(name, services, manufacturer_data, service_data):
    data, response = make_advertisement(
        name=name, services=services, manufacturer_data=manufacturer_data, service_data=service_data
    )
    assert max(len(data), len(response)) <= 31
    heard = parsed(data, response)
    assert heard.name == name
    assert heard.service_uuids == tuple(services)
    assert (heard.manufacturer_data, heard.service_data) == (manufacturer_data, service_data)


def test_a_name_without_room_goes_into_the_scan_response():
    data, response = make_advertisement(name="a long name for a lamp", services=[LONG])
    assert len(data) == 21
    assert response == b"\x17\x09a long name for a lamp"
    assert parsed(data, response).service_uuids == (LONG,)


@pytest.mark.parametrize(
    "said",
    [
        {"name": "n" * 30},
        {"services": [LONG, LONG.replace("6e", "7e")]},
        {"services": ["x"]},
        {"manufacturer_data": {-1: b""}},
        {"manufacturer_data": {1: bytes(30)}},
        {"service_data": {LONG: bytes(12)}},
    ],
)
def test_what_has_no_room_is_refused(said: dict):
    with pytest.raises(InvalidArgument):
        make_advertisement(**said)
