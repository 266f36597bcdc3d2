"""Earlier honours from Excel: read and checked; only `services.backfilling` writes."""
