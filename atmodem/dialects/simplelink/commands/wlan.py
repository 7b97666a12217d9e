"""Commands of the WLAN."""

from __future__ import annotations

from typing import Any, Generic, TypeAlias, TypeVar

from ....wire.codecs import SecretText, Text
from ....wire.command import command, param
from ....wire.event import Evidence
from ....wire.reply import Many, One, Reply
from ....wire.secret import Secret
from ..codecs import Mac, Number, Word
from ..options import Asking, OptionName, OptionValue, answer_of
from ..values.wlan import Eap, ProfileIndex, Security, WlanNetwork, WlanProfile, WlanRole
from ..values.wlan_options import ApPassword, WlanSetting, WlanValue
from ..values.wlan_policies import WlanPolicy
from .base import CoreCommand

__all__ = [
    "WlanConnect",
    "WlanDisconnect",
    "WlanGet",
    "WlanPolicyGet",
    "WlanPolicySet",
    "WlanProfileAdd",
    "WlanProfileDel",
    "WlanProfileGet",
    "WlanScan",
    "WlanSet",
    "WlanSetMode",
]

A = TypeVar("A")
P = TypeVar("P", bound=WlanPolicy)

#: A class; the parameter ``type`` hides the word that says so.
PolicyClass: TypeAlias = type[P]

_SSID = Text(shortest=1, longest=32)
_KEY = SecretText(Text(longest=64))
_USER = Text(longest=32)
_INDEX = Number(0, 255)

#: What a profile is without its key, which the module leaves empty; the manual leaves its place out.
_WITHOUT_KEY = "<ssid>,[<bssid>],<security>,[<ext_user>],[<ext_anon_user>],[<eap>],<priority>"
_PROFILE = One(
    WlanProfile,
    "<ssid>,[<bssid>],<security>,[<key>],[<ext_user>],[<ext_anon_user>],[<eap>],<priority>",
    variants=(_WITHOUT_KEY,),
)


@command("WlanConnect", timeout=5, section="6.3, table 27", keep_commas=True, evidence=Evidence.RUN)
class WlanConnect(CoreCommand[None]):
    """Begin to join a network. Whether that succeeds events tell, within some 30 s.

    :param ssid: name of the network, at most 32 bytes.
    :param bssid: address of the access point; None for any.
    :param security: security of the network.
    :param key: its password, at most 64 bytes; kept as a secret.
    :param ext_user: user name in an enterprise network, at most 32 bytes.
    :param ext_anon_user: anonymous user name there, at most 32 bytes.
    :param eap: method of authentication there.
    :raises CommandError: ``SSID_LENGTH``, ``PROVISIONING``; ``UNKNOWN_WORD`` where the firmware lacks the security.

    Source: SWRU534 6.3, table 27.
    """

    ssid: str = param(_SSID)
    bssid: str | None = param(Mac(), default=None)
    security: Security = param(Word(Security))
    key: str | Secret[str] | None = param(_KEY, default=None)
    ext_user: str | None = param(_USER, default=None)
    ext_anon_user: str | None = param(_USER, default=None)
    eap: Eap | None = param(Word(Eap), default=None)


@command("WlanDisconnect", timeout=5, section="6.3, table 28", evidence=Evidence.RUN)
class WlanDisconnect(CoreCommand[None]):
    """Leave the network; an event follows.

    :raises CommandError: ``ALREADY_DISCONNECTED``.

    Source: SWRU534 6.3, table 28.
    """


@command(
    "WlanProfileAdd",
    timeout=5,
    section="6.3, table 29",
    keep_commas=True,
    evidence=Evidence.RUN,
    reply=One(ProfileIndex),
)
class WlanProfileAdd(CoreCommand[ProfileIndex]):
    """Store a network; seven can be.

    :param ssid: name of the network, at most 32 bytes.
    :param bssid: address of the access point; None for any.
    :param security: security of the network.
    :param key: its password, at most 64 bytes; kept as a secret.
    :param ext_user: user name in an enterprise network, at most 32 bytes.
    :param ext_anon_user: anonymous user name there, at most 32 bytes.
    :param eap: method of authentication there.
    :param priority: 0, the lowest, to 15.
    :returns: the number of the profile.
    :raises CommandError: ``SSID_LENGTH``, ``PROFILES_FULL``.

    Source: SWRU534 6.3, table 29.
    """

    ssid: str = param(_SSID)
    bssid: str | None = param(Mac(), default=None)
    security: Security = param(Word(Security))
    key: str | Secret[str] | None = param(_KEY, default=None)
    ext_user: str | None = param(_USER, default=None)
    ext_anon_user: str | None = param(_USER, default=None)
    eap: Eap | None = param(Word(Eap), default=None)
    priority: int = param(Number(0, 15))


