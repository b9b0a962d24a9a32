"""Updates of the weights: advantage estimators, losses, the trainer, supervised fine-tuning."""
