import re

_INVALID_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DIGITS = "〇一二三四五六七八九"


def literal(text: str) -> str:
    """What a user wrote, without the characters that no XML can hold."""
    return _INVALID_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def literal_lines(text: str) -> list[str]:
    return literal(text).split("\n")


def one_line(text: str) -> str:
    return " ".join(line.strip() for line in literal_lines(text)).strip()


def chinese_number(number: int) -> str:
    """1 to 99 as they number headings: 一, 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return f"{lead}{_DIGITS[ones] if ones else ''}"
