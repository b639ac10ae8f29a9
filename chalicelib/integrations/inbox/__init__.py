"""The inbox: what platforms deliver, verified, kept, worked on once, and shown with its state."""
