"""Prompts with roles: texts of which the beginning may be a system message."""

from __future__ import annotations

SEPARATOR = "\n\n"
"""Text between the system message and the user's message."""

Message = dict[str, str]
"""A message of a chat: its `role` and its `content`."""


class Prompt(str):
    r"""A text that begins with a system message.

    It is a string like any other, so environments, logs and models without roles need not know of it. What is
    appended with `+` belongs to the user's message; all other operations return plain strings.

    Args:
        text: The whole text.
        system: The system message, with which the text begins.

    Attributes:
        system: The system message.

    Raises:
        ValueError: If the text does not begin with the system message.

    Example:
        >>> prompt = Prompt("Be brief.\n\nWhere is Oslo?", "Be brief.") + "\nOne word."
        >>> messages(prompt)[1]
        {'role': 'user', 'content': 'Where is Oslo?\nOne word.'}
    """

    system: str

    def __new__(cls, text: str, system: str = "") -> Prompt:
        """Returns the text with its system message."""
        if not text.startswith(system):
            raise ValueError(
                f"the prompt {text[:40]!r}... does not begin with system={system[:40]!r}; put "
                "the system message, a blank line and the question into the prompt"
            )
        prompt = super().__new__(cls, text)
        prompt.system = system
        return prompt

    def __add__(self, text: str) -> Prompt:
        """Returns the prompt with a text appended to the user's message."""
        return Prompt(super().__add__(text), self.system)


def messages(prompt: str) -> list[Message]:
    """Returns the messages of a prompt: the user's, after the system message of a `Prompt` that has one."""
    system = prompt.system if isinstance(prompt, Prompt) else ""
    said = prompt.removeprefix(system).removeprefix(SEPARATOR) if system else str(prompt)
    if not system.strip() or not said.strip():
        return [{"role": "user", "content": str(prompt)}]
    return [{"role": "system", "content": system}, {"role": "user", "content": said}]


def as_text(messages: list[Message]) -> str:
    """Returns the text of messages, without their roles."""
    return SEPARATOR.join(message["content"] for message in messages)
