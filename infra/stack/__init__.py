"""The template around the application: everything that Chalice does not make."""
