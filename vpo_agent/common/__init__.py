"""Tools independent of tasks and models: processes, files, logs, parsing, progress bars."""
