"""Models served by an OpenAI-compatible API: vLLM, `transformers serve`, llama.cpp, Ollama, hosted APIs.

Requires the extra `vpo-gym[serve]`; `openai` is imported with this module.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

try:
    import httpx2
    import openai
    from anyio.from_thread import start_blocking_portal
except ImportError as error:
    raise ImportError("served models need the openai package: pip install 'vpo-gym[serve]'") from error

from vpo_agent.common.parsing import replace_surrogates
from vpo_agent.integrations.reply import CheckedClient, Reply, UnusableReply, read_reply
from vpo_agent.integrations.reply_cache import ReplyCache
from vpo_agent.models.sampling import Sampling
from vpo_envs.prompt import as_text, messages

LEAVE_OUT = "fields={'seed': None} (--field seed=null) leaves one out"
REMEDIES = {
    400: f"is the prompt too long, or a field unknown to the server? {LEAVE_OUT}",
    401: "set OPENAI_API_KEY to a key that this server takes",
    403: "set OPENAI_API_KEY to a key that may use this model",
    404: "check the URL and the model's name; GET <url>/models lists the names",
    422: f"is a field unknown to the server? {LEAVE_OUT}",
    429: "ask again later, or with a lower concurrency",
}
"""Remedies by HTTP status code."""

WAKE = 0.2
"""Longest delay in seconds until an interrupt is handled."""


class EndpointError(OSError):
    """The error for an unusable server; its message names the remedy."""


class Endpoint:
    """A model served by an OpenAI-compatible API.

    Every completion is a separate request, because not all servers support `n`. Rate limits (429), server
    errors (5xx), broken connections, timeouts and malformed replies are retried with exponential backoff
    and jitter. A `Retry-After` header is respected up to 120 seconds. Requests that keep failing or are
    rejected (other 4xx) raise an error; they never become empty answers. A request with a system message that
    is rejected (400) is repeated once with that message before the user's text, for models without the role.
    The key is read from the environment variable `OPENAI_API_KEY`; most local servers need none.

    Args:
        url: Base URL of the API, for example `http://localhost:8000/v1`; without a path, `/v1` is added. A
            query, such as `?api-version=1`, goes with every request.
        model: The model's name on that server.
        cache: File in which every reply is saved on arrival. Repeated requests are answered from it;
            several endpoints may share the file.
        concurrency: Maximum number of concurrent requests.
        timeout: Maximum duration of an attempt in seconds, from its first to its last byte.
        retries: Attempts after the first one.
        bare: Whether the plain prompt is sent to `/completions`, for models without a chat template,
            instead of `/chat/completions`.
        fields: Further fields of every request; None removes a field that the server rejects.

    Raises:
        ValueError: If an argument is out of range, or the cache is another kind of file.

    Example:
        >>> endpoint = Endpoint("http://localhost:8000", "my-model", fields={"seed": None, "min_p": 0.1})
        >>> endpoint.url
        'http://localhost:8000/v1'
        >>> endpoint.request("Hello", Sampling(16), seed=1)["min_p"]
        0.1
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        cache: str | Path | None = None,
        concurrency: int = 16,
        timeout: float = 60.0,
        retries: int = 5,
        bare: bool = False,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url={url!r} must be the base of an API, for example http://localhost:8000/v1")
        if not model:
            raise ValueError("model='' must be the model's name on the server")
        if concurrency < 1 or not timeout > 0 or retries < 0:
            raise ValueError(
                f"concurrency={concurrency} must be at least 1, timeout={timeout} above 0, retries={retries} "
                "at least 0"
            )
        base = parts._replace(query="", fragment="").geturl().rstrip("/")
        base += "" if parts.path.strip("/") else "/v1"
        self.url = f"{base}?{parts.query}" if parts.query else base
        self.model = model
        self.concurrency = concurrency
        self.timeout = timeout
        self.retries = retries
        self.bare = bare
        self.fields = dict(fields or {})
        self.cache = ReplyCache(cache)
        self._one_role = False  # whether the server has refused system messages

    @property
    def identity(self) -> str:
        """Hash of what all requests share: server, model, API and further fields."""
        text = json.dumps([self.url, self.model, self.bare, self.fields], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def request(self, prompt: str, sampling: Sampling, seed: int) -> dict[str, Any]:
        """Returns the body of a request, with None for fields to remove."""
        asked: dict[str, Any] = {"prompt": replace_surrogates(prompt)}
        if not self.bare:
            asked = {
                "messages": [
                    {"role": message["role"], "content": replace_surrogates(message["content"])}
                    for message in messages(prompt)
                ]
            }
        return {
            "model": self.model,
            **asked,
            "max_tokens": sampling.max_new_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": seed,
            **self.fields,
        }

    def complete(
        self,
        prompts: Sequence[str],
        sampling: Sampling,
        seeds: Sequence[int],
        on_reply: Callable[[], None] | None = None,
    ) -> list[Reply]:
        """Completes every prompt once.

        After an interrupt (Ctrl-C) or an error, no more requests are sent. The exception is raised once the
        pending requests have ended, after at most `timeout` seconds. A second interrupt does not wait.

        Args:
            prompts: n texts.
            sampling: Sampling settings of the server.
            seeds: n seeds, below 2**31. Different seeds make different requests, also for servers without
                support of seeds.
            on_reply: Function called for every reply, in another thread.

        Returns:
            n replies, in the order of the prompts.

        Raises:
            EndpointError: If the server rejects a request, or retries are used up.
        """
        requests = [self.request(prompt, sampling, seed) for prompt, seed in zip(prompts, seeds)]
        keys = [self._key(request, seed) for request, seed in zip(requests, seeds)]
        todo = deque(i for i, key in enumerate(keys) if key not in self.cache)

        def keep(i: int, reply: Reply) -> None:
            self.cache.add(keys[i], reply)
            if on_reply is not None:
                on_reply()

        if on_reply is not None:
            for _ in range(len(keys) - len(todo)):
                on_reply()
        # A separate thread with its own event loop also works in notebooks, whose loop is already running.
        with start_blocking_portal() as portal:
            work = portal.start_task_soon(self._answer_all, requests, todo, keep)
            try:
                # Short waits: an unlimited one would miss an interrupt that arrives just before it starts.
                while not work.done():
                    futures.wait([work], WAKE)
                work.result()
            except KeyboardInterrupt:
                todo.clear()
                futures.wait([work], self.timeout)
                raise
        return [self.cache[key] for key in keys]

    async def _answer_all(
        self, requests: list[dict[str, Any]], todo: deque[int], keep: Callable[[int, Reply], None]
    ) -> None:
        async def work(client: openai.AsyncOpenAI) -> None:
            while todo:
                i = todo.popleft()
                keep(i, await self._answer(client, requests[i]))

        async with self._client() as client:
            workers = [asyncio.create_task(work(client)) for _ in range(min(self.concurrency, len(todo)))]
            if not workers:
                return
            await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
            todo.clear()
            _, late = await asyncio.wait(workers, timeout=self.timeout)
            for worker in late:
                worker.cancel()
            results = await asyncio.gather(*workers, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _client(self) -> openai.AsyncOpenAI:
        base, _, query = self.url.partition("?")
        return openai.AsyncOpenAI(
            base_url=base,
            default_query=dict(parse_qsl(query, keep_blank_values=True)),
            api_key=os.environ.get("OPENAI_API_KEY") or "none",  # the client requires a key
            max_retries=self.retries,
            timeout=self.timeout,
            http_client=CheckedClient(self.timeout, self.concurrency),
        )

    async def _answer(self, client: openai.AsyncOpenAI, request: dict[str, Any]) -> Reply:
        path = "/completions" if self.bare else "/chat/completions"
        body = {name: value for name, value in request.items() if value is not None}
        chat = body.get("messages", ())
        if self._one_role and len(chat) > 1:
            chat = body["messages"] = [{"role": "user", "content": as_text(chat)}]
        try:
            response = await client.post(path, cast_to=httpx2.Response, body=body)
        except openai.APIStatusError as error:
            if (
                error.status_code == 400 and len(chat) > 1
            ):  # perhaps the model's template knows no system role
                merged = [{"role": "user", "content": as_text(chat)}]
                reply = await self._answer(client, request | {"messages": merged})
                self._one_role = True
                return reply
            remedy = REMEDIES.get(error.status_code, "see the server's log")
            raise self._error(
                f"answered {error.status_code}: {error.response.text:.300}; {remedy}"
            ) from error
        except openai.APITimeoutError as error:
            raise self._error(
                f"gave no answer within timeout={self.timeout:g} seconds; give it more time, or a lower "
                "concurrency"
            ) from error
        except openai.APIConnectionError as error:
            remedy = "is a server running there?"
            if isinstance(error.__cause__, UnusableReply):
                remedy = "check that the URL is the base of an API, the model's name, and the server's log"
            raise self._error(f"failed: {error.__cause__ or error}; {remedy}") from error
        return read_reply(response.content)

    def _error(self, what: str) -> EndpointError:
        kept = f"; {len(self.cache)} replies are kept in {self.cache.path}" if self.cache.path else ""
        base = self.url.partition("?")[0]  # a query may hold a key
        return EndpointError(f"{base} with model={self.model!r} {what}{kept}")

    def _key(self, request: dict[str, Any], seed: int) -> str:
        """Returns the cache key of a request: a hash of server, model, prompt, sampling and seed."""
        text = json.dumps([self.url, self.bare, request, seed], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
