"""The page and the files beside it."""

import re

from baselines.report import all_tables, write_report
from baselines.report.data import Results


def test_the_report_is_self_contained(content, tmp_path):
    text = write_report(content, tmp_path).read_text()
    assert not re.search(r'(src|href)="(?!data:|#)', text)
    assert "vpo bench --out &lt;here&gt;" in text and "\\u003cd\\u003e" in text
    assert "expected_best" in text and "ndicative" not in re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert "<img src=x" not in text and "window.forged" not in re.sub(r'id="pools">.*?</script>', "", text)
    for name in ("best_at_k.png", "gap.png", "training.png"):
        assert (tmp_path / name).stat().st_size > 5000
        assert name in (tmp_path / "report.md").read_text()


def test_names_with_digits_are_shown_as_they_are(synthetic, tmp_path):
    text = write_report(synthetic({"GRPO 0.0001": 0.6, "GRPO 0.0003": 0.9}), tmp_path).read_text()
    legends = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    assert {"GRPO 0.0001", "GRPO 0.0003"} <= set(legends)


def test_the_page_says_whose_pools_the_sliders_weigh(synthetic, tmp_path):
    text = write_report(synthetic(seeds=(7, 8, 9), examples=5), tmp_path).read_text()
    assert "Shown are the pools of one seed, 7, for 4 of the 6 tasks." in text
    without = write_report(synthetic(examples=0), tmp_path).read_text()
    assert "Choose the preference weights" not in without


def test_fewer_than_three_seeds_are_called_indicative(synthetic, tmp_path):
    text = write_report(synthetic(seeds=(0,)), tmp_path).read_text()
    assert "Indicative: 1 seed. Claims need at least 3." in text
    assert "(indicative: 1 seed)" in (tmp_path / "tables.tex").read_text()
    assert "over 1 seed and 6 tasks" in text


def test_without_a_command_none_is_shown(content, tmp_path):
    text = write_report({**content, "command": ""}, tmp_path).read_text()
    assert '<pre tabindex="0"></pre>' not in text
    assert "Command:" not in (tmp_path / "report.md").read_text()


def test_several_environments_are_summed_up(synthetic, tmp_path):
    text = write_report(synthetic(envs=("my/Some-v0", "my/Other-v0")), tmp_path).read_text()
    assert "All environments" in text and text.count('class="explorer"') == 2
    assert (tmp_path / "best_at_k-my-Other-v0.png").exists()


def test_a_report_of_one_agent_has_no_comparison(synthetic, tmp_path):
    results = Results(synthetic(levels={"VPO": 1.0}, steps=0, examples=0))
    assert len(all_tables(results)) == 2
    assert write_report(results, tmp_path).exists()
