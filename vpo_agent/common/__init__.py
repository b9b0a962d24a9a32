"""Tools that know nothing of tasks and models: processes, files, logs, parsing, progress bars."""
