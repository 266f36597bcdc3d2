"""离线评分: a workbook to take along, and what it brings back."""
