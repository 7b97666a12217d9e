"""Reads command lines as the AT core does: strict about commas and words, careless about numbers."""

from __future__ import annotations

from typing import Any

from ....wire.codecs import Bool, Codec, Quoting, SecretText, Text
from ....wire.command import Command, Parameter
from ....wire.event import fields_of
from ....wire.parsing import ParseError
from ....wire.secret import reveal
from ....wire.vocabulary import Vocabulary
from ..codecs import Address, ByteList, Mac, Number, PublishTopic, c_number
from ..commands.crypto import NetUtilCmd, NetUtilGet
from ..commands.file import FileCtl, FileWrite
from ..commands.http import HttpSetHeader, HttpSetOpt
from ..commands.mqtt import MqttSet, MqttSubscribe, MqttUnsubscribe
from ..commands.netapp import NetAPPGet, NetAPPSend, NetAPPSet, NetAPPStart, NetAPPStop
from ..commands.netcfg import NetCfgSet
from ..commands.socket import GetSockOpt, Send, SendTo, SetSockOpt
from ..commands.system import Get, Set
from ..commands.wlan import WlanGet, WlanPolicySet, WlanScan, WlanSet
from ..options import Option, OptionName, OptionValue
from ..syntax import SYNTAX
from .refusals import Code, CoreRefused, Misread, Why, not_parsed

__all__ = ["CoreParser"]

#: Commands whose commas the core does not count.
_NOT_COUNTED = frozenset(
    (
        *(Set, Send, SendTo, SetSockOpt, WlanSet, WlanGet, FileWrite, NetAPPSend, NetAPPSet, NetCfgSet, NetUtilCmd),
        *(MqttSubscribe, MqttUnsubscribe, MqttSet, HttpSetHeader),
    )
)
#: How many parameters those commands have that take a row of a table.
_ARITY = {Get: 2, GetSockOpt: 3, WlanPolicySet: 3, NetAPPGet: 2, NetUtilGet: 2, FileCtl: 4, HttpSetOpt: 3}
#: Where a number is too large, these many bits of it are left.
_BITS = {255: 8, 65535: 16, 0xFFFFFFFF: 32}
#: Names of applications that have settings but cannot be started.
_NOT_STARTED = (b"device", b"dns_client")

_COUNT = CoreRefused(b"number of parameters")
_UNKNOWN = CoreRefused(b"command not exist")


