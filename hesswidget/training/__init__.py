"""Training under the eye: a method's steps on a loss, and the loss's curvature along them."""
