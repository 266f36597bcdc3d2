"""Who judges what, solved: plain facts in, a plan and its proof out. No word of Django in here."""

from reviews.assigning.checking import Fault, cost_of, faults_of
from reviews.assigning.explaining import Clash, clashes_of
from reviews.assigning.problem import Expert, Item, Problem, Rules
from reviews.assigning.proving import is_optimal
from reviews.assigning.solving import SOLVER, Plan, Unsolvable, solve

__all__ = [
    "SOLVER",
    "Clash",
    "Expert",
    "Fault",
    "Item",
    "Plan",
    "Problem",
    "Rules",
    "Unsolvable",
    "clashes_of",
    "cost_of",
    "faults_of",
    "is_optimal",
    "solve",
]
