"""The documentation site: built strictly, and opened in a real headless Chromium."""

import functools
import http.server
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from accessibility import violations

ROOT = Path(__file__).parents[2]
PHONE = {"width": 390, "height": 844}
NAMES = sorted(
    [path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    + [path.relative_to(ROOT).with_suffix("").as_posix() for path in (ROOT / "notebooks").glob("*.ipynb")]
)
COLOURFUL = ("index", "concept", "agents", "verl", "cite", "results/credit")
"""Pages that have all colours together: code in Python, YAML and BibTeX, links in code, tables, a drawing."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Prints nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs")
    pytest.importorskip("mkdocstrings")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    command += ["--no-directory-urls"]  # links between files work without a server
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def address(site):
    """Serves the site on this machine: pages read by `file:` may not fetch their search index."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def phone(chromium):
    """One page for all tests; it forgets the colour scheme, which the site keeps in the browser's storage."""
    context = chromium.new_context(viewport=PHONE)
    context.add_init_script("localStorage.clear()")
    yield context.new_page()
    context.close()


@pytest.fixture
def opened(address, phone):
    """Opens a page at the size of a phone; collects complaints of the browser and requests to other hosts."""
    troubles = []
    listeners = {
        "console": lambda message: troubles.append(message.text) if message.type == "error" else None,
        "pageerror": lambda error: troubles.append(str(error)),
        "request": lambda r: troubles.append(r.url) if not r.url.startswith((address, "data:")) else None,
    }
    for event, listener in listeners.items():
        phone.on(event, listener)

    def go(name, scheme="light"):
        phone.emulate_media(color_scheme=scheme)
        phone.goto(f"{address}/{name}.html")
        shown = phone.locator("body").get_attribute("data-md-color-scheme")
        assert shown == {"light": "default", "dark": "slate"}[scheme]
        return phone

    yield go
    for event, listener in listeners.items():
        phone.remove_listener(event, listener)
    assert troubles == []


@pytest.mark.parametrize("name", NAMES)
def test_every_page_fits_a_phone_asks_no_other_host_and_has_no_obstacle(opened, name):
    page = opened(name)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, contrast=False) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in COLOURFUL else pytest.mark.nightly) for name in NAMES]
)
def test_colours_have_enough_contrast(opened, name, scheme):
    assert violations(opened(name, scheme), others=False) == []


def test_the_weights_slider_moves_the_winner(opened):
    page = opened("concept")
    root = page.locator(".weights-and-pool")
    slider, said = root.locator("input[type=range]"), root.locator("output")
    slider.focus()
    page.keyboard.press("End")
    assert "Gold 100%, diamonds 0%: the best answer is worth 0.97." in said.inner_text()
    page.keyboard.press("Home")
    assert "Gold 0%, diamonds 100%: the best answer is worth 0.96." in said.inner_text()
    assert slider.get_attribute("aria-valuetext") == "gold 0%, diamonds 100%"
    spread = float(re.search(r"the pool is worth (\d\.\d+)", said.inner_text())[1])
    # By hand, for the copies: max of a share of .72 and the rest of .70 is .70 + .02 w, on average .71.
    root.get_by_label("copies of a compromise (GRPO)").check()
    assert "worth 0.70. Over all weights the pool is worth 0.710." in said.inner_text()
    assert spread > 0.75
    assert root.locator("circle.best").count() == 2


def test_every_page_and_notebook_is_in_the_site(site):
    pages = {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}
    assert pages == {*NAMES, "404"}


def test_a_notebook_is_shown_with_its_outputs(site):
    page = (site / "notebooks" / "compare_agents.html").read_text("utf-8")
    assert "notebooks/compare_agents.ipynb" in page and "E_w[best], PoolVPO - GRPO:" in page
    assert 'src="compare_agents-0.png"' in page
    assert (site / "notebooks" / "compare_agents-0.png").read_bytes().startswith(b"\x89PNG")


def test_the_reference_shows_signatures_and_examples(site):
    page = (site / "api" / "measures.html").read_text()
    assert "max_at_k_weights" in page and "of 6 pairs 0, 1, 2, 3" in page
    assert (site / "api" / "agents.html").read_text().count('class="doc doc-object doc-class"') >= 8
