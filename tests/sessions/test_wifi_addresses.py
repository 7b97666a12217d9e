"""Addresses of the station and of the access point."""

import pytest

from atmodem import CommandError, Interface, InterfaceAddresses, InvalidArgument, Ipv4Settings, SoftApSettings
from tests.sessions.modems import ERROR, OK, online, scripted, virtual

pytestmark = pytest.mark.asyncio

FIXED = Ipv4Settings(address="192.168.3.7", netmask="255.255.255.0", gateway="192.168.3.1")


async def test_a_station_that_has_not_joined_has_only_a_hardware_address():
    async with virtual() as (_, modem):
        assert await modem.wifi.addresses() == InterfaceAddresses(mac="7c:df:a1:b3:8d:de", dhcp=True)


async def test_the_addresses_come_from_the_network():
    async with online() as (_, modem):
        told = await modem.wifi.addresses()
        assert (told.address, told.netmask, told.gateway) == ("192.168.3.112", "255.255.255.0", "192.168.3.1")
        assert (told.dns, told.dhcp, told.ipv6) == (("192.168.3.1",), True, ())


async def test_a_fixed_address_with_its_servers_is_in_force_at_once_and_dhcp_takes_it_away():
    async with online() as (_, modem):
        assert await modem.wifi.set_ipv4(FIXED) is True
        told = await modem.wifi.addresses()
        assert (told.address, told.dhcp) == ("192.168.3.7", False)
        with_dns = Ipv4Settings(address="192.168.3.8", netmask="255.255.255.0", gateway="192.168.3.1", dns=("9.9.9.9",))
        assert await modem.wifi.set_ipv4(with_dns) is True
        assert (await modem.wifi.addresses()).dns == ("9.9.9.9",)
        assert await modem.wifi.set_ipv4(None) is True
        told = await modem.wifi.addresses()
        assert (told.address, told.dhcp) == ("192.168.3.112", True)


async def test_name_servers_are_set_and_given_back_to_dhcp():
    async with online() as (_, modem):
        await modem.wifi.set_dns("8.8.8.8", "1.1.1.1")
        assert (await modem.wifi.addresses()).dns == ("8.8.8.8", "1.1.1.1")
        await modem.wifi.set_dns()
        assert (await modem.wifi.addresses()).dns == ("192.168.3.1",)


@pytest.mark.parametrize(
    ("servers", "allowed"),
    [
        (("dns.example",), "servers must be an IP address"),
        (("8.8.8.8", "8.8.8.8"), "servers must be different from one another"),
        (("8.8.8.8", "1.1.1.1", "9.9.9.9", "::1"), "servers must be at most 3"),
    ],
)
async def test_other_name_servers_are_refused_before_anything_is_sent(servers: tuple[str, ...], allowed: str):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.wifi.set_dns(*servers)
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.wifi.set_ipv4(
                Ipv4Settings(address="10.0.0.2", netmask="255.0.0.0", gateway="10.0.0.1", dns=servers)
            )
        assert peer.lines == []


async def test_ipv6_addresses_are_told_once_it_is_on():
    async with virtual() as (_, modem):
        await modem.wifi.set_ipv6(True)
        await modem.wifi.join("lab", "secret")
        assert (await modem.wifi.addresses()).ipv6 == ("fe80::7edf:a1ff:feb3:8dde",)
        await modem.wifi.set_ipv6(False)
        assert (await modem.wifi.addresses()).ipv6 == ()


async def test_ipv6_addresses_are_written_as_everywhere():
    answers = {
        b"AT+CIPSTA?": b'+CIPSTA:ip:"0.0.0.0"\r\n+CIPSTA:ip6ll:"FE80:0000:0000:0000:7EDF:A1FF:FEB3:8DDE"\r\n'
        b'+CIPSTA:ip6gl:"2001:DB8::7"\r\n' + OK,
        b"AT+CIPDNS?": b"+CIPDNS:0\r\n" + OK,
        b"AT+CIPSTAMAC?": b'+CIPSTAMAC:"7c:df:a1:b3:8d:de"\r\n' + OK,
        b"AT+CWDHCP?": b"+CWDHCP:1" + OK,
    }
    async with scripted(answers) as (_, modem):
        assert (await modem.wifi.addresses()).ipv6 == ("fe80::7edf:a1ff:feb3:8dde", "2001:db8::7")


async def test_the_access_point_has_addresses_of_its_own():
    async with virtual() as (_, modem), modem.wifi.access_point(SoftApSettings(ssid="esp")):
        own = Ipv4Settings(address="10.9.8.1", netmask="255.255.255.0", gateway="10.9.8.1")
        assert await modem.wifi.set_ipv4(own, interface=Interface.SOFTAP) is True
        assert await modem.wifi.addresses(Interface.SOFTAP) == InterfaceAddresses(
            mac="7c:df:a1:b3:8d:df", address="10.9.8.1", netmask="255.255.255.0", gateway="10.9.8.1", dhcp=False
        )
        with pytest.raises(InvalidArgument, match="asks no DHCP server"):
            await modem.wifi.set_ipv4(None, interface=Interface.SOFTAP)


async def test_hardware_addresses_are_set():
    async with virtual() as (_, modem):
        await modem.wifi.set_mac("02:11:22:33:44:AA")
        assert (await modem.wifi.addresses()).mac == "02:11:22:33:44:aa"
        await modem.wifi.set_mac("02:11:22:33:44:bb", interface=Interface.SOFTAP)
        assert (await modem.wifi.addresses(Interface.SOFTAP)).mac == "02:11:22:33:44:bb"
        with pytest.raises(CommandError, match="CIPSTAMAC"):
            await modem.wifi.set_mac("02:11:22:33:44:bb")


async def test_addresses_that_are_none_are_refused_before_anything_is_sent():
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match="mac must be the address of one station"):
            await modem.wifi.set_mac("03:11:22:33:44:55")
        with pytest.raises(InvalidArgument, match="mac must be a hardware address"):
            await modem.wifi.set_mac("nonsense")
        with pytest.raises(InvalidArgument, match="gateway must be an IPv4 address"):
            await modem.wifi.set_ipv4(Ipv4Settings(address="10.0.0.2", netmask="255.0.0.0", gateway="::1"))
        assert peer.lines == []


async def test_what_the_module_refuses_is_told():
    async with scripted({b"AT+CIPV6=1": ERROR}) as (_, modem):
        with pytest.raises(CommandError, match="CIPV6"):
            await modem.wifi.set_ipv6(True)
