"""Kinks: where the pieces of a function meet, and what it does there.

A *switch* is an operation that changes its formula where a quantity changes its sign: ``abs``, ``maximum``, a
comparison, ``floor``. `sides` runs a function with the side of every switch held, and `pieces` differentiates what it
then is at the point where the pieces meet; `rules` says which operations are switches. `fan` decides the sign of what
the pieces do to first order, `quadrics` to second; `kink` puts together what is known of one point, `wording` says it,
and `judging` hands it on.
"""
