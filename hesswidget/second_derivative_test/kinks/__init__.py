"""Kinks: where the pieces of a function meet, and what it does there.

A *switch* is an operation that changes its formula where a quantity changes its sign: ``abs``, ``maximum``, a
comparison, ``floor``. `sides` runs a function with the side of every switch held, and `pieces` differentiates what it
then is at the point where the pieces meet; `rules` says which operations are switches. `junction` has the gradients and
jumps there; `groups` parts the switches into those that have to do with each other, and `fan` decides the sign of what
the pieces of each do (`first_order`). What that leaves open the Hessian of their `lagrangian` decides, pieced together
by `quadrics` where it jumps, as it does where the gradient is continuous (`second_order`). `crowd` decides where nested
switches are too many for that, `weak` where f is level beside the point. `classify` makes a `kink` of
that, `reason` says it, and `resolve` hands it on. `singular` is for points at which no switch is met, and yet f has no
derivatives: cones and cusps, in all directions or in those that `partly_smooth` parts from the others.
"""
