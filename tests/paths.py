"""Where things are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
MILL = DATA / "project"
"""The project that reads the small fake library `mill`, of which there are two versions."""
