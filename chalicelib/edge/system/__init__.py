"""What the API says about itself: its specification, its reference page, its health."""
