"""Automatic checks of accessibility by axe-core, in a page that Playwright has opened."""

import pytest

ALL = ("minor", "moderate", "serious", "critical")


def violations(page, impacts=ALL):
    """Returns rule and elements of every violation: contrast, labels, landmarks, keyboard ..."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]][:3])
        for rule in found
        if rule["impact"] in impacts
    ]
