"""The file system of the virtual CC3220."""

import hashlib
import random

import pytest

from atmodem.dialects import simplelink as sl
from atmodem.dialects.simplelink.device.storage import StoredFile
from tests.virtual.simplelink_bench import Client, bench, client

O = sl.FileOption  # noqa: E741 - options
_LINE = 700


async def write(at: Client, name: str, data: bytes, *options: sl.FileOption, size: int | None = None) -> int:
    chosen = (O.CREATE, O.WRITE, *options)
    opened = await at.send(sl.FileOpen(filename=name, options=chosen, size=size or max(1, len(data))))
    for offset in range(0, len(data), _LINE):
        piece = data[offset : offset + _LINE]
        told = await at.send(sl.FileWrite(file_id=opened.file_id, offset=offset, data=piece))
        assert told.written == -(-len(piece) // 3) * 4
    await at.send(sl.FileClose(file_id=opened.file_id))
    return opened.token


@pytest.mark.asyncio
async def test_a_file_of_1_mib_comes_back_as_it_was_written():
    data = random.Random(3).randbytes(1 << 20)
    read = hashlib.sha256()
    async with client(joined=False) as at:
        await write(at, "/user/big", data)
        opened = await at.send(sl.FileOpen(filename="/user/big", options=[O.READ]))
        for offset in range(0, len(data), _LINE):
            piece = await at.send(sl.FileRead(file_id=opened.file_id, offset=offset, length=_LINE))
            read.update(piece.data)
        info = await at.send(sl.FileGetInfo(filename="/user/big"))
    assert read.digest() == hashlib.sha256(data).digest()
    assert (info.size, info.max_size, info.write_counter) == (1 << 20, 1 << 20, 1)
    assert sl.FileProperty.OPEN_READ in info.flags


@pytest.mark.asyncio
async def test_files_that_are_not_there_a_bad_token_and_a_full_storage_are_three_errors():
    async with client(joined=False) as at:
        assert await at.code(sl.FileOpen(filename="none", options=[O.READ])) == "-10341"
        assert await at.code(sl.FileDel(filename="none")) == "-10341"
        token = await write(at, "safe", b"x", O.CREATE_SECURE, O.CREATE_NOSIGNATURE)
        assert token != 0
        assert await at.code(sl.FileDel(filename="safe", token=token ^ 2)) == "-10302"
        assert await at.code(sl.FileGetInfo(filename="safe")) == "-10302"
        assert await at.code(sl.FileOpen(filename="safe", options=[O.READ])) == "-10302"
        info = await at.send(sl.FileGetInfo(filename="safe", token=token))
        assert info.tokens == ()
        at.device.storage.capacity = 16384
        big = sl.FileOpen(filename="big", options=[O.CREATE, O.WRITE], size=20000)
        assert await at.code(big) == "-10322"
        await at.send(sl.FileDel(filename="safe", token=token))
        assert at.device.storage.free == 16384


@pytest.mark.asyncio
async def test_what_cannot_be_done_with_a_file_gets_its_code():
    async with client(joined=False) as at:
        await write(at, "f", b"12345", size=300)
        assert await at.code(sl.FileOpen(filename="f", options=[O.CREATE, O.WRITE], size=1)) == "-10326"
        assert await at.code(sl.FileOpen(filename="f", options=[O.READ, O.WRITE])) == "-10340"
        assert await at.code(sl.FileOpen(filename="f", options=[O.WRITE, O.CREATE_SECURE])) == "-10340"
        read = (await at.send(sl.FileOpen(filename="f", options=[O.READ]))).file_id
        again = (await at.send(sl.FileOpen(filename="f", options=[O.READ]))).file_id
        assert (read, again) == (65536, 131072)
        assert await at.code(sl.FileOpen(filename="f", options=[O.WRITE])) == "-10369"
        assert await at.code(sl.FileDel(filename="f")) == "-10369"
        assert await at.code(sl.FileWrite(file_id=read, offset=0, data=b"x")) == "-10325"
        assert await at.code(sl.FileRead(file_id=read, offset=5, length=1)) == "-10337"
        for number in (read, again):
            await at.send(sl.FileClose(file_id=number))
        assert await at.code(sl.FileClose(file_id=read)) == "-10335"
        written = (await at.send(sl.FileOpen(filename="f", options=[O.OVERWRITE]))).file_id
        assert await at.code(sl.FileRead(file_id=written, offset=0, length=1)) == "-10325"
        assert await at.code(sl.FileWrite(file_id=written, offset=511, data=b"xy")) == "-10337"
        await at.send(sl.FileWrite(file_id=written, offset=3, data=b"x"))
        assert at.device.storage.content("f") == b"\0\0\0x"
        assert sl.FileProperty.OPEN_WRITE in (await at.send(sl.FileGetInfo(filename="f"))).flags
        for index in range(9):
            name = f"g{index}"
            at.device.storage.files[name] = StoredFile(max_size=256)
            await at.send(sl.FileOpen(filename=name, options=[O.READ]))
        assert await at.code(sl.FileOpen(filename="g0", options=[O.READ])) == "-10316"


@pytest.mark.asyncio
async def test_a_signed_file_wants_a_signature_and_a_public_one_no_token():
    async with client(joined=False) as at:
        options = [O.CREATE, O.WRITE, O.CREATE_SECURE, O.CREATE_PUBLIC_READ]
        opened = await at.send(sl.FileOpen(filename="s", options=options, size=10))
        assert await at.code(sl.FileClose(file_id=opened.file_id)) == "-10290"
        await at.send(sl.FileClose(file_id=opened.file_id, certificate="ca", signature="0123"))
        read = await at.send(sl.FileOpen(filename="s", options=[O.READ]))
        assert read.token == opened.token
        await at.send(sl.FileClose(file_id=read.file_id))
        assert await at.code(sl.FileOpen(filename="s", options=[O.WRITE])) == "-10302"


@pytest.mark.asyncio
async def test_what_was_written_to_a_fail_safe_file_is_taken_back_or_made_to_last():
    async with client(joined=False) as at:
        token = await write(at, "f", b"old", O.CREATE_FAILSAFE, O.CREATE_SECURE, O.CREATE_NOSIGNATURE)
        pending = await at.send(sl.FileGetInfo(filename="f", token=token))
        assert sl.FileProperty.PENDING_COMMIT in pending.flags
        token = (await at.send(sl.FileCtl(command=sl.CommitFile(token=token, filename="f")))).token
        file = at.device.storage.files["f"]
        file.previous, file.data = b"old", bytearray(b"new")
        token = (await at.send(sl.FileCtl(command=sl.RollbackFile(token=token, filename="f")))).token
        assert at.device.storage.content("f") == b"old"
        assert (await at.send(sl.FileCtl(command=sl.RollbackFile(token=token, filename="f")))).token != token
        await write(at, "plain", b"x")
        assert await at.code(sl.FileCtl(command=sl.CommitFile(token=0, filename="plain"))) == "-10333"


@pytest.mark.asyncio
async def test_files_are_listed_renamed_and_all_forgotten():
    async with client(joined=False) as at:
        await write(at, "a", b"x", size=5000)
        await write(at, "b", b"y")
        listed = await at.send(sl.FileGetFileList())
        assert [(entry.name, entry.max_size, entry.blocks) for entry in listed] == [("a", 5120, 2), ("b", 256, 1)]
        rename = sl.RenameFile(token=0, filename="a", new_name="b")
        assert await at.code(sl.FileCtl(command=rename)) == "-10326"
        await at.send(sl.FileCtl(command=sl.RenameFile(token=0, filename="a", new_name="c")))
        assert set(at.device.storage.files) == {"b", "c"}
        info = await at.send(sl.FileCtl(command=sl.GetStorageInfo()))
        assert (info.block_size, info.blocks, info.user_files) == (4096, 1024, 2)
        for command in (sl.CommitBundle(), sl.RollbackBundle()):
            await at.send(sl.FileCtl(command=command))
        await at.send(sl.FileCtl(command=sl.RestoreFactory(mode=sl.RestoreMode.FACTORY_DEFAULT)))
        assert at.device.storage.files == {}


@pytest.mark.asyncio
async def test_a_restart_closes_files_and_keeps_them():
    async with bench() as at:
        assert (await at.ask("at+fileopen=f,create|write,9")).startswith(b"+fileopen:65536,0")
        at.module.restart()
        await at.rest(1)
        assert (await at.ask("at+fileopen=f,write,")).startswith(b"+fileopen:65536,0")
