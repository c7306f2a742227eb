"""What is being looked at: a function, its arguments sorted and checked, and what moves them."""
