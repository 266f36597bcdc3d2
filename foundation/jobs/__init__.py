"""Files that take longer than a request: made by the worker, fetched by their owner."""
