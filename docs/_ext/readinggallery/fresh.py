"""Each example starts afresh, and soon."""

from __future__ import annotations

import gc
import sys
from typing import Any

from .run import start_afresh


def fresh(gallery_conf: dict[str, Any], script: str | None) -> None:
    """What sphinx-gallery calls before each script: undo what the last one set.

    sphinx-gallery collects garbage around every script. torch's many objects are none,
    and are taken out of the collector's sight, or it would look at them each time.
    """
    if "torch" in sys.modules:
        start_afresh()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].rcdefaults()
    gc.freeze()
