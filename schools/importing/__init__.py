"""The bureau's sheet of schools: read, checked, compared; only `applying` writes."""
