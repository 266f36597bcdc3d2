"""评分签名页: what a reviewer handed in, on paper, with room for the name and the day."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from foundation import clock
from foundation.documents import chinese_date, render_pdf
from reviews.models import AssignmentStatus, Round
from reviews.offline.sheet import names_of, own_of


def signature_page(round: Round, reviewer: Any) -> bytes:
    """PDF; raises CannotPrint for a character that the fonts lack."""
    own, names = own_of(round, reviewer), names_of(reviewer)
    done = [one for one in own if one.status == AssignmentStatus.SUBMITTED]
    rows = [
        [str(number), *names[one.pk], str(one.total), _day(one.submitted_at)]
        for number, one in enumerate(done, start=1)
    ]
    data = {
        "title": f"{round}评分签名页",
        "issuer": settings.SITE["issuer"],
        "rubric": str(round.rubric),
        "reviewer": reviewer.name,
        "rows": rows,
        "left": len(own) - len(done),
        "full": round.rubric.full_marks,
        "printed": chinese_date(clock.today()),
    }
    return render_pdf("signature.typ", data)


def _day(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
