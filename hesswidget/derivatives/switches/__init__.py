"""The pieces of a function: it is run with each of its switches held to a side, and each piece differentiated."""
