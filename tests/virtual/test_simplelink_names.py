"""Names, neighbours and network applications of the virtual CC3220, and its crypto utilities."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from atmodem.dialects import simplelink as sl
from atmodem.dialects.simplelink.device.crypto import CryptoPart
from atmodem.dialects.simplelink.device.storage import StoredFile
from tests.virtual.simplelink_bench import OK, bench, client, refused

INET = sl.Family.INET
PING = "at+netappping=inet,10.0.0.7,32,100,1000"


@pytest.mark.asyncio
async def test_names_are_resolved_once_there_is_a_network():
    async with client(joined=False) as at:
        ask = sl.NetAPPGetHostByName(host="broker.lan", family=INET)
        assert await at.code(ask) == "-6152"
        await at.join()
        assert (await at.send(ask)).address == "127.0.0.1"
        assert (await at.send(sl.NetAPPGetHostByName(host="localhost", family=sl.Family.INET6))).address == "::1"
        assert await at.code(sl.NetAPPGetHostByName(host="nobody.lan", family=INET)) == "-6150"


@pytest.mark.asyncio
async def test_a_ping_reports_at_its_end_each_time_or_at_the_first_answer():
    async with bench(joined=True) as at:
        assert await at.ask(f"{PING},3,0", 1) == OK + b"+netappping:3,3,4\r\n"
        assert await at.ask(f"{PING},2,1", 1) == OK + b"+netappping:1,1,4\r\n+netappping:2,2,4\r\n"
        assert await at.ask(f"{PING},9,2", 1) == OK + b"+netappping:1,1,4\r\n"
        assert await at.ask("at+netappping=inet,10.9.9.9,32,0,1000,2,0", 3) == OK + b"+netappping:2,0,0\r\n"
        assert await at.ask(f"{PING},1,0", 1) == OK + b"+netappping:1,1,4\r\n"


@pytest.mark.asyncio
async def test_a_ping_for_ever_ends_when_it_is_stopped_and_reports_then():
    async with bench(joined=True) as at:
        assert await at.ask(f"{PING},0,0", 0.5) == OK
        stopped = await at.ask("at+netappping=inet,0.0.0.0,32,100,1000,0,0", 1)
        assert sorted(stopped.splitlines()) == [b"+netappping:5,5,4", b"OK"]
        assert await at.ask("at+netappping=inet,10.9.9.9,32,100,5000,0,0", 0.5) == OK
        assert await at.ask("at+stop=0") == OK + b"+netappping:1,0,0\r\n"
        assert await at.ask(f"{PING},1,0", 2) == OK + b"+netappping:1,0,0\r\n"


@pytest.mark.asyncio
async def test_services_of_neighbours_are_found_and_the_first_is_listed_for_each():
    async with client() as at:
        for name in ("printer", "scanner"):
            service = sl.MdnsService(
                address="10.0.0.8", port=80, name=f"{name}._http._tcp.local", host=f"{name}.local", text="v=1"
            )
            at.device.names.services.append(service)
        found = await at.send(sl.NetAPPGetHostByService(service="scanner._http._tcp.local", family=INET))
        assert (found.address, found.port, found.text) == ("10.0.0.8", 80, "v=1")
        assert await at.code(sl.NetAPPGetHostByService(service="_ftp._tcp.local", family=INET)) == "-6186"
        for flags, name, text in (
            (sl.ServiceListFlag.FULL_IPV4_WITH_TEXT, "printer._http._tcp.local", "v=1"),
            (sl.ServiceListFlag.FULL_IPV4, "printer._http._tcp.local", None),
            (sl.ServiceListFlag.SHORT_IPV4, None, None),
        ):
            listed = await at.send(sl.NetAPPGetServiceList(offset=0, count=5, flags=flags))
            assert [(service.name, service.text) for service in listed] == [(name, text)] * 2


@pytest.mark.asyncio
async def test_own_services_and_applications_come_and_go():
    async with client() as at:
        service = sl.NetAPPRegisterService(
            service="me._uart._tcp.local", text="v=1", port=80, ttl=9, options=[sl.ServiceOption.IS_UNIQUE_BIT]
        )
        await at.send(service)
        assert await at.code(service) == "-6185"
        await at.send(sl.NetAPPUnRegisterService(service=service.service))
        assert await at.code(sl.NetAPPUnRegisterService(service=service.service)) == "-6186"
        await at.send(sl.NetAPPStop(apps=[sl.NetApp.MDNS]))
        await at.send(sl.NetAPPStart(apps=[sl.NetApp.MDNS, sl.NetApp.DNS_SERVER]))
        await at.send(sl.NetAPPSend(handle=1, flags=[sl.NetAppFlag.METADATA], data=b"x"))
        assert await at.code(sl.NetAPPRecv(handle=1, length=9)) == "-1"
        await at.send(sl.NetAPPSet(option=sl.DeviceUrn(name="lamp, big")))
        assert (await at.send(sl.NetAPPGet(option=sl.DeviceUrn))).name == "lamp, big"


@pytest.mark.asyncio
async def test_the_manual_shows_an_ok_before_a_name_and_none_behind_it():
    async with bench("manual", joined=False) as at:
        await at.ask("at+wlanconnect=lab,,wpa_wpa2,secret,,,")
        assert await at.ask("at+netappgethostbyname=peer,inet") == OK + b"+NetAPPGetHostByName: peer,127.0.0.1\r\n"
        assert await at.ask("at+netappgethostbyname=none,inet") == OK + b"ERROR:process command, -6150\r\n"
        assert await at.ask("at+socket=?") == b"[Family],[Type],[Protocol]\r\n" + OK


# Crypto utilities


@pytest.mark.asyncio
async def test_a_signature_is_good_for_its_data_and_key_alone():
    async with client(joined=False) as at:
        signed = await at.send(sl.NetUtilCmd(command=sl.SignMsg(key=0, data=b"hello")))

        async def check(key: int, data: bytes) -> int:
            command = sl.VerifyMsg(key=key, data=data, signature=signed.signature)
            return (await at.send(sl.NetUtilCmd(command=command))).result

        assert await check(0, b"hello") == 0
        assert await check(0, b"hallo") != 0
        await at.send(sl.NetUtilCmd(command=sl.TempKeys(key=1, action=sl.TempKeysAction.CREATE)))
        assert await check(1, b"hello") != 0
        public = await at.send(sl.NetUtilGet(option=sl.PublicKeyRequest()))
        key = serialization.load_der_public_key(public.key)
        assert isinstance(key, ec.EllipticCurvePublicKey)
        numbers = (await at.send(sl.NetUtilGet(option=sl.TrueRandomRequest(count=172)))).numbers
        assert len(numbers) == 172
        assert len(set(numbers)) > 10


@pytest.mark.asyncio
async def test_keys_are_installed_from_files_and_removed():
    key = ec.generate_private_key(ec.SECP256R1())
    wrong = rsa.generate_private_key(65537, 2048)
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    async with client(joined=False) as at:
        files = at.device.storage.files
        der = key.private_bytes(serialization.Encoding.DER, form, none)
        files["der"] = StoredFile(max_size=4096, data=bytearray(der))
        pem = wrong.private_bytes(serialization.Encoding.PEM, form, none)
        files["rsa"] = StoredFile(max_size=4096, data=bytearray(pem))

        def install(number: int, name: str) -> sl.NetUtilCmd[None]:
            operation = sl.InstallOp(
                key=number,
                action=sl.InstallAction.INSTALL,
                algorithm=sl.KeyAlgorithm.EC,
                curve=sl.Curve.SECP256R1,
                key_file=name,
            )
            return sl.NetUtilCmd(command=operation)

        remove = sl.NetUtilCmd(command=sl.InstallOp(key=5, action=sl.InstallAction.UNINSTALL))
        await at.send(install(5, "der"))
        await at.send(sl.NetUtilCmd(command=sl.SignMsg(key=5, data=b"x")))
        await at.send(remove)
        assert await at.code(remove) == "-12290"
        assert await at.code(sl.NetUtilCmd(command=sl.SignMsg(key=5, data=b"x"))) == "-12290"
        assert await at.code(install(0, "der")) == "-12290"
        assert await at.code(install(5, "rsa")) == "-12291"
        assert await at.code(install(5, "missing")) == "-10341"


@pytest.mark.asyncio
async def test_without_the_package_for_it_there_are_no_keys():
    async with bench() as at:
        at.module.add_part(CryptoPart(at.module, None))
        assert await at.ask("at+netutilcmd=sign_msg,0,0,1,x") == refused(-12289)
        assert (await at.ask("at+netutilget=true_random,2")).startswith(b"+netutilget:0x")
