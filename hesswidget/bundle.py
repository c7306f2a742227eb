"""The front end as it is built: files that are not in git, but in every wheel."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parent / "static"
