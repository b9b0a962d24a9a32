import json
import os
import signal
import threading
from urllib.parse import parse_qs

import fake_server
import pytest
from fake_server import Fake, body, raw, status

from vpo_agent.integrations.endpoint import Endpoint, EndpointError
from vpo_agent.integrations.reply import LONGEST
from vpo_agent.models.sampling import Sampling
from vpo_envs.prompt import Prompt

HOW = Sampling(max_new_tokens=16, temperature=0.7, top_p=0.9)


def echo(request, handler):
    return f"echo {request['messages'][0]['content']}"


def texts(endpoint, n, **kwargs):
    replies = endpoint.complete([f"p{i}" for i in range(n)], HOW, list(range(n)), **kwargs)
    return [reply.text for reply in replies]


def echoes(n):
    return [f"echo p{i}" for i in range(n)]


def test_sixty_four_at_once_none_lost_order_kept():
    together = threading.Barrier(64, timeout=30)
    turns = [threading.Event() for _ in range(65)]
    turns[64].set()

    def last_first(request, handler):
        together.wait()  # passes only when all 64 are under way
        turns[request["seed"] + 1].wait(30)
        turns[request["seed"]].set()
        return echo(request, handler)

    with Fake(last_first) as server:
        assert texts(Endpoint(server.url, "m", concurrency=64, retries=0), 64) == echoes(64)
    assert server.most == 64 and sorted(r["seed"] for r in server.seen) == list(range(64))


def test_no_more_at_once_than_allowed():
    with Fake(echo) as server:
        assert texts(Endpoint(server.url, "m", concurrency=3), 30) == echoes(30)
    assert server.most <= 3 and len(server.seen) == 30


