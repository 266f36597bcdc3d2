"""Word documents in the layout of official papers."""

from foundation.documents.forms import FormCell, label, value
from foundation.documents.official import OfficialDocument, chinese_date

__all__ = ["FormCell", "OfficialDocument", "chinese_date", "label", "value"]