@command("WlanProfileGet", timeout=2, section="6.3, table 30", evidence=Evidence.RUN, reply=_PROFILE)
class WlanProfileGet(CoreCommand[WlanProfile]):
    """Read a stored network.

    :param index: number of the profile.
    :returns: the profile, without its key.
    :raises CommandError: ``NO_PROFILE``.

    Source: SWRU534 6.3, table 30.
    """

    index: int = param(_INDEX)


@command("WlanProfileDel", timeout=5, section="6.3, table 31", evidence=Evidence.RUN)
class WlanProfileDel(CoreCommand[None]):
    """Forget a stored network.

    :param index: number of the profile; 255 for all.
    :raises CommandError: ``NO_PROFILE``.

    Source: SWRU534 6.3, table 31.
    """

    index: int = param(_INDEX)


@command("WlanPolicySet", timeout=2, section="6.3, table 32", evidence=Evidence.RUN)
class WlanPolicySet(CoreCommand[None]):
    """Write a policy: ``WlanPolicySet(option=ConnectionPolicy(option=[ConnectionOption.AUTO]))``.

    :param option: the policy with its option and its value; its type is the word that its class stands for.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.3, table 32.
    """

    option: WlanPolicy = param(OptionValue(WlanPolicy))


@command("WlanPolicyGet", timeout=2, section="6.3, table 33", evidence=Evidence.RUN)
class WlanPolicyGet(CoreCommand[P], Generic[P]):
    """Read a policy: ``WlanPolicyGet(type=ScanPolicy)`` answers a ``ScanPolicy``.

    :param type: the class of the policy.
    :returns: an instance of that class.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.3, table 33.
    """

    type: PolicyClass[P] = param(OptionName(WlanPolicy))

    def reply(self) -> Reply[Any]:
        return self.type.answer


@command(
    "WlanScan",
    timeout=5,
    section="6.3, table 34",
    worker=True,
    evidence=Evidence.RUN,
    reply=Many(WlanNetwork, label="networks", separator=b";"),
)
class WlanScan(CoreCommand[tuple[WlanNetwork, ...]]):
    """List the networks that were found. The first call starts a scan and is refused; ask again after 1 s.

    :param index: first entry, 0 to 29.
    :param count: most entries, 1 to 30.
    :returns: the networks that have a name.
    :raises CommandError: ``SCAN_NOT_READY``.

    Source: SWRU534 6.3, table 34.
    """

    index: int = param(Number(0, 29))
    count: int = param(Number(1, 30))


@command("WlanSetMode", timeout=2, section="6.3, table 35", evidence=Evidence.RUN)
class WlanSetMode(CoreCommand[None]):
    """Choose what the device is; it takes effect after ``Stop`` and ``Start``.

    :param mode: station, access point or Wi-Fi Direct.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.3, table 35.
    """

    mode: WlanRole = param(Word(WlanRole))


@command("WlanSet", timeout=2, section="6.3, table 36", evidence=Evidence.RUN)
class WlanSet(CoreCommand[None]):
    """Write a setting of the WLAN: ``WlanSet(option=ApSsid(ssid="lab"))``.

    :param option: the row with its values; its ID and its option are the words that its class stands for.
    :raises CommandError: ``SSID_LENGTH`` and other codes of the network processor.

    Source: SWRU534 6.3, table 36.
    """

    option: WlanSetting = param(OptionValue(WlanSetting))


# Of all its answers the declaration names the one that holds a secret, so that its name is known for that.
@command("WlanGet", timeout=2, section="6.3, table 37", evidence=Evidence.RUN, reply=One(ApPassword))
class WlanGet(CoreCommand[A], Generic[A]):
    """Read a setting of the WLAN: ``WlanGet(option=ApSsid)`` answers an ``ApSsid``.

    :param option: the class of the row, or an :class:`AccessListRequest`; its ID and its option are the words that
        the class stands for.
    :returns: an instance of that class; for a request what it says.
    :raises CommandError: with the code of the network processor.

    Source: SWRU534 6.3, table 37.
    """

    option: type[A] | Asking[A] = param(OptionName(WlanValue))

    def reply(self) -> Reply[Any]:
        return answer_of(self.option)
