"""What the visitor brings: a drawn, picked or uploaded digit, or a piece of clothing."""
