"""How one text becomes another, for the eye: Chinese has no spaces to cut at, so characters are
compared, within the sentences that changed; where a text was written anew it is not cut to bits."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

Op = tuple[str, str]  # ("equal" | "delete" | "insert", text)
Opcode = tuple[str, int, int, int, int]

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]*")
SIGN = re.compile(r"[0-9A-Za-z.]+|.", re.DOTALL)  # A number or a Latin word is one sign.


def ops_of(old: str, new: str) -> list[Op]:
    """Runs in their order, what went before what came."""
    was, now = _sentences(old), _sentences(new)
    found: list[Op] = []
    for tag, a, b, c, d in _opcodes(was, now):
        before, after = "".join(was[a:b]), "".join(now[c:d])
        found += [("equal", before)] if tag == "equal" else _within(before, after)
    runs = groupby(found, lambda op: op[0])
    return [(kind, "".join(text for _, text in run)) for kind, run in runs]


def _sentences(text: str) -> list[str]:
    return [part for part in SENTENCE.findall(text) if part]


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[Opcode]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _within(old: str, new: str) -> Iterator[Op]:
    """Sign by sign; whole where less than a third of the shorter one would stay."""
    parts = _joined(old, new)
    stays = sum(len(before) for before, after in parts if before == after)
    if stays * 3 < min(len(old), len(new)):
        parts = [(old, new)]
    for before, after in parts:
        if before == after:
            yield "equal", before
            continue
        if before:
            yield "delete", before
        if after:
            yield "insert", after


def _joined(old: str, new: str) -> list[tuple[str, str]]:
    """Pairs of what stands for what, equal ones and edits in turn. What stayed between two edits no
    shorter than itself stayed by chance, and is part of one edit."""
    was, now = SIGN.findall(old), SIGN.findall(new)
    parts = [("".join(was[a:b]), "".join(now[c:d])) for _, a, b, c, d in _opcodes(was, now)]
    at = 1
    while at < len(parts) - 1:
        before, (stayed, same), after = parts[at - 1 : at + 2]
        if stayed == same and len(stayed) <= min(_length(before), _length(after)):
            around = parts[at - 1 : at + 2]
            parts[at - 1 : at + 2] = [
                ("".join(p[0] for p in around), "".join(p[1] for p in around))
            ]
            at = max(at - 2, 1)  # A longer edit may swallow what stands before it.
        else:
            at += 1
    return parts


def _length(edit: tuple[str, str]) -> int:
    return max(map(len, edit))
