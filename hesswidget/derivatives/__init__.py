"""The one room that knows autograd: a user's function called, differentiated and recorded."""
