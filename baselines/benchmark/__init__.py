"""Head-to-head benchmarks: plans, learning-rate tuning, runs in separate processes, results."""
