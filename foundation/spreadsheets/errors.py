class SheetError(Exception):
    """A workbook that cannot be read; str(e) is a Chinese sentence for the user."""
