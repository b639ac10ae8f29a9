"""The inbox: deliveries of platforms are verified, stored, worked on once, and shown with their state."""
