"""How fast the app is: `python -m tests.bench` from the project's root."""
