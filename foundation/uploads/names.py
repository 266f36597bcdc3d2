"""File names as users see them. On disk a file has another name, so this is for display."""

import re
import unicodedata

MAX_LENGTH = 120
_MAX_EXTENSION = 10
_RESERVED = re.compile(r"(?i)(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\.|$)")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_JOINER = "\u200d"  # holds emoji together


def clean_name(name: str) -> str:
    """A name that is safe on every system and looks like what it is."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if _is_visible(char))
    name = " ".join(_FORBIDDEN.sub("_", name).split()).rstrip(". ")
    if name.startswith("."):
        name = f"_{name.lstrip('.')}"
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name) or "未命名文件"


def _is_visible(char: str) -> bool:
    # Cf holds the marks that turn writing round: "报告<U+202E>fdp.exe" looks like a PDF.
    category = unicodedata.category(char)
    return char == _JOINER or category not in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}


def _shortened(name: str) -> str:
    if len(name) <= MAX_LENGTH:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > _MAX_EXTENSION:
        return name[:MAX_LENGTH].rstrip(". ")
    return stem[: MAX_LENGTH - len(extension) - 1].rstrip(". ") + dot + extension
