"""What explorers show as matplotlib figures: for papers, and for notebooks that are read without a kernel.

Everything is drawn on a `matplotlib.figure.Figure` of its own, never through pyplot: no backend is chosen, nothing is
kept alive, and figures may be drawn in threads. Colours are those of ``frontend/base/theme.css`` in the light theme.
"""

from hesswidget.figures.bifurcation import bifurcation
from hesswidget.figures.cost import cost
from hesswidget.figures.curvature import explorer
from hesswidget.figures.descent import descent
from hesswidget.figures.flatness import flatness
from hesswidget.figures.ladder import ladder
from hesswidget.figures.panels.branches import branches
from hesswidget.figures.panels.eigenvalues import eigenvalues
from hesswidget.figures.panels.hessian import hessian
from hesswidget.figures.panels.landscape import landscape
from hesswidget.figures.panels.paths import convergence, paths
from hesswidget.figures.panels.places import places
from hesswidget.figures.panels.steps import steps
from hesswidget.figures.regularize import regularize
from hesswidget.figures.slices import slices
from hesswidget.figures.spectrum import spectrum
from hesswidget.figures.style import GLYPHS
from hesswidget.figures.training import training

__all__ = [
    "GLYPHS",
    "bifurcation",
    "branches",
    "convergence",
    "cost",
    "descent",
    "eigenvalues",
    "explorer",
    "flatness",
    "hessian",
    "ladder",
    "landscape",
    "paths",
    "places",
    "regularize",
    "slices",
    "spectrum",
    "steps",
    "training",
]
