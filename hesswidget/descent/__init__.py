"""Descent: methods of first order, of second order and between, and the paths that they take."""
