"""What autograd leaves out of NumPy and SciPy, added to it for everybody in the process; what was right stays.

Autograd knows the derivatives of some of NumPy's functions. Of the others it says "VJP of cumprod wrt argnums (0,)
not defined", and a few it differentiates wrongly, or in another shape. Here they are completed in two ways:

* A *definition* (`definition.define`) is a function composed of what autograd, and a recording, already know. The name
  in ``autograd.numpy`` then leads to it wherever an argument is traced, also within a list or by keyword, and to
  NumPy's own function wherever none is. First and second derivatives, and the recorded form, follow from the one
  composition.
* A *derivative* (`autograd.extend.defvjp`) replaces one that fails where the function is smooth, or has another
  shape: ``einsum`` with repeated letters and factors of length one, ``det`` of singular matrices, ``prod`` with zeros,
  ``where`` and ``solve`` that broadcast, ``transpose`` by negative axes.

Each of the modules here completes one family as it is imported, and `families` imports them; `advice` says what to
write where there is no derivative. SciPy is not imported before a traced value meets one of its functions.
"""
