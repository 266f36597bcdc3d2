"""Freeze the full round again, in one transaction that is rolled back: `python -m bench.freezing 3000`.

Prints its milliseconds and statements as JSON. No page: a freeze is pressed once in a round's life.
"""

import json
import time
from typing import Any

from bench.build import parsed, prepare


def measured() -> dict[str, Any]:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from bench.registry import STAFF
    from brands.models import Project, ProjectStatus
    from foundation.accounts.models import User
    from reviews.models import Round, RoundStatus
    from reviews.services import freeze_round

    with transaction.atomic():
        round = Round.objects.get(status=RoundStatus.FROZEN)
        Project.objects.filter(entries__round=round).update(status=ProjectStatus.IN_REVIEW)
        Round.objects.filter(pk=round.pk).update(status=RoundStatus.OPEN)
        with CaptureQueriesContext(connection) as caught:
            began, cpu = time.perf_counter(), time.process_time()
            freeze_round(round, by=User.objects.get(username=STAFF))
            took = time.perf_counter() - began
        transaction.set_rollback(True)
    return {
        "queries": len(caught),
        "ms": took * 1000,
        "cpu_ms": (time.process_time() - cpu) * 1000,
        "sql_ms": sum(float(query["time"]) for query in caught) * 1000,
    }


def main() -> None:
    options = parsed(__doc__)
    prepare(options.database_url, options.dir)
    print(json.dumps(measured()))


if __name__ == "__main__":
    main()
