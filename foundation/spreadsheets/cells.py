"""What a cell says, as text: the same whether Excel kept it as text, number or date."""

import datetime as dt
import unicodedata
from decimal import Decimal

# Digits, letters and the space typed in full width. Chinese punctuation must survive in
# names ("（东校区）"), so this is not NFKC.
_HALF_WIDTH = {
    code: code - 0xFEE0
    for first, last in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
    for code in range(ord(first), ord(last) + 1)
}
_SPACES = dict.fromkeys(map(ord, "\u3000\u00a0"), " ")
# Invisible characters that arrive with text copied from chats and web pages.
_INVISIBLE = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), 127, *map(ord, "\u200b\u2060\ufeff")]
)
_CLEANED = {**_HALF_WIDTH, **_SPACES, **_INVISIBLE}


def cell_text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if value is None:
        return ""
    return str(value).replace("\r\n", "\n").replace("\r", "\n").translate(_CLEANED).strip()


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def title_key(title: object) -> str:
    """Two titles are the same column when their keys are: spacing, width and a * do not count."""
    squeezed = "".join(cell_text(title).split())
    return unicodedata.normalize("NFKC", squeezed).strip("*").casefold()


def _number_text(value: float) -> str:
    # Fifteen digits are what Excel itself keeps and shows.
    text = format(Decimal(format(value, ".15g")), "f")
    return "0" if text == "-0" else text
