"""What drivers declare is what their dialects can do."""

import inspect
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from atmodem import Modem, Unsupported
from atmodem.dialects import find_dialect, names
from atmodem.errors import CommandError
from atmodem.link import memory_pair
from atmodem.portable import drivers
from atmodem.portable.capabilities import Capability, Support, declare, unsupported
from atmodem.portable.drivers import Driver, PlainDriver
from atmodem.portable.events import MessageReceived, WifiAssociated
from atmodem.portable.values import ProvisioningMethod

TABLE = tomllib.loads((Path(__file__).parent / "expected_capabilities.toml").read_text())
DIALECTS = {"air602", "espat", "mxchip", "simplelink"}
WITHOUT_DRIVER = attrs.evolve(find_dialect("espat"), driver=PlainDriver)
WITH_DRIVER = [name for name in names() if find_dialect(name).driver is not PlainDriver]

#: Parts that a driver declares and does not have yet. A part that is built must leave this table.
UNBUILT: dict[str, set[str]] = {}
#: Methods that a part has only as a refusal, though its driver declares them.
UNBUILT_METHODS: dict[str, set[str]] = {}


class NoModem:
    """Stands for a modem that nobody talks to."""


def driver_of(name: str) -> Driver:
    return find_dialect(name).driver(NoModem())  # type: ignore[arg-type]


def expected(name: str) -> dict[str, Any]:
    return {f"{part}.{operation}": row[name] for part, rows in TABLE.items() for operation, row in rows.items()}


def protocol_of(part: str) -> type:
    source = inspect.get_annotations(getattr(Driver, part).fget)["return"]
    return getattr(drivers, source.removesuffix(" | None"))


def test_the_table_has_each_capability_once_for_each_dialect():
    listed = [f"{part}.{operation}" for part, rows in TABLE.items() for operation in rows]
    assert listed == [capability.value for capability in Capability]
    assert all(row.keys() == DIALECTS for rows in TABLE.values() for row in rows.values())


def test_each_no_has_the_section_that_says_why():
    for row in (row for rows in TABLE.values() for row in rows.values()):
        for value in row.values():
            if isinstance(value, dict):
                assert value.keys() == {"no"}
                assert re.fullmatch(r"(\d+|whole): \S.+", value["no"])
            else:
                assert value in {"yes", "unknown"}


@pytest.mark.parametrize("name", WITH_DRIVER)
def test_a_driver_declares_what_its_dialect_can_do(name: str):
    declared = {capability.value: support.value for capability, support in driver_of(name).capabilities.items()}
    assert declared == {c: "no" if isinstance(v, dict) else v for c, v in expected(name).items()}


@pytest.mark.parametrize("name", WITH_DRIVER)
def test_a_driver_has_the_parts_that_it_declares_and_no_others(name: str):
    driver = driver_of(name)
    declared = {c.value.partition(".")[0] for c, support in driver.capabilities.items() if support is not Support.NO}
    present = {part for part in TABLE if getattr(driver, part) is not None}
    assert declared - present == UNBUILT.get(name, set())
    assert present <= declared


@pytest.mark.parametrize("name", WITH_DRIVER)
def test_a_driver_refuses_no_method_that_it_declares(name: str):
    driver = driver_of(name)
    refused = set()
    for capability, support in driver.capabilities.items():
        part, _, operation = capability.value.partition(".")
        own = getattr(driver, part)
        inherited = getattr(protocol_of(part), operation, None)
        if own is None or inherited is None or support is Support.NO:
            continue
        if getattr(type(own), operation) is inherited:
            refused.add(capability.value)
    assert refused == UNBUILT_METHODS.get(name, set())


def test_each_part_of_a_capability_is_a_part_of_drivers():
    assert {c.value.partition(".")[0] for c in Capability} == {
        part
        for part, value in vars(Driver).items()
        if isinstance(value, property) and part not in {"capabilities", "translates"}
    }


def test_each_refusal_of_a_protocol_names_a_capability_of_its_part():
    for part in TABLE:
        for method, function in inspect.getmembers(protocol_of(part), inspect.isfunction):
            for named in re.findall(r"unsupported\(Capability\.(\w+)\)", inspect.getsource(function)):
                assert Capability[named].value.startswith(f"{part}."), f"{part}.{method}"


def test_each_way_to_provision_is_a_capability():
    assert {f"provisioning.{method.value}" for method in ProvisioningMethod} == {
        c.value for c in Capability if c.value.startswith("provisioning.")
    }


def test_what_is_not_declared_a_driver_cannot_do():
    table = declare(yes=[Capability.WIFI_SCAN], unknown=[Capability.FILES])
    assert table.keys() == set(Capability)
    assert {c for c, support in table.items() if support is not Support.NO} == {Capability.WIFI_SCAN, Capability.FILES}
    assert (table[Capability.WIFI_SCAN], table[Capability.FILES]) == (Support.YES, Support.UNKNOWN)


def test_the_refusal_names_who_lacks_what():
    assert str(unsupported(Capability.MQTT_WILL, "air602")) == "air602 lacks mqtt.will"


class Firmware:
    """A modem of which only the list of commands is known."""

    def __init__(self, commands: list[str] | None) -> None:
        self.commands = commands

    async def send(self, command: object) -> object:
        if self.commands is None:
            raise CommandError("there is no such command", code="0x01090000")
        return [SimpleNamespace(name=f"AT+{name}") for name in self.commands]


@pytest.mark.asyncio
async def test_probing_tells_what_a_firmware_has():
    driver = find_dialect("espat").driver(Firmware(["MQTTUSERCFG", "SYSTEMP"]))  # type: ignore[arg-type]
    await driver.probe()
    table = driver.capabilities
    assert table[Capability.MQTT] is table[Capability.TEMPERATURE] is Support.YES
    assert table[Capability.FILES] is table[Capability.CLASSIC] is Support.NO
    assert table[Capability.LE_DUAL_ROLE] is Support.UNKNOWN


@pytest.mark.asyncio
async def test_probing_a_firmware_that_tells_no_commands_leaves_the_table_as_it_is():
    driver = find_dialect("espat").driver(Firmware(None))  # type: ignore[arg-type]
    await driver.probe()
    assert driver.capabilities[Capability.MQTT] is Support.UNKNOWN


@pytest.mark.asyncio
async def test_a_dialect_without_a_driver_refuses_portable_calls_and_events():
    link, _ = memory_pair()
    modem = Modem(link, WITHOUT_DRIVER)
    with pytest.raises(Unsupported, match=re.escape("espat lacks wifi.scan")):
        await modem.wifi.scan()
    for event in (WifiAssociated, MessageReceived):
        with pytest.raises(Unsupported):
            async with modem.events(event):
                pass
