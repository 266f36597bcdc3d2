"""Files from users: decided by content, cleaned, stored whole, served as attachments only."""

from foundation.uploads.inspection import Inspected, inspect
from foundation.uploads.kinds import ALL_KINDS, Kind, UploadRefused
from foundation.uploads.names import clean_name
from foundation.uploads.scanning import Infected, ScannerAway
from foundation.uploads.serving import serve
from foundation.uploads.storing import new_file, store

__all__ = [
    "ALL_KINDS",
    "Infected",
    "Inspected",
    "Kind",
    "ScannerAway",
    "UploadRefused",
    "clean_name",
    "inspect",
    "new_file",
    "serve",
    "store",
]
