"""The parts that draw and decode in the browser: one folder each."""
