"""Find what looks like personal data before it goes out (domain.md F-C 32)."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_RUN = re.compile(r"\d+[Xx]?(?:[ \-]\d+[Xx]?)*")
_SEPARATOR = re.compile(r"[ \-]")
_IDENTITY = re.compile(r"\d{17}[\dXx]")
_LIKELY_IDENTITY = re.compile(
    r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]"
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_CARD = re.compile(r"\d{16,19}")
_LONGEST = 19
IDENTITY = "身份证号"


@dataclass(frozen=True, slots=True)
class Hit:
    """`masked` is all that is ever shown or kept; `key` tells one hit from another."""

    kind: str
    masked: str
    where: str
    key: str


def scan(text: str, where: str) -> list[Hit]:
    """Identity numbers, mobile numbers and bank cards in `text`, also with spaces or dashes."""
    found: dict[str, Hit] = {}
    for run in _RUN.findall(unicodedata.normalize("NFKC", text)):
        groups = _SEPARATOR.split(run)
        for number in _candidates(groups):
            kind = _kind(number)
            # Joined from groups it must look the part: two house numbers are no identity.
            if kind and (
                number in groups or kind != IDENTITY or _LIKELY_IDENTITY.fullmatch(number)
            ):
                key = hashlib.sha256(f"{where}:{number}".encode()).hexdigest()[:16]
                found[number] = Hit(kind, mask(number), where, key)
    return list(found.values())


def without_personal(text: str) -> str:
    """The text with every such number masked where it stands."""
    return _RUN.sub(_masked_run, text)


def _masked_run(found: re.Match[str]) -> str:
    run = unicodedata.normalize("NFKC", found.group())
    return mask(_SEPARATOR.sub("", run)) if scan(run, "") else found.group()


def _candidates(groups: list[str]) -> list[str]:
    """Each group, and neighbours joined: "138 1234 5678" is one number."""
    candidates = []
    for first in range(len(groups)):
        joined = ""
        for group in groups[first:]:
            joined += group
            if len(joined) > _LONGEST:
                break
            candidates.append(joined)
    return candidates


def _kind(number: str) -> str:
    if _IDENTITY.fullmatch(number):
        return IDENTITY
    if _MOBILE.fullmatch(number):
        return "手机号码"
    if _CARD.fullmatch(number) and _passes_luhn(number):
        return "银行卡号"
    return ""


def _passes_luhn(number: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def mask(number: str) -> str:
    """138****1234, 3205**********1234."""
    head = 3 if len(number) == 11 else 4
    return f"{number[:head]}{'*' * (len(number) - head - 4)}{number[-4:]}"
