"""Word documents in the layout of official papers, and PDF files."""

from foundation.documents.books import OfficialBook
from foundation.documents.forms import FormCell, label, value
from foundation.documents.letters import OfficialLetter
from foundation.documents.official import OfficialDocument, chinese_date
from foundation.documents.pdf import CannotPrint, render_pdf
from foundation.documents.text import chinese_number

__all__ = [
    "CannotPrint",
    "FormCell",
    "OfficialBook",
    "OfficialDocument",
    "OfficialLetter",
    "chinese_date",
    "chinese_number",
    "label",
    "render_pdf",
    "value",
]
