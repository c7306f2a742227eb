"""Live Hessians in a notebook: heatmap, eigenvalues and the second-derivative test under a slider."""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from hesswidget.curvature import Curvature, curvature
from hesswidget.errors import ProblemError
from hesswidget.problem.vector import vector
from hesswidget.second_derivative_test.classification import Classification, Inertia, classify

if TYPE_CHECKING:
    from hesswidget import figures, gallery, models
    from hesswidget.compiled import Compiled, compile
    from hesswidget.costs.record import Cost
    from hesswidget.critical.find import critical_points
    from hesswidget.critical.points import CriticalPoint, CriticalSet
    from hesswidget.critical.table import CriticalPoints
    from hesswidget.descent.common_plane import common_plane
    from hesswidget.descent.listed import methods
    from hesswidget.descent.path import Path
    from hesswidget.explorers.bifurcation import bifurcation
    from hesswidget.explorers.cost import cost
    from hesswidget.explorers.curvature import explore
    from hesswidget.explorers.descent import descend
    from hesswidget.explorers.flatness import flatness
    from hesswidget.explorers.paths import PathRecorder, minimize, path
    from hesswidget.explorers.regularize import regularize
    from hesswidget.explorers.shell import Explorer
    from hesswidget.explorers.spectrum import spectrum
    from hesswidget.explorers.training import train
    from hesswidget.problem.composite import Composite, composite, least_squares
    from hesswidget.spectra.record import Spectrum
    from hesswidget.spectra.slices import Slices, slices
    from hesswidget.training.run import Run

__version__ = "0.1.0"
__all__ = [
    "Classification",
    "Compiled",
    "Composite",
    "Cost",
    "CriticalPoint",
    "CriticalPoints",
    "CriticalSet",
    "Curvature",
    "Explorer",
    "Inertia",
    "Path",
    "PathRecorder",
    "ProblemError",
    "Run",
    "Slices",
    "Spectrum",
    "bifurcation",
    "classify",
    "common_plane",
    "compile",
    "composite",
    "cost",
    "critical_points",
    "curvature",
    "descend",
    "explore",
    "figures",
    "flatness",
    "gallery",
    "least_squares",
    "methods",
    "minimize",
    "models",
    "path",
    "regularize",
    "slices",
    "spectrum",
    "train",
    "vector",
]

# Imported on first use: ipywidgets brings IPython, figures brings matplotlib. The two names of IPython's are for
# `%load_ext hesswidget`.
_LAZY = {
    "bifurcation": ("hesswidget.explorers.bifurcation", "bifurcation"),
    "common_plane": ("hesswidget.descent.common_plane", "common_plane"),
    "Compiled": ("hesswidget.compiled", "Compiled"),
    "compile": ("hesswidget.compiled", "compile"),
    "Composite": ("hesswidget.problem.composite", "Composite"),
    "composite": ("hesswidget.problem.composite", "composite"),
    "Cost": ("hesswidget.costs.record", "Cost"),
    "cost": ("hesswidget.explorers.cost", "cost"),
    "CriticalPoint": ("hesswidget.critical.table", "CriticalPoint"),
    "CriticalPoints": ("hesswidget.critical.table", "CriticalPoints"),
    "CriticalSet": ("hesswidget.critical.table", "CriticalSet"),
    "critical_points": ("hesswidget.critical.find", "critical_points"),
    "descend": ("hesswidget.explorers.descent", "descend"),
    "Explorer": ("hesswidget.explorers.shell", "Explorer"),
    "explore": ("hesswidget.explorers.curvature", "explore"),
    "figures": ("hesswidget.figures", None),
    "flatness": ("hesswidget.explorers.flatness", "flatness"),
    "gallery": ("hesswidget.gallery", None),
    "least_squares": ("hesswidget.problem.composite", "least_squares"),
    "methods": ("hesswidget.descent.listed", "methods"),
    "minimize": ("hesswidget.explorers.paths", "minimize"),
    "models": ("hesswidget.models", None),
    "Path": ("hesswidget.descent.path", "Path"),
    "PathRecorder": ("hesswidget.explorers.paths", "PathRecorder"),
    "path": ("hesswidget.explorers.paths", "path"),
    "regularize": ("hesswidget.explorers.regularize", "regularize"),
    "Run": ("hesswidget.training.run", "Run"),
    "Slices": ("hesswidget.spectra.slices", "Slices"),
    "slices": ("hesswidget.spectra.slices", "slices"),
    "Spectrum": ("hesswidget.spectra.record", "Spectrum"),
    "spectrum": ("hesswidget.explorers.spectrum", "spectrum"),
    "train": ("hesswidget.explorers.training", "train"),
    "load_ipython_extension": ("hesswidget.notebook.magics", "load_ipython_extension"),
    "unload_ipython_extension": ("hesswidget.notebook.magics", "unload_ipython_extension"),
}


# Quiet unless somebody listens; what is unexpected is logged with its traceback.
logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'hesswidget' has no attribute {name!r}")
    module, attribute = _LAZY[name]
    found = importlib.import_module(module)
    globals()[name] = found if attribute is None else getattr(found, attribute)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
