"""Two trees and who acts in them."""

from schools.models.appointment import Appointment, Role
from schools.models.importing import ImportDraft
from schools.models.organisation import CommitteePost, OrganisationKind, PartyOrganisation, Tier
from schools.models.school import Area, Ownership, School, SchoolKind

__all__ = [
    "Appointment",
    "Area",
    "CommitteePost",
    "ImportDraft",
    "OrganisationKind",
    "Ownership",
    "PartyOrganisation",
    "Role",
    "School",
    "SchoolKind",
    "Tier",
]
