"""Language models: loading, chat templates, attention, log-probabilities, adapters, reference models."""
