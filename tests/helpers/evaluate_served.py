"""An evaluation of a served model: `python evaluate_served.py URL JOURNAL`."""

import sys

import toys

from vpo_agent import evaluate
from vpo_agent.integrations.endpoint import Endpoint
from vpo_agent.integrations.endpoint_agent import EndpointAgent


def run(url, cache):
    endpoint = Endpoint(url, "m", concurrency=4, cache=cache)
    return evaluate(EndpointAgent(endpoint, toys.make_env(toys.TradeOff())), tasks=20, pool=3)


if __name__ == "__main__":
    run(*sys.argv[1:])
