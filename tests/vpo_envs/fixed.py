"""A domain with one score for every answer, which records what it is given to read."""

from vpo_envs import Domain, Objective, Task


class Fixed(Domain):
    """Scores every answer with what it was built with."""

    objectives = (Objective("x"), Objective("y"))

    def __init__(self, score=(0.5, 1.0)):
        self.returned = score
        self.read = []

    def sample_task(self, rng):
        return Task(f"case {rng.integers(10**9)}")

    def score(self, task, answer):
        self.read.append(answer)
        return self.returned

    def feedback(self, task, answer):
        self.read.append(answer)
        return ""
