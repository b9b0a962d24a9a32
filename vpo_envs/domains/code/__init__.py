"""Writing functions: right, fast, readable, maintainable."""
