"""Replies of servers: late, oversized and malformed replies are treated as broken connections."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2

from vpo_agent.common.message_content import text_of

LONGEST = 4 * 2**20
"""Maximum length of a reply in bytes, far above that of any completion."""


@dataclass(frozen=True)
class Reply:
    """A completion as reported by a server.

    Attributes:
        text: Text of the completion; empty where the server reports `null` (a refusal, a tool call, or
            reasoning that used up all tokens).
        finish: Finish reason: `stop`, `length` ...; empty if not reported.
        model: Name of the model; empty if not reported.
        prompt_tokens: Number of prompt tokens; None if not reported.
        completion_tokens: Number of sampled tokens; None if not reported.
    """

    text: str
    finish: str = ""
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


def read_reply(body: bytes) -> Reply:
    """Parses the body of a reply of `/chat/completions` or `/completions`; uses the first choice.

    Raises:
        ValueError: If the body holds no completion.

    Example:
        >>> read_reply(b'{"choices": [{"message": {"content": "left"}, "finish_reason": "stop"}]}')
        Reply(text='left', finish='stop', model='', prompt_tokens=None, completion_tokens=None)
    """
    try:
        found = json.loads(body)
        choice = found["choices"][0]
        text = choice["message"].get("content") if "message" in choice else choice["text"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"the reply {body[:200]!r} holds no completion") from error
    try:
        said = text_of(text)
    except ValueError as error:
        raise ValueError(f"the reply {body[:200]!r} holds no text") from error
    return Reply(
        text=said,
        finish=_name(choice.get("finish_reason")),
        model=_name(found.get("model")),
        prompt_tokens=_count(found.get("usage"), "prompt_tokens"),
        completion_tokens=_count(found.get("usage"), "completion_tokens"),
    )


class UnusableReply(httpx2.RemoteProtocolError):
    """The error for what a server did send, but cannot be used."""


class CheckedClient(httpx2.AsyncClient):
    """An HTTP client that raises a transport error, which is retried, for an unusable reply.

    Args:
        timeout: Maximum duration in seconds, from the first byte of a request to the last of its reply.
        connections: Maximum number of concurrent connections.
    """

    def __init__(self, timeout: float, connections: int) -> None:
        super().__init__(
            timeout=timeout,
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
        )
        self.deadline = timeout

    async def send(self, request: httpx2.Request, **settings: Any) -> httpx2.Response:
        """Sends a request and reads the whole reply.

        Raises:
            httpx2.TransportError: If the reply is late, longer than `LONGEST`, or successful without a
                completion.
        """
        try:
            with anyio.fail_after(self.deadline):
                response = await super().send(request, **{**settings, "stream": True})
                body = await _read(response)
        except TimeoutError as error:
            raise httpx2.ReadTimeout(f"no reply within {self.deadline:g} seconds", request=request) from error
        if response.is_success:
            try:
                read_reply(body)
            except ValueError as error:
                raise UnusableReply(str(error), request=request) from error
        headers = {name: value for name, value in response.headers.items() if name != "content-encoding"}
        return httpx2.Response(response.status_code, headers=headers, content=body, request=request)


async def _read(response: httpx2.Response) -> bytes:
    body = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LONGEST:
                raise UnusableReply(f"the reply is longer than {LONGEST} bytes", request=response.request)
    finally:
        await response.aclose()
    return bytes(body)


def _name(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(usage: Any, name: str) -> int | None:
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if type(value) is int and value >= 0 else None
