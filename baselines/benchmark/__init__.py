"""Head-to-head benchmarks: plans, learning-rate tuning, runs in processes of their own, results."""
