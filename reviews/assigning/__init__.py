"""Who judges what, solved: plain facts in, a plan and its proof out. No word of Django in here.

`solving` and `proving` take their libraries along, 100 MB of memory: imported by who solves, when.
"""

from reviews.assigning.checking import Fault, cost_of, faults_of
from reviews.assigning.problem import Expert, Item, Problem, Rules

__all__ = ["Expert", "Fault", "Item", "Problem", "Rules", "cost_of", "faults_of"]
