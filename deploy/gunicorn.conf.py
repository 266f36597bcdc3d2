"""gunicorn in production: `gunicorn -c deploy/gunicorn.conf.py config.wsgi`."""

import multiprocessing
import os

bind = os.environ.get("WEB_BIND", "127.0.0.1:8001")
workers = int(os.environ.get("WEB_WORKERS", multiprocessing.cpu_count() + 1))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 90  # an export of a whole city, with room
graceful_timeout = 30
# A worker is renewed now and then, not all at once.
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # noqa: S108  (heartbeat files; a disk may stall)
forwarded_allow_ips = "127.0.0.1"
control_socket_disable = True
loglevel = "warning"
