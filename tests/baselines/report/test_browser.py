"""The report in a real headless Chromium."""

import json
import re

import numpy as np
import pytest
from accessibility import violations

from baselines.report import write_report
from baselines.report.data import Results
from baselines.report.verdict import verdict

PHONE = {"width": 360, "height": 780}


@pytest.fixture(scope="module")
def written(synthetic, tmp_path_factory):
    content = synthetic(seeds=(0, 1), envs=("my/Some-v0", "my/Other-v0"))
    return content, write_report(content, tmp_path_factory.mktemp("report"))


@pytest.fixture
def opened(written, chromium):
    """The page, with everything that the browser complains of or asks the network for."""
    _, path = written
    troubles = []
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda r: troubles.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
    page.goto(path.as_uri())
    yield page
    assert troubles == []
    context.close()


def winners(page):
    return {
        card.get_attribute("data-agent"): int(card.get_attribute("data-winner"))
        for card in page.locator(".explorer").first.locator(".card").all()
    }


def expected(content, weights):
    comparison = Results(content).comparisons[0]
    pools = {label: comparison.runs(label)[0].pools.rewards()[0] for label in comparison.labels}
    return {label: int(np.argmax(np.round(pool @ weights, 9))) for label, pool in pools.items()}


def test_sliders_move_the_winners_by_keyboard(opened, written):
    content, _ = written
    assert winners(opened) == expected(content, np.full(4, 0.25))
    sliders = opened.locator(".weights").first.locator("input[type=range]")
    assert sliders.count() == 4
    before = winners(opened)
    for i, key in enumerate(("End", "Home", "Home", "Home")):
        sliders.nth(i).focus()
        opened.keyboard.press(key)
    only_first = winners(opened)
    assert only_first == expected(content, np.array([1.0, 0, 0, 0])) != before
    sliders.nth(2).focus()
    opened.keyboard.press("End")
    opened.keyboard.press("ArrowLeft")
    assert winners(opened) == expected(content, np.array([100, 0, 99, 0]) / 199)
    assert opened.locator(".best").first.inner_text().startswith("Best answer: ")
    opened.get_by_role("button", name="the environment's own weights").first.click()
    assert winners(opened) == before


def test_the_first_screen_says_who_won_for_the_chosen_k_and_weights(opened, written):
    content, path = written
    (comparison, _) = Results(content).comparisons
    said = opened.locator("output.verdict").first
    assert said.inner_text() == verdict(comparison, 30)
    assert said.bounding_box()["y"] + said.bounding_box()["height"] < PHONE["height"]
    assert verdict(comparison, 30) in path.with_name("report.md").read_text()
    opened.locator("#k-0").focus()
    opened.keyboard.press("Home")
    opened.keyboard.press("ArrowRight")
    assert opened.locator("#k-0").get_attribute("aria-valuetext") == "2"
    assert said.inner_text() == verdict(comparison, 2) != verdict(comparison, 30)
    for i, key in enumerate(("Home", "End", "Home", "Home")):
        opened.locator(f"#weight-0-{i}").focus()
        opened.keyboard.press(key)
    only_second = Results(content).comparisons[0]
    only_second.env = only_second.env.model_copy(update={"weights": [0.0, 1.0, 0.0, 0.0]})
    assert said.inner_text() == verdict(only_second, 2) != verdict(comparison, 2)
    first_table = opened.locator("table").first
    assert first_table.evaluate("e => e.compareDocumentPosition(document.querySelector('.verdict'))") & 2


def test_bars_are_sorted_and_stand_for_the_means(opened, written):
    content, _ = written
    (comparison, _) = Results(content).comparisons
    means = {label: comparison.curve(label)[..., -1].mean() for label in comparison.labels}
    rows = opened.locator(".bars").first.locator("li").all_inner_texts()
    shown = [(row.split("\n")[0], float(row.split()[-1])) for row in rows]
    assert [name for name, _ in shown] == sorted(means, key=lambda label: -means[label])
    assert shown == [(name, pytest.approx(means[name], abs=6e-4)) for name, _ in shown]
    widths = [bar.bounding_box()["width"] for bar in opened.locator(".bars").first.locator(".bar").all()]
    shares = np.array([means[name] for name, _ in shown])
    assert np.array(widths) / widths[0] == pytest.approx(shares / shares[0], abs=0.01)  # also on a phone


