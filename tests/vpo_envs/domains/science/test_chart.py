"""The chart of measurements and proposed laws."""


def test_rendering_plots_the_laws(enzyme, saturation):
    answers = ["v = V*S/(S + K)", "nonsense", "v = 0.5*V"]
    rewards = enzyme.score_batch([saturation] * 3, answers)
    drawn = enzyme.render(saturation, answers, rewards, "ansi")
    plot = [line for line in drawn.splitlines() if line.startswith("|")]
    assert len(plot) == 16
    assert any("o" in line for line in plot)
    assert any("1" in line for line in plot) and any("333" in line for line in plot)
    assert not any("2" in line[:65] for line in plot)
