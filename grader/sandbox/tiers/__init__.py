"""The kinds of sandbox, strongest first."""
