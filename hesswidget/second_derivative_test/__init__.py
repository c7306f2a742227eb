"""The second-derivative test: what a point is, by the inertia of its Hessian, and how surely."""
