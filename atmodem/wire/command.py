"""Commands, declared once: one class encodes a request, checks it, masks it, and decodes it on the module's side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast, dataclass_transform, overload

import attrs

from .codecs import Codec, Quoting
from .event import PARAMETER, Evidence
from .reply import NoReply, One, RawReply, Reply
from .script import Script
from .secret import hide

__all__ = [
    "Command",
    "CommandDeclaration",
    "Form",
    "Parameter",
    "Query",
    "QueryForm",
    "Raw",
    "Setting",
    "command",
    "form_flag",
    "length_of",
    "param",
    "payload",
]

R = TypeVar("R")
T = TypeVar("T")
C = TypeVar("C", bound="type[Command[Any]]")


class Form(Enum):
    """The forms of a command."""

    EXECUTE = "execute"
    SET = "set"
    QUERY = "query"
    STORED = "stored"
    TEST = "test"
    SAVE = "save"


@attrs.frozen
class Parameter:
    """A parameter of a command.

    :param leading: it stands before all others only in some modes of the module, and is absent else.
    :param counts: it holds the length of that other parameter, and is filled in.
    :param data: it is raw data: behind the prompt, or at the end of the line when *inline*.
    :param rest: it takes all arguments that are left.
    :param flag: it chooses the form of the command and is no argument.
    :param when: it stands there only while that other parameter has one of those values.
    :param refused: bytes that the data may not hold.
    :param longest: most bytes of data.
    """

    name: str
    codec: Codec[Any] | None
    optional: bool = False
    leading: bool = False
    counts: str | None = None
    data: bool = False
    inline: bool = False
    base64_when: str | None = None
    rest: bool = False
    flag: bool = False
    answer_quoting: Quoting | None = None
    when: tuple[str, tuple[object, ...]] | None = None
    refused: bytes = b""
    longest: int | None = None
    hidden: bool = False

    @property
    def secret(self) -> bool:
        """Whether its value is masked."""
        return self.hidden or (self.codec is not None and self.codec.secret)


When = tuple[str, tuple[object, ...]]


@overload
def param(
    codec: Codec[T],
    *,
    leading: bool = False,
    rest: bool = False,
    when: When | None = None,
    answer_quoting: Quoting | None = None,
) -> T: ...
@overload
def param(
    codec: Codec[T],
    *,
    default: T,
    leading: bool = False,
    rest: bool = False,
    when: When | None = None,
    answer_quoting: Quoting | None = None,
) -> T: ...
@overload
def param(
    codec: Codec[T],
    *,
    default: None,
    leading: bool = False,
    rest: bool = False,
    when: When | None = None,
    answer_quoting: Quoting | None = None,
) -> T | None: ...
def param(
    codec: Codec[Any],
    *,
    default: Any = attrs.NOTHING,
    leading: bool = False,
    rest: bool = False,
    when: When | None = None,
    answer_quoting: Quoting | None = None,
) -> Any:
    """Declare a parameter.

    :param codec: its type on the wire; a secret one keeps its value as :class:`~atmodem.wire.secret.Secret`.
    :param default: None where it may be left out; another value is sent when the caller gives none.
    :param leading: it is there only in some modes of the module, before all others.
    :param rest: it takes all arguments that are left, as a sequence.
    :param when: name and values of another parameter; its place exists only while that one has one of those values.
    :param answer_quoting: how it is quoted in answers, where a setting is read back in another way.
    """
    facts = {"codec": codec, "leading": leading, "rest": rest, "when": when, "answer_quoting": answer_quoting}
    return attrs.field(default=default, converter=hide if codec.secret else None, metadata={PARAMETER: facts})


def length_of(name: str, codec: Codec[int], *, default: int | None = None) -> int | None:
    """Declare a parameter that tells the length of the data or the sequence *name*.

    It is filled in where the caller gives none; write ``default=None``, by which type checkers see that it may be left
    out.
    """
    made: int | None = attrs.field(default=default, metadata={PARAMETER: {"codec": codec, "counts": name}})
    return made


def payload(
    *,
    inline: bool = False,
    base64_when: str | None = None,
    refused: bytes = b"",
    longest: int | None = None,
    secret: bool = False,
    codec: Codec[bytes] | None = None,
    default: bytes | None = None,
) -> bytes | None:
    """Declare the raw data of a command: sent behind the prompt, or at the end of the line when *inline*.

    :param base64_when: a parameter whose value 1 means that the data are written in base64.
    :param refused: bytes that it may not hold.
    :param longest: most bytes.
    :param secret: it is kept as :class:`~atmodem.wire.secret.Secret`.
    :param codec: checks the bytes that are written, base64 done.
    """
    facts: dict[str, object] = {"codec": codec, "data": True, "inline": inline, "base64_when": base64_when}
    facts |= {"refused": refused, "longest": longest, "hidden": secret}
    made: bytes | None = attrs.field(default=default, converter=hide if secret else None, metadata={PARAMETER: facts})
    return made


def form_flag(*, default: bool = False) -> bool:
    """Declare a yes-or-no that chooses the saving form of a setting."""
    made: bool = attrs.field(default=default, metadata={PARAMETER: {"codec": None, "flag": True}})
    return made


@attrs.frozen
class CommandDeclaration:
    """What is known of a command.

    :param name: its name in the dialect's documentation.
    :param wire: its name as this client writes it.
    :param forms: the forms of an instance; queries are declared by :class:`QueryForm`.
    :param reply: the shape of its answer.
    :param timeout: seconds until the answer must have come; 0 for no limit.
    :param script: what it makes the module do.
    :param bare: it stands without the dialect's prefix.
    :param keep_commas: an optional parameter left out keeps its comma at the end of the line too.
    :param worker: the module answers other commands while it runs.
    :param bare_query: sent without any mark it is answered like its query.
    :param terminated: a terminator follows; only the escape from a stream has none.
    :param spelled: its name is written exactly as *wire* has it.
    """

    name: str
    wire: str
    forms: tuple[Form, ...]
    reply: Reply[Any]
    timeout: float
    script: Script
    section: str
    bare: bool = False
    keep_commas: bool = False
    worker: bool = False
    bare_query: bool = False
    terminated: bool = True
    evidence: Evidence = Evidence.SOURCE
    parameters: tuple[Parameter, ...] = ()
    spelled: bool = False


class Command(Generic[R]):
    """Something to send; its reply is an ``R``."""

    __slots__ = ()

    #: The declaration, on classes made by :func:`command`.
    declaration: ClassVar[CommandDeclaration]

    @property
    def form(self) -> Form:
        """The form in which this instance is sent."""
        forms = self.declaration.forms
        values = [getattr(self, p.name) for p in self.declaration.parameters if not p.flag]
        if Form.SAVE in forms and any(getattr(self, p.name) for p in self.declaration.parameters if p.flag):
            return Form.SAVE
        if Form.EXECUTE in forms and (Form.SET not in forms or all(value is None for value in values)):
            return Form.EXECUTE
        return Form.SET

    def script(self) -> Script:
        """Return the plan of this instance; commands whose course depends on their parameters override it."""
        return self.declaration.script

    def reply(self) -> Reply[Any]:
        """Return the shape of the answer; commands whose answer depends on their parameters override it."""
        return self.declaration.reply

    def time_limit(self) -> float:
        """Return the seconds until the answer must have come; 0 means no limit."""
        return self.declaration.timeout

    @classmethod
    def layout(cls, arguments: Sequence[bytes]) -> Sequence[str] | None:
        """Return the names of the parameters that stand in a line with these arguments, on the module's side.

        None means all; commands whose parameters depend on one another override it.
        """
        return None


@attrs.frozen
class Query(Command[R], Generic[R]):
    """A form of a command that only asks: made by ``query()``, ``stored()`` or ``test()`` of its class."""

    of: type[Command[Any]]
    asked: Form
    shape: Reply[R]
    limit: float

    @property
    def form(self) -> Form:
        return self.asked

    def script(self) -> Script:
        return Script()

    def reply(self) -> Reply[R]:
        return self.shape

    def time_limit(self) -> float:
        return self.limit


class QueryForm(Generic[R]):
    """Declares a form that only asks, as a class attribute: ``query = QueryForm(One(Reply))``; calling it makes one.

    :param reply: the shape of its answer.
    :param form: which form it is.
    :param timeout: seconds, where it differs from the command's.
    """

    def __init__(self, reply: Reply[R], form: Form = Form.QUERY, timeout: float | None = None) -> None:
        self.reply = reply
        self.form = form
        self.timeout = timeout

    def __get__(self, instance: object, owner: type[Command[Any]]) -> Callable[[], Query[R]]:
        def make() -> Query[R]:
            """Return the form of the command that only asks."""
            limit = owner.declaration.timeout if self.timeout is None else self.timeout
            return Query(owner, self.form, self.reply, limit)

        return make


class Setting(Command[None]):
    """A command whose set form and read form have the same fields: ``query()`` answers an instance of it."""

    __slots__ = ()

    #: The form that reads it.
    asked: ClassVar[Form] = Form.QUERY
    #: Its answer and the final are one line end apart, not two.
    glued: ClassVar[bool] = False

    @classmethod
    def answer(cls) -> Reply[Any]:
        """Return the shape in which it is read back."""
        return One(cls, glued=cls.glued)

    @classmethod
    def query(cls) -> Query[Self]:
        """Ask for the value that is set."""
        return Query(cls, cls.asked, cls.answer(), cls.declaration.timeout)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(param, payload, length_of, form_flag))
def command(
    name: str,
    *,
    timeout: float,
    section: str,
    reply: Reply[Any] | None = None,
    script: Script | None = None,
    wire: str | None = None,
    bare: bool = False,
    execute: bool = False,
    keep_commas: bool = False,
    worker: bool = False,
    bare_query: bool = False,
    terminated: bool = True,
    evidence: Evidence = Evidence.SOURCE,
) -> Callable[[C], C]:
    """Declare a command: the class gets its parameters from its annotations.

    A class without parameters has the execute form, unless it declares forms that only ask.

    :param execute: it has the form without parameters besides the others.
    """

    def wrap(cls: C) -> C:
        made: C = attrs.frozen(cls, kw_only=True)
        attributes: tuple[attrs.Attribute[Any], ...] = attrs.fields(cast("type[attrs.AttrsInstance]", made))
        parameters = tuple(
            Parameter(a.name, optional=a.default is not attrs.NOTHING, **a.metadata[PARAMETER])
            for a in attributes
            if PARAMETER in a.metadata
        )
        forms: tuple[Form, ...] = ()
        if any(not p.flag for p in parameters):
            forms = (Form.SET,)
        asks_only = any(isinstance(attribute, QueryForm) for attribute in vars(cls).values())
        if execute or (not forms and not asks_only):
            forms = (*forms, Form.EXECUTE)
        if any(p.flag for p in parameters):
            forms = (*forms, Form.SAVE)
        made.declaration = CommandDeclaration(
            name,
            name if wire is None else wire,
            forms,
            NoReply() if reply is None else reply,
            timeout,
            Script() if script is None else script,
            section,
            bare,
            keep_commas,
            worker,
            bare_query,
            terminated,
            evidence,
            parameters,
            wire is not None,
        )
        return made

    return wrap


@attrs.frozen
class Raw(Command[tuple[bytes, ...]]):
    """A line that no declaration describes; answered with the lines that came.

    :param line: the line without its end.
    :param name: the name that answer lines would carry.
    :param limit: seconds until the answer must have come.
    """

    line: bytes
    name: str = ""
    limit: float = 10.0

    @property
    def form(self) -> Form:
        return Form.EXECUTE

    def script(self) -> Script:
        return Script()

    def reply(self) -> Reply[tuple[bytes, ...]]:
        return RawReply()

    def time_limit(self) -> float:
        return self.limit
