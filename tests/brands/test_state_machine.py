"""T4: whatever persons press in whatever order, the rules of the table hold after every step."""

from dataclasses import dataclass
from functools import partial

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from brands.models import Programme
from foundation import clock
from tests.brands.machine import brand, secretary
from tests.brands.machine.pressing import START
from tests.brands.machine.world import build
from tests.depth import sized

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the races have tests of their own"),
]
PROGRAMMES = {
    Programme.SCHOOL_BRAND: (brand.Brand, brand.HEADS),
    Programme.SECRETARY_PROJECT: (secretary.Secretary, secretary.HEADS),
}


@dataclass(frozen=True)
class Depth:
    examples: int
    steps: int


@pytest.fixture(params=PROGRAMMES)
def machine(request):
    """Makes one story of the programme after the other, all in one world."""
    made, heads = PROGRAMMES[request.param]
    clock.move_to(START)
    yield partial(made, build(request.param, heads))
    clock.reset()


@pytest.mark.timeout(7200)
@sized("depth", tenth=Depth(examples=8, steps=25), full=Depth(examples=5000, steps=40))
def test_no_sequence_of_presses_breaks_a_rule(machine, depth, record_property):
    run(machine, depth)
    record_property("sequences", f"{depth.examples} × {depth.steps}")


def run(machine, depth):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=depth.examples,
            stateful_step_count=depth.steps,
            deadline=None,
            database=None,
            derandomize=depth.examples < 100,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        ),
    )