def test_the_winning_answer_is_shown_as_text(opened, written):
    content, _ = written
    best = expected(content, np.full(4, 0.25))
    for card in opened.locator(".explorer").first.locator(".card").all():
        label = card.get_attribute("data-agent")
        assert card.locator("pre").inner_text().startswith(f"{label} 0 0 {best[label]} </script>")
    assert opened.evaluate("window.forged") is None
    assert opened.locator("img[src=x]").count() == 0


def test_another_task_shows_its_own_pools(opened):
    root = opened.locator(".explorer").first
    root.locator("select").first.select_option("1")
    assert "prompt 1" in root.locator("details pre").first.text_content()
    assert root.locator(".card pre").first.inner_text().split()[2] == "1"


@pytest.mark.parametrize("levels", [{"WarmStart": 0.4, "VPO": 1.0}, {"VPO": 1.0, "GRPO": 0.8}])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_of_one_environment_has_no_obstacle_either(chromium, synthetic, tmp_path, scheme, levels):
    troubles = []
    page = chromium.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.goto(write_report(synthetic(levels, seeds=(0,), steps=4), tmp_path).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == troubles == []
    page.close()


def test_it_fits_a_phone_and_follows_the_colour_scheme(opened):
    assert opened.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    colour = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('figure svg text')).fill"
    opened.emulate_media(color_scheme="light")
    light = opened.evaluate(colour), opened.evaluate(ink)
    opened.emulate_media(color_scheme="dark")
    dark = opened.evaluate(colour), opened.evaluate(ink)
    assert light[0] != dark[0] and light[1] != dark[1]


def test_letters_of_figures_can_be_read_on_a_phone(opened):
    """A figure keeps its size and scrolls within its frame."""
    smallest = """() => Math.min(...[...document.querySelectorAll("figure svg text")].map(
        (text) => text.getBoundingClientRect().height))"""
    assert opened.evaluate(smallest) >= 10
    frame = opened.locator("figure .scroll").first
    frame.focus()
    opened.keyboard.press("ArrowRight")
    # The page's policy refuses what wait_for_function evaluates in it.
    left = "document.querySelector('figure .scroll').scrollLeft"
    assert any(opened.evaluate(left) > 0 or opened.wait_for_timeout(50) for _ in range(100))


def test_sliders_say_the_share_and_only_the_best_answer_is_announced(opened):
    root = opened.locator(".judge").first
    slider = root.locator(".weights input[type=range]").first
    assert slider.get_attribute("aria-valuetext") == "25%"
    slider.focus()
    opened.keyboard.press("Home")
    shares = [each.get_attribute("aria-valuetext") for each in root.locator(".weights input").all()]
    assert shares == ["0%", "33%", "33%", "33%"]
    assert root.locator(".weights .share").all_inner_texts() == shares
    assert root.locator("output").count() == root.locator("[role=status]").count() == 1


def test_the_style_sheet_is_written_as_it_is(opened):
    status = opened.locator("output[role=status]").first
    assert status.evaluate("e => getComputedStyle(e).fontWeight") == "600"


def test_everything_that_moves_has_a_name_and_takes_the_focus(opened):
    for control in opened.locator("input, select, button").all():
        name = control.evaluate("e => e.labels?.[0]?.textContent || e.textContent")
        assert name.strip()
        control.focus()
        assert control.evaluate("e => document.activeElement === e")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_obstacle(opened, scheme):
    opened.emulate_media(color_scheme=scheme)
    assert violations(opened) == []


def test_ids_are_unique_and_links_lead_somewhere(written):
    _, path = written
    text = path.read_text()
    ids = re.findall(r'<(?:section|script|table|div)[^>]* id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<a href="#([^"]+)"', text)) <= set(ids)
    data = re.search(r'<script type="application/json" id="pools">(.*?)</script>', text, re.S).group(1)
    assert len(json.loads(data)["environments"]) == 2
