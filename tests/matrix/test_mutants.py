"""T1: a build that lacks one guard of one page does not pass the matrix."""

import random
import re

import pytest
from django.conf import settings
from django.urls import resolve

from tests.matrix.addresses import ARGUMENTS
from tests.matrix.asking import address, ask, deviations, expected, signed_in
from tests.matrix.mutants import APPS, HELD_BY, UNSEEN, Guard, guards, removed
from tests.matrix.reaching import Reach
from tests.matrix.world import ROLES


def test_every_excuse_is_of_a_guard_that_is_there():
    assert {*UNSEEN, *HELD_BY} - {str(guard) for guard in guards()} == set()


def test_every_test_that_is_named_as_holding_a_guard_is_there():
    tests = "\n".join(path.read_text() for path in (settings.BASE_DIR / "tests").rglob("test_*.py"))
    named = {*HELD_BY.values(), *re.findall(r"\btest_\w+", " ".join(UNSEEN.values()))}
    assert [name for name in sorted(named) if not re.search(rf"def {name}\(", tests)] == []


def _watched() -> list[Guard]:
    return [guard for guard in guards() if str(guard) not in {*UNSEEN, *HELD_BY}]


def test_a_build_without_a_guard_is_noticed(world, record_property):
    """Three of them in every run; the soak takes out all."""
    watched = _watched()
    chosen, look = random.Random(1).sample(watched, 3), Look(world)

    unnoticed = [str(guard) for guard in chosen if not look.notices(guard)]

    record_property("guards removed", f"{len(chosen)} of {len(watched)}")
    assert not unnoticed, "\n".join(unnoticed)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("app", APPS)
def test_no_guard_of_an_app_can_be_left_out(world, app, record_property):
    watched = [guard for guard in _watched() if guard.module.split(".")[0] == app]
    look = Look(world, watched)

    unnoticed = [str(guard) for guard in watched if not look.notices(guard)]

    record_property("guards removed", f"{len(watched)}")
    assert not unnoticed, "\n".join(unnoticed)


class Look:
    """The matrix with everybody signed in. Where it was noted who comes by a guard (`noted`, which
    goes through every address of an app), these are asked first; then from the address that the
    guard is nearest to."""

    def __init__(self, world, noted: list[Guard] | None = None):
        self.world, self.table = world, expected()
        self.clients = {role: signed_in(world, role) for role in ROLES}
        self.reach = Reach(world, self.table, self.clients, noted) if noted else None

    def notices(self, guard: Guard) -> bool:
        """Something deviates without the guard that does not with it."""
        for line, role in self.asked(guard):
            with removed(guard):
                deviates = self._deviates(line, role)
            if deviates and not self._deviates(line, role):
                return True
        return False

    def asked(self, guard: Guard) -> list[tuple[str, str]]:
        """What no address of its own app reached may be asked by another one."""
        noted = self.reach.of(guard) if self.reach else []
        return noted or self._nearest(guard)

    def _deviates(self, line: str, role: str) -> bool:
        try:
            if any(deviations(self.world, self.table, self.clients[role], role, line)):
                return True
        except Exception:  # It falls over what the guard would have kept away.
            return True
        # As test_other_methods_are_refused asks.
        if role != "bureau":
            return False
        response, _, _ = ask(self.clients[role], "PUT", address(self.world, line))
        return response.status_code != 405

    def _nearest(self, guard: Guard) -> list[tuple[str, str]]:
        def distance(line):
            view = resolve(address(self.world, line)).func
            same = (view.__module__ == guard.module, view.__name__ == guard.function)
            app = view.__module__.split(".")[0] == guard.module.split(".")[0]
            return (not all(same), not same[0], not app)

        return [(line, role) for line in sorted(ARGUMENTS, key=distance) for role in ROLES]
