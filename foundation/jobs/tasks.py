"""Thin tasks; each may run twice."""

from celery import shared_task

from foundation.jobs import services
from foundation.jobs.models import Job


@shared_task
def run(pk: int) -> bool:
    job = Job.objects.select_related("owner").filter(pk=pk).first()
    return job is not None and services.run(job)


@shared_task
def resume() -> int:
    return services.resume()


@shared_task
def sweep() -> int:
    return services.sweep()
