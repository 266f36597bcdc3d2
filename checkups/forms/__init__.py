"""What is typed about an indicator, a plan or a note; and the filters of the lists."""

from checkups.forms.answers import AnswerForm
from checkups.forms.filters import CheckupFilterForm, RectificationFilterForm
from checkups.forms.ledger import NoteForm, PlanForm

__all__ = ["AnswerForm", "CheckupFilterForm", "NoteForm", "PlanForm", "RectificationFilterForm"]
