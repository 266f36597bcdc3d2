"""Words that say who applies, found however they were spaced and put out of sight."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

SCHOOL, AREA, PERSON, HIDDEN = "某校", "某区", "某同志", "（隐去）"
NOT_CONFIRMED = "（尚未隐名，暂不显示）"
_GAP = r"[^\S\n]{0,2}[\u200b-\u200d\u2060\ufeff]{0,2}"
# What leads to somebody whatever the register says: mail, web address, mobile and office phone.
# The last two must stand alone, so that no amount or document number is taken for one.
_ALWAYS = re.compile(
    r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"|(?:https?://|www\.)[^\s，。；）、]+"
    r"|(?<![\d.])1[3-9]\d{9}(?![\d.])"
    r"|(?<![\d.])0\d{2,3}[-－—]?\d{7,8}(?![\d.])"
)


def plain(word: str) -> str:
    """One spelling for what looks alike: no space, half width, small letters."""
    folded = unicodedata.normalize("NFKC", word).lower()
    return re.sub(r"[\s\u200b-\u200d\u2060\ufeff]", "", folded)


class Masker:
    """What one blind entry's reviewers read instead: the one way out for all of its words."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """`pairs`: what is found → what is shown. The longest is looked for first."""
        self.shown = {plain(found): shown for found, shown in pairs if plain(found)}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = sorted(self.shown, key=lambda word: (-len(word), word))
        parts = [_GAP.join(_either_width(char) for char in word) for word in words]
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def text(self, text: str) -> str:
        return _ALWAYS.sub(HIDDEN, self.words(text))

    def words(self, text: str) -> str:
        """The dictionary alone, for what programs read: addresses in there mean something else."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self.shown[plain(match.group())], text)

    @property
    def patterns(self) -> tuple[str, str]:
        """As expressions, ignoring case: of the dictionary, and of what is always hidden."""
        return self._pattern.pattern if self._pattern else "", _ALWAYS.pattern

    def count(self, text: str) -> Counter[str]:
        """How often each word is there, by its plain spelling."""
        if self._pattern is None:
            return Counter()
        return Counter(plain(match.group()) for match in self._pattern.finditer(text))


class Open(Masker):
    """Of a round that is not blind: words stay as they are."""

    def __init__(self) -> None:
        super().__init__(())

    def text(self, text: str) -> str:
        return text


class Closed(Masker):
    """Nobody has confirmed what to hide: nothing is shown."""

    def __init__(self) -> None:
        super().__init__(())

    def text(self, text: str) -> str:
        return NOT_CONFIRMED if text else text


def _either_width(char: str) -> str:
    wide = chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else ""
    return f"[{re.escape(char)}{wide}]" if wide else re.escape(char)
