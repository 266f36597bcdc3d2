"""Many people who press at the same moment, each in a browser and a thread of their own (T5)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

from django.db import connections
from django.http import HttpResponse
from django.test import Client

from foundation.verdict import Conflict
from tests.depth import sized

Press = tuple[Client, str, dict[str, Any]]


@dataclass(frozen=True)
class Crowd:
    people: int
    times: int


CROWD = sized("crowd", tenth=Crowd(people=20, times=5), full=Crowd(people=50, times=20))


def browsers(user: Any, count: int) -> list[Client]:
    """So many browsers in which `user` is signed in."""
    found = [Client(raise_request_exception=False) for _ in range(count)]
    found[0].force_login(user)
    for each in found[1:]:
        each.cookies.load(found[0].cookies.output(header=""))
    return found


def press(presses: Sequence[Press]) -> list[HttpResponse]:
    """POST every (browser, address, data) at the same moment; the answers in the same order."""
    gate = Barrier(len(presses))

    def one(press: Press) -> HttpResponse:
        browser, address, data = press
        try:
            gate.wait(timeout=60)
            return browser.post(address, data)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(one, presses))


def ends(responses: Iterable[HttpResponse]) -> Counter[str]:
    """How many were done (sent on to the next page), were a conflict, or ended as what else."""
    return Counter(_end(response) for response in responses)


def _end(response: HttpResponse) -> str:
    if response.status_code == 302 and "/login/" not in response["Location"]:
        return "done"
    return "conflict" if response.status_code == 409 else str(response.status_code)


def answers_of(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Each in a thread of its own, all begun at the same moment; what each answered, "conflict"
    where it was told so. Any other fault is raised here."""
    gate = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=60)
            return deed()
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def outcomes_of(deeds: Sequence[Callable[[], Any]]) -> Counter[str]:
    """How many of them were done, and how many were told of a conflict."""
    answers = answers_of(deeds)
    return Counter("conflict" if answer == "conflict" else "done" for answer in answers)


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Exception | None]:
    """Each in a thread of its own, all begun at the same moment; what each raised."""
    gate = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Exception | None:
        try:
            gate.wait(timeout=60)
            deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))
