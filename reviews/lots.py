"""Drawing lots so that anybody can do it again: SHA-256 and sorting, nothing else.

No word of Django in here. A person's ticket is the SHA-256 of "digest:nonce:seed:number"; for each
line the smallest tickets of those who fit are taken, whom an earlier line took apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Candidate:
    """`number` is the place in the printed list, from 1."""

    number: int
    person: int
    name: str
    kind: str
    unit: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of a kind and an area; "" is any."""

    kind: str
    area: str
    count: int

    def fits(self, one: Candidate) -> bool:
        return self.kind in ("", one.kind) and self.area in ("", one.area)

    @property
    def words(self) -> str:
        return f"{self.kind or '不限类别'}，{self.area or '不限板块'}"


@dataclass(frozen=True, slots=True)
class Drawn:
    candidate: Candidate
    line: int
    ticket: str


def commitment_of(nonce: str) -> str:
    return sha256(nonce.encode()).hexdigest()


def text_of(wanted: Sequence[Wanted], candidates: Sequence[Candidate], commitment: str) -> str:
    """What is drawn from, in one fixed way of writing: a line each, its columns apart by a tab."""
    lines = [f"系统随机数的SHA-256\t{commitment}"]
    lines += [f"抽取\t{one.kind}\t{one.area}\t{one.count}" for one in wanted]
    lines += [
        f"{one.number}\t{_plain(one.name)}\t{one.kind}\t{_plain(one.unit)}\t{one.area}"
        for one in candidates
    ]
    return "\n".join(lines)


def _plain(words: str) -> str:
    """A name or unit may not look like a further column or line."""
    return " ".join(words.split())


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def ticket(digest: str, nonce: str, seed: str, number: int) -> str:
    return sha256(f"{digest}:{nonce}:{seed}:{number}".encode()).hexdigest()


def in_order(wanted: Sequence[Wanted]) -> list[Wanted]:
    """What asks for most comes first, so that a wide line takes nobody whom a narrow one needs."""
    return sorted(wanted, key=lambda one: (not one.kind) + (not one.area))


def shortages(wanted: Sequence[Wanted], candidates: Sequence[Candidate]) -> list[str]:
    """Lines that may come out too short, whatever the seed; empty: every draw fills every line."""
    found = []
    for n, line in enumerate(wanted):
        fitting = [one for one in candidates if line.fits(one)]
        before = sum(
            min(other.count, sum(other.fits(one) for one in fitting)) for other in wanted[:n]
        )
        if len(fitting) - before < line.count:
            taken = f"，前面各行最多先抽走{before}位" if before else ""
            found.append(f"{line.words}：名单中有{len(fitting)}位{taken}，要抽{line.count}位。")
    return found


def draw(
    wanted: Sequence[Wanted], candidates: Sequence[Candidate], digest: str, nonce: str, seed: str
) -> list[Drawn]:
    tickets = {one.number: ticket(digest, nonce, seed, one.number) for one in candidates}
    order = sorted(candidates, key=lambda one: tickets[one.number])
    found: list[Drawn] = []
    taken: set[int] = set()
    for n, line in enumerate(wanted):
        for one in [one for one in order if line.fits(one) and one.number not in taken][
            : line.count
        ]:
            taken.add(one.number)
            found.append(Drawn(one, n, tickets[one.number]))
    return found
