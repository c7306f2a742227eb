"""The views of a figure, each the twin of a panel in ``frontend/panels``."""
