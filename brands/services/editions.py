"""A submission as a kept version: its words, its files, and the code on its paper."""

import json
from typing import Any

from django.utils.crypto import salted_hmac

from brands.models import Project, ProjectVersion
from foundation import clock

_DIGITS = 10


def keep(project: Project, *, by: Any) -> ProjectVersion:
    """Call it under the project's lock."""
    version = ProjectVersion(
        project=project,
        number=project.versions.count() + 1,
        title=project.title,
        content=project.content,
        files=files_of(project),
        by=by,
        at=clock.now(),
    )
    version.code = code_of(version)
    version.save(force_insert=True)
    return version


def files_of(project: Project) -> list[dict[str, Any]]:
    """What is attached now, oldest first."""
    return [
        {
            "field": file.field,
            "name": file.name,
            "size": file.size,
            "sha256": file.sha256,
            "kind": file.content_type,
        }
        for file in project.attachments.all()
    ]


def code_of(version: ProjectVersion) -> str:
    """It fits this version only. Kept with it, because the key it is made with may change."""
    words = [version.project_id, version.number, version.title, version.content, version.files]
    content = json.dumps(words, sort_keys=True)
    mark = salted_hmac("brands.version", content, algorithm="sha256").hexdigest()
    return mark[:_DIGITS].upper()
