"""Critical points: found in a box, counted, followed against a parameter, joined by paths."""
