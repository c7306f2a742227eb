"""Spectra of matrices that are known by their products alone: Hessians from two variables to a million."""
