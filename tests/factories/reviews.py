"""Rounds and reviews with the least a test needs."""

from datetime import timedelta
from decimal import Decimal

import factory

from brands.models import BatchStatus, ProjectStatus, ProjectVersion
from foundation import clock
from reviews.models import Assignment, Entry, Pledge, Round, RoundStatus, Rubric
from schools.models import Role
from tests.factories.brands import BatchFactory, ProjectFactory, full_content
from tests.factories.people import UserFactory, person
from tests.factories.schools import RootFactory

GOOD_COMMENT = (
    "载体稳定、成效明显，建议进一步提炼可复制的制度经验，并补充学生和家长方面的反馈数据。"
)


class EligibleProjectFactory(ProjectFactory):
    """Checked, with one submitted version, waiting for its review."""

    class Meta:
        skip_postgeneration_save = True

    status = ProjectStatus.ELIGIBLE
    content = factory.LazyAttribute(lambda project: full_content(project.batch.programme_id))

    @factory.post_generation
    def with_version(self, create, extracted, **kwargs):
        if create:
            ProjectVersion.objects.create(
                project=self, number=1, title=self.title, content=self.content, by=self.created_by
            )


class RoundFactory(factory.django.DjangoModelFactory):
    """A draft round that may be opened: its window began an hour ago."""

    class Meta:
        model = Round

    batch = factory.SubFactory(BatchFactory, status=BatchStatus.OPEN)
    rubric = factory.LazyFunction(lambda: Rubric.objects.get(code="R1"))
    opens_at = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))
    closes_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=7))
    created_by = factory.SubFactory(UserFactory)


class EntryFactory(factory.django.DjangoModelFactory):
    """A project in review, in an open round."""

    class Meta:
        model = Entry

    round = factory.SubFactory(RoundFactory, status=RoundStatus.OPEN)
    project = factory.LazyAttribute(
        lambda entry: EligibleProjectFactory(
            batch=entry.round.batch, status=ProjectStatus.IN_REVIEW
        )
    )
    version = factory.LazyAttribute(lambda entry: entry.project.versions.get())


def reviewer(**user):
    return person(Role.REVIEWER, RootFactory(), **user)


def staff():
    return person(Role.BUREAU, RootFactory())


class AssignmentFactory(factory.django.DjangoModelFactory):
    """Given to a reviewer who has signed the pledge."""

    class Meta:
        model = Assignment
        skip_postgeneration_save = True

    entry = factory.SubFactory(EntryFactory)
    reviewer = factory.LazyFunction(reviewer)

    @factory.post_generation
    def pledged(self, create, extracted, **kwargs):
        if create and extracted is not False:
            Pledge.objects.get_or_create(reviewer=self.reviewer, round=self.entry.round)
            self.declared_at = clock.now()
            self.save(update_fields=["declared_at"])


def scores(assignment, share=1):
    """criterion id → `share` of its weight, in halves."""
    criteria = assignment.entry.round.rubric.criteria.all()
    return {
        c.pk: (Decimal(c.weight) * Decimal(str(share)) * 2).quantize(Decimal(1)) / 2
        for c in criteria
    }


def submitted(entry, share=1, *, by=None, **values):
    """One more submitted review of `entry`; `values` by criterion code, "R1_5" for R1-5."""
    from reviews.services import save_scores, submit_review

    assignment = AssignmentFactory(entry=entry, **({"reviewer": by} if by else {}))
    given = scores(assignment, share)
    for criterion in entry.round.rubric.criteria.all():
        given[criterion.pk] = Decimal(
            values.get(criterion.code.replace("-", "_"), given[criterion.pk])
        )
    save_scores(assignment, given, GOOD_COMMENT, by=assignment.reviewer, version=assignment.version)
    submit_review(assignment, by=assignment.reviewer)
    return assignment
