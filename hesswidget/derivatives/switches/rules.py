"""Which operations are switches: the table, with the rules of every family in it."""

from hesswidget.derivatives.switches import elementwise, ties
from hesswidget.derivatives.switches.table import RULES

__all__ = ["FAMILIES", "RULES"]

FAMILIES = (elementwise, ties)  # each adds its rules as it is imported
