"""What is true of every route, generated from the declarations."""
