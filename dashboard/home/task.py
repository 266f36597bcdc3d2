"""A line of "what I must do", and how the days left to it are counted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from foundation import clock
from foundation.workdays.deadlines import days_left
from foundation.workdays.services import Calendar


@dataclass(frozen=True, slots=True)
class Task:
    """As `includes/_task_list.html` reads it. `days_left` counts legal working days."""

    name: str
    why: str
    url: str
    due: date | None = None
    days_left: int | None = None
    tone: str = "plain"
    done: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a section: a link, what to know of it, and its state as a chip."""

    name: str
    url: str
    note: str = ""
    label: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Section:
    """A short list of the first page; `url` leads to the whole of it, `total` counts that."""

    title: str
    url: str
    lines: list[Line]
    total: int
    empty: str = ""


class Deadlines:
    """Counts working days for many deadlines with one query."""

    REACH = timedelta(days=400)

    def __init__(self) -> None:
        self.today = clock.today()
        self._calendar = Calendar(self.today - self.REACH, self.today + self.REACH)

    def task(self, name: str, why: str, url: str, due: date | datetime | None = None) -> Task:
        """A task with its days left; a date beyond a year is shown without a count."""
        if due is None:
            return Task(name, why, url)
        day = timezone.localdate(due) if isinstance(due, datetime) else due
        if abs(day - self.today) > self.REACH:
            return Task(name, why, url, day)
        return Task(name, why, url, day, days_left(due, self._calendar))


def by_deadline(tasks: list[Task]) -> list[Task]:
    """The nearest deadline first, those without one last."""
    return sorted(tasks, key=lambda task: (task.due is None, task.due or date.max, task.name))
