"""Functions of other libraries, JAX and PyTorch, as functions of ``autograd.numpy``.

Their own library traces them forward, once for each shape of their arguments, and never differentiates what it traced;
each primitive is then a rule in ``autograd.numpy``, found by its name. So all that can be done with a function can be
done with them. Neither library is imported here: a function is known by what it refers to (`recognition`), and then its
library is there already.

`tape` is what a traced function becomes; `jaxpr` and `aten` write it, by the rules in `jax_rules` and `aten_rules`, on
what both need in `rules` and `arrays`; `played` is the function that plays it.
"""