def test_what_is_sent(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    fields = {"seed": None, "min_p": 0.1}
    with Fake(echo) as server:
        (reply,) = Endpoint(server.url, "m", fields=fields).complete(["a \ud800"], HOW, [5])
    assert reply.text == "echo a ?"  # what cannot be sent as UTF-8 is a question mark, as for tokenizers
    (sent,) = server.seen
    assert sent == {
        "model": "m",
        "messages": [{"role": "user", "content": "a ?"}],
        "max_tokens": 16,
        "temperature": 0.7,
        "top_p": 0.9,
        "min_p": 0.1,
    }
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["authorization"] == "Bearer secret"


def test_system_messages_are_sent_as_such():
    prompt = Prompt("Be brief \ud800.\n\nWhere is Oslo?", "Be brief \ud800.")
    with Fake(echo) as server:
        (reply,) = Endpoint(server.url, "m").complete([prompt], HOW, [5])
    assert reply.text == "echo Be brief ?."
    assert server.seen[0]["messages"] == [
        {"role": "system", "content": "Be brief ?."},
        {"role": "user", "content": "Where is Oslo?"},
    ]


def test_servers_without_system_messages_get_one_text():
    def refuses(request, handler):
        if request["messages"][0]["role"] == "system":
            return status(400)(request, handler)
        return echo(request, handler)

    with Fake(refuses) as server:
        endpoint = Endpoint(server.url, "m")
        prompts = [Prompt("Be brief.\n\nWhere is Oslo?", "Be brief.")]
        replies = [endpoint.complete(prompts, HOW, [5])[0].text for _ in range(2)]
    assert replies == ["echo Be brief.\n\nWhere is Oslo?"] * 2
    assert len(server.seen) == 2, "the reply is kept under the request's own key"


def test_a_request_that_is_wrong_in_any_form_is_an_error():
    with Fake(status(400)) as server, pytest.raises(EndpointError, match="answered 400"):
        Endpoint(server.url, "m").complete([Prompt("a\n\nb", "a")], HOW, [5])
    assert len(server.seen) == 2


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
def test_the_query_of_the_url_goes_with_every_request(path):
    with Fake(echo) as server:
        base = server.url.removesuffix("/v1")
        endpoint = Endpoint(f"{base}{path}?api-version=1&key=a%20b#part", "m")
        assert endpoint.url == f"{base}/v1?api-version=1&key=a%20b"
        assert texts(endpoint, 1) == ["echo p0"]
    (asked,) = server.paths
    assert asked.partition("?")[0] == "/v1/chat/completions"
    assert parse_qs(asked.partition("?")[2]) == {"api-version": ["1"], "key": ["a b"]}


def test_errors_do_not_show_the_query_which_may_hold_a_key():
    with Fake(status(418)) as server, pytest.raises(EndpointError) as caught:
        texts(Endpoint(f"{server.url}?key=secret", "m"), 1)
    assert "secret" not in str(caught.value)


def test_bare_prompts():
    with Fake(lambda request, handler: {"choices": [{"text": request["prompt"] * 2}]}) as server:
        (reply,) = Endpoint(server.url, "m", bare=True).complete(["ab"], HOW, [0])
    assert reply.text == "abab" and server.paths == ["/v1/completions"]


PASSING = {
    "rate limit": status(429, ("retry-after", "0.01")),
    "server error": status(500),
    "overloaded": status(503),
    "dropped": fake_server.drop,
    "half a reply": raw(b'{"choices": [', length=500),
    "stalled": fake_server.stall,
    "trickling": fake_server.trickle,
    "endless": fake_server.flood,
    "a web page": raw(b"<html>Welcome</html>"),
    "no bytes": raw(b""),
    "not UTF-8": raw(b"\xff\xfe"),
    "deeply nested": raw(b"[" * 100_000),
    "no object": raw(b"[1, 2]"),
    "no choices": raw(json.dumps(body("x", choices=[])).encode()),
    "an error": raw(b'{"error": {"message": "no such model"}}'),
    "choices of no kind": raw(json.dumps(body("x", choices="left")).encode()),
    "a choice without message": raw(b'{"choices": [{"index": 0}]}'),
    "a number for a text": raw(b'{"choices": [{"message": {"content": 5}}]}'),
    "parts for a text": raw(b'{"choices": [{"message": {"content": [{"text": "a"}]}}]}'),
}


@pytest.mark.parametrize("kind", PASSING)
def test_failures_that_pass_cost_nothing_but_a_retry(kind):
    failed = set()

    def fails_once(request, handler):
        with server.lock:
            first = request["seed"] not in failed
            failed.add(request["seed"])
        if first and request["seed"] % 2:
            return PASSING[kind](request, handler)
        return echo(request, handler)

    with Fake(fails_once) as server:
        endpoint = Endpoint(server.url, "m", timeout=0.5, retries=3)
        assert texts(endpoint, 4) == echoes(4)
    sent = [request["seed"] for request in server.seen]
    assert all(sent.count(seed) >= 2 for seed in (1, 3)) and {0, 2} <= set(sent)


@pytest.mark.parametrize(
    "kind", ["server error", "stalled", "a web page", "no choices", "an error", "dropped"]
)
def test_failures_that_stay_end_the_call_with_an_error_and_keep_the_rest(kind, tmp_path):
    def fails(request, handler):
        return PASSING[kind](request, handler) if request["seed"] == 3 else echo(request, handler)

    words = {
        "server error": "answered 500: .*see the server's log",
        "stalled": "no answer within timeout=0.5 seconds; give it more time",
        "a web page": "failed: the reply b'<html>Welcome</html>' holds no completion; check that the URL",
        "no choices": "failed: the reply .* holds no completion; check that .* and the server's log",
        "an error": "failed: the reply .*no such model.* holds no completion; check that .* the model's name",
        "dropped": "failed: .*is a server running there",
    }
    with Fake(fails) as server:
        endpoint = Endpoint(
            server.url, "m", timeout=0.5, retries=1, concurrency=2, cache=tmp_path / "replies.jsonl"
        )
        with pytest.raises(EndpointError, match=words[kind]) as caught:
            texts(endpoint, 5)
    assert [request["seed"] for request in server.seen].count(3) == 2
    kept = len((tmp_path / "replies.jsonl").read_text().splitlines())
    assert kept >= 3 and f"{kept} replies are kept in {tmp_path}" in str(caught.value)
    with Fake(echo) as server:
        endpoint.url = server.url
        assert texts(endpoint, 5) == echoes(5)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (400, "is the prompt too long"),
        (401, "set OPENAI_API_KEY"),
        (403, "set OPENAI_API_KEY"),
        (404, "GET <url>/models lists the names"),
        (422, r"--field seed=null\) leaves one out"),
        (418, "see the server's log"),
    ],
)
def test_refusals_end_the_call_at_once(code, remedy):
    with Fake(status(code, message="no such thing")) as server:
        endpoint = Endpoint(server.url, "m", concurrency=1)
        with pytest.raises(EndpointError, match=rf"model='m' answered {code}: .*no such thing.*{remedy}"):
            texts(endpoint, 9)
    assert len(server.seen) == 1


