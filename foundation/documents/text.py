import re

_INVALID_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def literal_lines(text: str) -> list[str]:
    """The lines of what a user wrote, without the characters that no XML can hold."""
    return _INVALID_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")


def one_line(text: str) -> str:
    return " ".join(line.strip() for line in literal_lines(text)).strip()
