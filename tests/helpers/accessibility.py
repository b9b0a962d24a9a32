"""Automatic checks of accessibility by axe-core, in a page that Playwright has opened."""

import pytest

CONTRAST = "color-contrast"


def violations(page, contrast=True, others=True):
    """Returns rule and elements of every violation: contrast, labels, landmarks, keyboard ...

    Contrast takes most of the time, and is all that depends on the colour scheme.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    options = {"resultTypes": ["violations"]}
    if not others:
        options["runOnly"] = [CONTRAST]
    elif not contrast:
        options["rules"] = {CONTRAST: {"enabled": False}}
    found = axe.run(page, options=options).response["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]][:3]) for rule in found]
