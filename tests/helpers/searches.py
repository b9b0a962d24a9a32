"""Short calls of search strategies."""


def fill(strategy, generator, tasks, budget, **arguments):
    """Pools of a strategy, with the generator's own tasks and sampling."""
    how = {"sampling": generator.sampling, **arguments}
    return strategy.search(generator, generator.source, tasks, budget, **how)
