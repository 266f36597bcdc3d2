"""Content types of the files we hand out."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
WORD = f"{_OFFICE}.wordprocessingml.document"
EXCEL = f"{_OFFICE}.spreadsheetml.sheet"
PDF = "application/pdf"
ZIP = "application/zip"
