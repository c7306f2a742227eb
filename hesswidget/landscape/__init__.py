"""The function around a point: slices, their values, contours, and where the Hessian is definite."""
