"""Integrations with other libraries; each module documents its dependencies."""
