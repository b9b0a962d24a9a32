"""A question by hand, and the scores of answers to it."""

from vpo_envs.domains.multihop_qa import MultiHopQADomain
from vpo_envs.domains.multihop_qa.question import Paragraph, Question
from vpo_envs.domains.worlds.trails import Hop
from vpo_envs.task import Task


def question(support=(3, 7, 2), answers=("Old Selmor", "Selmoria")) -> Question:
    paragraphs = tuple(Paragraph(f"Title {i}", f"Text {i}.") for i in range(1, 9))
    values = (*(f"bridge {i}" for i in range(1, len(support))), answers[0])
    steps = tuple(map(Hop, (paragraphs[support[0] - 1].title, *values), support, values))
    return Question("Where?", paragraphs, steps, answers, told=steps)


DOMAIN = MultiHopQADomain(max_citations=4)
TASK = DOMAIN.make_task(question())


def score(answer: str, task: Task = TASK, domain: MultiHopQADomain = DOMAIN) -> list[float]:
    return domain.score(task, answer)