def test_a_longer_wait_than_two_minutes_is_not_waited_for():
    with (
        Fake(status(429, ("retry-after", "600"))) as server,
        pytest.raises(EndpointError, match="answered 429: .*ask again later"),
    ):
        texts(Endpoint(server.url, "m", concurrency=1), 3)
    assert len(server.seen) == 1


def test_nobody_there():
    with Fake(echo) as server:
        pass
    with pytest.raises(EndpointError, match="is a server running there"):
        texts(Endpoint(server.url, "m", retries=0), 2)


def test_a_call_within_a_running_event_loop():
    import asyncio

    async def notebook():
        return texts(endpoint, 3)

    with Fake(echo) as server:
        endpoint = Endpoint(server.url, "m")
        assert asyncio.run(notebook()) == echoes(3)


def test_an_interrupt_keeps_what_was_asked_for_and_asks_no_more(tmp_path):
    interrupted = threading.Event()

    def interrupts(request, handler):
        if request["seed"] == 5:
            os.kill(os.getpid(), signal.SIGINT)
            interrupted.set()
        if request["seed"] >= 4:  # under way when the interrupt comes
            interrupted.wait(10)
            threading.Event().wait(0.3)
        return echo(request, handler)

    with Fake(interrupts) as server:
        endpoint = Endpoint(server.url, "m", concurrency=4, cache=tmp_path / "replies.jsonl")
        with pytest.raises(KeyboardInterrupt):
            texts(endpoint, 40)
        asked = len(server.seen)
    assert asked < 40
    with Fake(echo) as server:
        again = Endpoint(server.url, "m", cache=tmp_path / "replies.jsonl")
        assert len(again.cache) == asked
        again.url = endpoint.url  # replies are kept by server, too
        texts_kept = again.complete([f"p{i}" for i in range(asked)], HOW, list(range(asked)))
        assert [reply.text for reply in texts_kept] == echoes(asked)
    assert not server.seen


def test_replies_are_told_as_they_come():
    told = []
    with Fake(echo) as server:
        endpoint = Endpoint(server.url, "m")
        for _ in range(2):  # the second time from the cache
            texts(endpoint, 3, on_reply=lambda: told.append(1))
    assert len(told) == 6 and len(server.seen) == 3


@pytest.mark.parametrize("change", [{"model": "n"}, {"fields": {"min_p": 0.5}}, {"bare": True}])
def test_other_settings_are_other_requests(change):
    def answers(request, handler):
        return {"choices": [{"text": "b"}]} if "prompt" in request else "a"

    with Fake(answers) as server:
        endpoint = Endpoint(server.url, "m")
        other = Endpoint(server.url, **{"model": "m", **change})
        other.cache = endpoint.cache
        for each in (endpoint, other, endpoint, other):
            each.complete(["p"], HOW, [0])
    assert len(server.seen) == 2


def test_seeds_part_requests_also_where_they_are_not_sent():
    with Fake(echo) as server:
        endpoint = Endpoint(server.url, "m", fields={"seed": None})
        for _ in range(2):
            endpoint.complete(["p"] * 3, HOW, [1, 2, 3])
    assert len(server.seen) == 3 and not any("seed" in request for request in server.seen)


def test_long_answers_within_the_bound_are_read():
    long = "a" * (LONGEST - 1000)
    with Fake(lambda request, handler: long) as server:
        assert texts(Endpoint(server.url, "m"), 1) == [long]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"url": "localhost:8000"}, "url='localhost:8000' must be the base of an API"),
        ({"url": "ftp://host/v1"}, "url='ftp://host/v1'"),
        ({"url": "http://"}, "url='http://'"),
        ({"model": ""}, "model='' must be the model's name"),
        ({"concurrency": 0}, "concurrency=0 must be at least 1"),
        ({"timeout": 0}, "timeout=0 above 0"),
        ({"timeout": float("nan")}, "timeout=nan above 0"),
        ({"retries": -1}, "retries=-1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Endpoint(**{"url": "http://localhost", "model": "m", **arguments})


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://h:1", "http://h:1/v1"),
        ("http://h:1/", "http://h:1/v1"),
        ("https://h/v1/", "https://h/v1"),
        ("https://h/openai/v2", "https://h/openai/v2"),
    ],
)
def test_base_urls(url, base):
    assert Endpoint(url, "m").url == base