class CoreParser:
    """Reads command lines.

    :param vocabulary: the commands.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def parse(self, line: bytes) -> Command[Any]:
        """Return the command in *line*.

        :raises Misread: it is refused.
        """
        if len(line) < 2:
            raise Misread(None)
        head, mark, text = line.partition(b"=")
        cls = self._vocabulary.commands.get(self._vocabulary.name_of(head))
        if cls is None or not head.upper().startswith(b"AT+"):
            raise Misread(_UNKNOWN)
        if text == b"?":
            return self._vocabulary.parse(line)
        try:
            if cls not in _NOT_COUNTED:
                _check_count(cls, text)
            text = _as_c_reads(cls, _cut_data(cls, text, head))
            return self._vocabulary.parse(head + mark + text if text else head)
        except Misread:
            raise
        except (ParseError, ValueError) as error:
            raise Misread(_why(cls, text, error)) from None


def _check_count(cls: type[Command[Any]], text: bytes) -> None:
    arity = _ARITY.get(cls, len(cls.declaration.parameters))
    # Without a text there is no parameter at all, unless there is one to be missed.
    count = len(_pieces(text)) if text else 0
    if text.count(b'"') % 2 or count != arity:
        raise Misread(_COUNT)


def _pieces(text: bytes) -> list[bytes]:
    """Cut *text* at the commas outside quotes."""
    pieces, inside = [bytearray()], False
    for byte in text:
        inside ^= byte == 0x22
        if byte == 0x2C and not inside:
            pieces.append(bytearray())
        else:
            pieces[-1].append(byte)
    return [bytes(piece) for piece in pieces]


def _tail_of(cls: type[Command[Any]]) -> tuple[list[Parameter], Parameter | None]:
    """Return the parameters before the one that takes the rest of the line, and that one."""
    parameters = cls.declaration.parameters
    tail = next((p for p in parameters if p.inline or (p.codec is not None and p.codec.tail)), None)
    return [p for p in parameters if p is not tail], tail


def _cut_data(cls: type[Command[Any]], text: bytes, head: bytes) -> bytes:
    """Let the data at the end of a line be as long as their length says, as the core takes them."""
    named, tail = _tail_of(cls)
    if tail is None or not tail.data:
        return text
    arguments, data = SYNTAX.cut(text, len(named))
    if data is None:
        return text
    counts = next(index for index, parameter in enumerate(named) if parameter.counts == tail.name)
    if not arguments[counts].text:
        return text
    length = c_number(arguments[counts].text)
    if cls is Send and b"+send" in head and len(data) > length:
        raise Misread(CoreRefused(b"length smaller than payload", None))
    formats = [given.text for one, given in zip(named, arguments, strict=False) if one.name == tail.base64_when]
    if length % 4 and any(c_number(text) == 1 for text in formats):
        raise Misread(not_parsed(Why.MISSING))
    # Behind a line that was cut the buffer holds what has been there before.
    return text[: len(text) - len(data)] + data[:length].ljust(length, b"\0")


def _row_of(table: type[Option], pieces: list[bytes]) -> type[Option] | None:
    """Return the row that the words at the beginning of *pieces* name."""
    rows = table.rows
    words = [piece.replace(b" ", b"").lower().decode("latin-1") for piece in pieces]
    return next((rows[tuple(words[:n])] for n in (4, 3, 2, 1) if tuple(words[:n]) in rows), None)


def _codecs(cls: type[Command[Any]], pieces: list[bytes]) -> list[tuple[Codec[Any] | None, bool]]:
    """Return the type of each piece and whether it may be empty; None for a word that names a row."""
    named, tail = _tail_of(cls)
    found: list[tuple[Codec[Any] | None, bool]] = [(p.codec, p.optional) for p in named]
    if tail is not None and isinstance(tail.codec, OptionName | OptionValue):
        row = _row_of(tail.codec.table, pieces[len(named) :])
        if row is not None:
            found += [(None, True)] * len(row.words[: row.named_by])
            if isinstance(tail.codec, OptionValue) or row.answer.fields != [f.name for f in fields_of(row)]:
                found += [(field.codec, field.optional) for field in fields_of(row)]
    return found


def _as_c_reads(cls: type[Command[Any]], text: bytes) -> bytes:
    """Let numbers that are too large lose their upper bits, and a flag be any number."""
    pieces = _pieces(text)
    for index, (codec, _) in enumerate(_codecs(cls, pieces)[: len(pieces)]):
        piece = pieces[index].strip(b" ")
        if not piece or b'"' in piece:
            continue
        if isinstance(codec, Number) and codec.high in _BITS:
            pieces[index] = b"%d" % (c_number(piece) & ((1 << _BITS[codec.high]) - 1))
        elif isinstance(codec, Bool):
            pieces[index] = b"1" if c_number(piece) else b"0"
    return b",".join(pieces)


def _why(cls: type[Command[Any]], text: bytes, error: Exception) -> CoreRefused:
    """Return how a line is refused that could not be read."""
    pieces = _pieces(text)
    if isinstance(error, ParseError) and error.reason == "count":
        return not_parsed(Why.SEPARATOR)
    named, tail = _tail_of(cls)
    for index, (codec, optional) in enumerate(_codecs(cls, pieces)[: len(pieces)]):
        if codec is not None and (refused := _refused(pieces[index], codec, optional=optional)) is not None:
            return _special(cls, index, pieces[index]) or refused
    if tail is not None and isinstance(tail.codec, OptionName | OptionValue):
        rest = [piece.lower().decode("latin-1") for piece in pieces[len(named) :]]
        if _row_of(tail.codec.table, pieces[len(named) :]) is None:
            begun = any(list(words[: len(rest)]) == rest for words in tail.codec.table.rows)
            return not_parsed(Why.SEPARATOR if begun else Why.UNKNOWN)
    families = any(p.name == "family" for p in cls.declaration.parameters)
    return not_parsed(Why.SEPARATOR if families else Why.MISSING)


def _special(cls: type[Command[Any]], index: int, piece: bytes) -> CoreRefused | None:
    """Return the refusal of a parameter that has one of its own."""
    parameters = cls.declaration.parameters
    name = parameters[index].name if index < len(parameters) else ""
    if cls in (NetAPPStart, NetAPPStop) and piece.strip(b"[]").lower() in _NOT_STARTED:
        return not_parsed(Why.OUT_OF_RANGE)
    if cls is WlanScan and name == "count":
        return not_parsed(Why.OUT_OF_RANGE)
    if name == "socket" and piece:
        return CoreRefused(b"process command", Code.BAD_SOCKET)
    return not_parsed(Why.UNKNOWN) if name == "index" and cls.declaration.name.startswith("Http") else None


def _refused(piece: bytes, codec: Codec[Any], *, optional: bool) -> CoreRefused | None:
    """Return how the core refuses a parameter; None where it understands it."""
    text = piece.strip(b" ")
    quoted = len(text) > 1 and text[:1] == b'"' == text[-1:]
    if not text:
        return None if optional else not_parsed(Why.MISSING)
    if quoted and codec.quoting is Quoting.NEVER:
        return not_parsed(Why.UNKNOWN)
    bare = text[1:-1] if quoted else text
    try:
        codec.write(reveal(codec.read_argument(bare, quoted=quoted)))
    except (ValueError, TypeError):
        if isinstance(codec, Address | Mac | ByteList):
            return not_parsed(Why.SEPARATOR)
        if isinstance(codec, Text | SecretText | PublishTopic):
            return not_parsed(Why.TOO_LONG)
        if isinstance(codec, Number):
            return CoreRefused(b"process command", Code.INVALID)
        return not_parsed(Why.UNKNOWN)
    return None
