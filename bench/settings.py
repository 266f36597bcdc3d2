"""The product's settings and, with BENCH=1 only, the three limit pages. Nothing of it is in the product."""

import os

os.environ.setdefault("HTTPS", "0")  # The measurement listens on loopback.

from config.settings import *  # noqa: F403

if env.bool("BENCH", default=False):  # noqa: F405
    ROOT_URLCONF = "bench.urls"
    TEMPLATES[0]["DIRS"].append(BASE_DIR / "bench" / "templates")  # noqa: F405
