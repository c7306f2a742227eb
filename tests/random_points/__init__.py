"""Functions drawn at random around a point whose class is known by construction, and what is said of the point.

`cases` draws them, `verdict` compares, and ``python -m tests.random_points --cases 10000`` counts, by kind of case.
`tables` draws functions all of whose critical points in a box are known.
"""
