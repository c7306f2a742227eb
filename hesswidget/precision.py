"""The precision that everything here is computed in: float64."""

import numpy as np

EPS = float(np.finfo(float).eps)
