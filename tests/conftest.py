"""What the tests of the agents and of the baselines share; torch is imported by those alone."""

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

os.environ["OMP_NUM_THREADS"] = "1"  # for subprocesses, too
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
sys.path.insert(0, str(Path(__file__).parent / "helpers"))  # for `toys`

# Shells start jobs in the background with SIGINT ignored; tests send it, to themselves and to others.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Skips the longest tests unless they are asked for."""
    if "VPO_NIGHTLY" not in os.environ:
        for item in items:
            if item.get_closest_marker("nightly"):
                item.add_marker(pytest.mark.skip(reason="takes long: make nightly"))


CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def repeat_policy_folder(tmp_path_factory):
    """A start that knows the format and the words, but not that it should repeat the prompt's."""
    import toys

    return toys.warm_started(toys.Repeat(), tmp_path_factory.mktemp("repeat"), steps=200)


@pytest.fixture(scope="session")
def trade_off_policy_folder(tmp_path_factory):
    """A start that gives all three answers alike."""
    import toys

    return toys.warm_started(toys.TradeOff(), tmp_path_factory.mktemp("trade_off"), steps=120)


@pytest.fixture(scope="module")  # while it lives, its thread has a running event loop
def chromium():
    """A headless browser: that of $VPO_CHROMIUM, of the system, or of `playwright install chromium`."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = os.environ.get("VPO_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with playwright.sync_playwright() as driver:
        if found is None and not os.path.exists(driver.chromium.executable_path):
            pytest.skip(
                "no Chromium: set VPO_CHROMIUM to one, install it, or run `playwright install chromium`"
            )
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
