"""Types of values on the wire: each one writes, reads and checks its values, for both sides of the line."""

from .addresses import Ip, Mac
from .base import Codec, Quoting
from .lists import ListOf
from .numbers import Bitmask, Bool, Float, Hex, Int, SecretInt
from .text import HexBytes, OrEmpty, SecretText, Text, TextOrInt
from .words import Choice, OpenIntEnum, OpenStrEnum

__all__ = [
    "Bitmask",
    "Bool",
    "Choice",
    "Codec",
    "Float",
    "Hex",
    "HexBytes",
    "Int",
    "Ip",
    "ListOf",
    "Mac",
    "OpenIntEnum",
    "OpenStrEnum",
    "OrEmpty",
    "Quoting",
    "SecretInt",
    "SecretText",
    "Text",
    "TextOrInt",
]
