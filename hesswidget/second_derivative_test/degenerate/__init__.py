"""What the test leaves open: a point whose Hessian is singular, by the function reduced to the null space."""
