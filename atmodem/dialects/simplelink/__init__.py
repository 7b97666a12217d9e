"""TI SimpleLink CC3220: the AT command library of the Wi-Fi network processor.

Commands are named as in the manual. The rows of its option tables are classes of their own: ``Set`` takes an instance
of one, ``Get`` takes the class and answers an instance.
"""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .codecs import DataFormat as DataFormat
from .codecs import Qos as Qos
from .commands.base import *
from .commands.crypto import *
from .commands.file import *
from .commands.http import *
from .commands.mqtt import *
from .commands.netapp import *
from .commands.netcfg import *
from .commands.socket import *
from .commands.system import *
from .commands.wlan import *
from .device import Virtual as Virtual  # behind the commands, which it plays
from .events import *
from .options import Option as Option
from .values.crypto import *
from .values.file import *
from .values.http import *
from .values.mqtt import *
from .values.netapp import *
from .values.netapp_options import *
from .values.netcfg import *
from .values.socket_options import *
from .values.sockets import *
from .values.system import *
from .values.wlan import *
from .values.wlan_options import *
from .values.wlan_policies import *
