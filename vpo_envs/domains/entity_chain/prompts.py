"""Wording of the full prompts."""

from __future__ import annotations

from vpo_envs.domains.entity_chain.chain import LETTERS, Chain

INSTRUCTIONS = """\
Some entities in the story below are masked. Only the last one is named. Find the names behind the \
masks by working backwards from it, link by link. {source}

Story:
{story}

Resolve the links one after another before you answer. Then end with the names of {limit}.

- Write each name in the tag of its letter, with nothing else inside: {tags}.
- {style}
- {counted}Each wrong name makes the right ones worth less, so leave out what you do not know.
- If you write a name more than once, the last one counts.

The form of the end, shown for another story:
{example}"""

RECORDS = "The records tell what is known about the world:\n\n{records}"
BY_HEART = "You know enough about the world to do so."
PLAIN = "Write names in full, as the records do."
WIKIPEDIA = (
    "Write each name as the title of its English Wikipedia article, with underscores and with the note in "
    "parentheses if there is one: `Jane_Hollis`, `Jane_Hollis_(film)`."
)

PAPER = """\
Below is a short story about masked entities (Person A, Country B and so on) and their relations. Its last \
sentence names the entity at the end of the chain. Work backwards from it to find the others.

Story:
{story}

The masked entities, in the order of the story: {masks}.

Give the canonical name of each, as Wikipedia writes it with underscores (for example \
`Jane_Hollis_(film)`), and nothing else inside the tags. The name in <entity_A> is the answer.
{form}"""


def full(chain: Chain, most: int) -> str:
    """Returns the prompt that states our rules.

    Args:
        chain: The chain.
        most: Names that count.
    """
    depth = len(chain.entities)
    most = min(most, depth)
    source = BY_HEART
    if chain.records:
        source = RECORDS.format(records="\n".join(f"- {text}" for text in chain.records))
    limit, counted = "the masked entities", ""
    if most < depth:
        limit = f"{'one' if most == 1 else f'at most {most}'} of the masked entities"
        counted = (
            f"Only {'one name counts' if most == 1 else f'{most} names count'}, the last if there are more. "
        )
    example = ["<entity_A>Jane_Hollis</entity_A>", "<entity_C>Wychbury</entity_C>"]
    if chain.records:
        example[0] = example[0].replace("_Hollis", " Hollis")
    return INSTRUCTIONS.format(
        source=source,
        story="\n".join(chain.narrative),
        limit=limit,
        tags=", ".join(f"<entity_{letter}> for {mask}" for letter, mask in zip(LETTERS, chain.masks)),
        style=PLAIN if chain.records else WIKIPEDIA,
        counted=counted,
        example="\n".join(example[: 1 if most == 1 else 2]),
    )


def paper(chain: Chain) -> str:
    """Returns a prompt with what the authors' prompt holds, in our words."""
    return PAPER.format(
        story="\n".join(chain.narrative),
        masks=", ".join(chain.masks),
        form="\n".join(
            f"<entity_{letter}>...</entity_{letter}> ({mask})" for letter, mask in zip(LETTERS, chain.masks)
        ),
    )
