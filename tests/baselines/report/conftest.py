"""Results of one environment, made up."""

import pytest


@pytest.fixture(scope="module")
def content(synthetic):
    return synthetic()
