"""Feedback names what is wrong."""

from vpo_envs.domains.science.answers import write_answer


def test_feedback_names_what_is_wrong(enzyme, saturation):
    def feedback(text):
        return enzyme.feedback(saturation, text)

    assert "there is no line that starts with 'v ='" in feedback("I do not know")
    assert "No experiment could be read" in feedback("v = V")
    assert "a closing bracket is missing" in feedback("v = V*(S")
    assert "S is in m^(-3)*mol but 1 in 1" in feedback("v = V*log(S + 1)")
    assert "as S tends to 0, v tends to 0 in proportion to S" in feedback("v = V*S^2/(S^2 + K^2)")
    assert "At large S the law gives 2 times the true value" in feedback("v = 2*V*S/(S + K)")
    assert "no positive value" in feedback("v = -V")
    assert "A law of 7 parts explains everything" in feedback("v = V*S/(S + K) + 0*V")
    best = write_answer(saturation.truth.problem, saturation.truth.problem.law, (0,), compact=False)
    assert "tells the laws apart with power" in feedback(best)
    assert "limit" not in feedback(best) and "units" not in feedback(best)
