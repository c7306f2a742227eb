"""Functions that branch on values: the paths that they take are recorded each, and joined under their guards."""
