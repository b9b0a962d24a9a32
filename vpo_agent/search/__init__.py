"""Test-time search: strategies fill a pool of answers per task, choices select one answer from it.

Both are independent: any choice (weights, a context, constraints, the knee, a vote, a scorer) can be
combined with any strategy (sampling, refinement ...).
"""

from vpo_agent.search.choices import ByConstraints, ByContext, ByKnee, ByScorer, ByVote, ByWeights, Choice
from vpo_agent.search.evolution import EvolutionSearch
from vpo_agent.search.refinement import RefinementSearch
from vpo_agent.search.result import Pool, SearchResult
from vpo_agent.search.run import search
from vpo_agent.search.sampling import SamplingSearch
from vpo_agent.search.strategies import STRATEGIES, Strategy, make_strategy

__all__ = [
    "STRATEGIES",
    "ByConstraints",
    "ByContext",
    "ByKnee",
    "ByScorer",
    "ByVote",
    "ByWeights",
    "Choice",
    "EvolutionSearch",
    "Pool",
    "RefinementSearch",
    "SamplingSearch",
    "SearchResult",
    "Strategy",
    "make_strategy",
    "search",
]
