"""Pictures: small ones for the screen, drawings, slides and films to take away."""
