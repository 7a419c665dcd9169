"""One short function a use case: load, call, save. What the command line, the web and notebooks call."""
