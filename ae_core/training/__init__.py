"""Training, judging and exporting the families; TensorFlow lives here alone."""
