"""Which kinds of file a field takes, in the words that a form is built with."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from foundation.uploads import ALL_KINDS, PICTURED, Kind, extensions_of

PICTURES = frozenset({Kind.JPG, Kind.PNG})
GROUPS: dict[str, tuple[str, frozenset[Kind]]] = {
    "picture": ("照片、图片", PICTURES),
    "pdf": ("PDF", frozenset({Kind.PDF})),
    "word": ("Word", frozenset({Kind.DOCX})),
    "excel": ("Excel", frozenset({Kind.XLSX})),
}
SHORT = {Kind.DOCX: "Word（docx）", Kind.XLSX: "Excel（xlsx）", Kind.JPG: "JPG", Kind.PNG: "PNG"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be sent in one place: kinds, and how many."""

    kinds: frozenset[Kind]
    most: int

    @property
    def accept(self) -> str:
        """For the browser; what it lets through anyway the server refuses."""
        return ",".join(f".{extension}" for extension in extensions_of(self.kinds))

    @property
    def words(self) -> str:
        names = "、".join(SHORT.get(kind, kind.label) for kind in Kind if kind in self.kinds)
        megabytes = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
        pixels = "，图片不超过 2500 万像素" if self.kinds & PICTURES else ""
        return f"可传 {names}，每个不超过 {megabytes} MB{pixels}，不超过 {self.most} 个。"

    def admits(self, content_type: str) -> bool:
        return content_type in {kind.content_type for kind in self.kinds}

    @property
    def is_pictured(self) -> bool:
        """May people's faces be in it? Then it is asked about minors."""
        return bool(self.kinds & PICTURED)


def kinds_of(groups: Collection[str]) -> frozenset[Kind]:
    """Of no group: all there are."""
    chosen = [GROUPS[group][1] for group in groups if group in GROUPS]
    return frozenset[Kind]().union(*chosen) if chosen else ALL_KINDS


def group_words(groups: Collection[str]) -> str:
    return "、".join(words for key, (words, _) in GROUPS.items() if key in groups)
