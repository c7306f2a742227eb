"""`hw.spectrum` for notebooks: what was found shows itself as its figure, or as its table where there are none."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any

from hesswidget.explorers.cell import publish, still
from hesswidget.spectra import find
from hesswidget.spectra.record import Spectrum


@wraps(find.spectrum)
def spectrum(*args: Any, **options: Any) -> Spectrum:
    """See `hesswidget.spectra.find.spectrum`."""
    return replace(find.spectrum(*args, **options), show=_show)


def _show(found: Spectrum) -> None:
    from hesswidget import figures

    publish(still(str(found), figures.spectrum(found)), {})
