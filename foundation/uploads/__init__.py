"""Files from users: decided by content, cleaned, stored whole, served as attachments only."""

from foundation.uploads.inspection import Inspected, inspect
from foundation.uploads.kinds import (
    ALL_KINDS,
    PICTURED,
    Kind,
    StorageFull,
    TryLater,
    UploadRefused,
    extensions_of,
    kind_of_name,
)
from foundation.uploads.names import clean_name
from foundation.uploads.parts import drop_parts, open_parts, sweep_parts, write_part
from foundation.uploads.previewing import can_preview, page_response, pages_of
from foundation.uploads.scanning import Infected, ScannerAway
from foundation.uploads.serving import serve
from foundation.uploads.storing import new_file, store

__all__ = [
    "ALL_KINDS",
    "PICTURED",
    "Infected",
    "Inspected",
    "Kind",
    "ScannerAway",
    "StorageFull",
    "TryLater",
    "UploadRefused",
    "can_preview",
    "clean_name",
    "drop_parts",
    "extensions_of",
    "inspect",
    "kind_of_name",
    "new_file",
    "open_parts",
    "page_response",
    "pages_of",
    "serve",
    "store",
    "sweep_parts",
    "write_part",
]
