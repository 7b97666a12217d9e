"""Values of MXCHIP AT v2: words with names, and what the module answers."""

from . import enums, records
from .enums import *  # noqa: F403 - lists what it offers
from .records import *  # noqa: F403 - lists what it offers

__all__: list[str] = []
__all__ += enums.__all__
__all__ += records.__all__
