"""Changes that touch several rows: called by views, tasks and the apps above."""
