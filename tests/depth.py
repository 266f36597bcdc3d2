"""One test body at two sizes: about a tenth in every run, the full numbers by `make soak`."""

from typing import Any

import pytest


def sized(name: str, *, tenth: Any, full: Any, small: Any = ()) -> pytest.MarkDecorator:
    """Give the test its size as the argument `name`; the full one is marked `soak`.

    `small` marks the tenth, where even that is too much for every run.
    """
    sizes = [
        pytest.param(tenth, id="tenth", marks=small),
        pytest.param(full, id="full", marks=pytest.mark.soak),
    ]
    return pytest.mark.parametrize(name, sizes)
