"""Is the process alive, and can it do its work?"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from foundation import clock
from foundation.outbox.models import Heartbeat, Message

LAG = timedelta(minutes=10)
SILENCE = timedelta(minutes=3)


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """503 with the names of what is wrong; no figures that tell an outsider anything."""
    problems = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if Message.objects.overdue(clock.wall_now() - LAG).exists():
            problems.append("outbox")
        if not Heartbeat.objects.alive(clock.wall_now() - SILENCE):
            problems.append("scheduler")
    except DatabaseError:
        problems.append("database")
    return JsonResponse(
        {"ready": not problems, "problems": problems}, status=503 if problems else 200
    )
