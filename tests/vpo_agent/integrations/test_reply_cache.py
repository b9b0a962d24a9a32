import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_agent.integrations.reply import Reply
from vpo_agent.integrations.reply_cache import ReplyCache

COUNTS = st.none() | st.integers(0, 2**40)
TEXTS = st.text(st.characters())  # all of Unicode, surrogates included
REPLIES = st.builds(
    Reply, text=TEXTS, finish=TEXTS, model=TEXTS, prompt_tokens=COUNTS, completion_tokens=COUNTS
)


@given(st.dictionaries(TEXTS, REPLIES, max_size=6))
def test_what_is_kept_comes_back(tmp_path_factory, replies):
    path = tmp_path_factory.mktemp("cache") / "deep" / "replies.jsonl"
    cache = ReplyCache(path)
    for key, reply in replies.items():
        cache.add(key, reply)
    again = ReplyCache(path)
    assert len(again) == len(replies)
    assert all(key in again and again[key] == reply for key, reply in replies.items())


@given(st.lists(REPLIES, min_size=1, max_size=4), st.data())
def test_a_kill_tears_one_line_at_most(tmp_path_factory, replies, data):
    path = tmp_path_factory.mktemp("cache") / "replies.jsonl"
    cache = ReplyCache(path)
    ends = []
    for i, reply in enumerate(replies):
        cache.add(str(i), reply)
        ends.append(path.stat().st_size)
    cut = data.draw(st.integers(0, ends[-1]))
    path.write_bytes(path.read_bytes()[:cut])
    whole = sum(end - 1 <= cut for end in ends)  # a line without its line end is whole
    torn = ReplyCache(path)
    assert [torn[str(i)] for i in range(whole)] == replies[:whole] and len(torn) == whole
    torn.add("next", replies[0])
    again = ReplyCache(path)
    assert len(again) == whole + 1 and again["next"] == replies[0]


def test_without_a_path_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache = ReplyCache()
    cache.add("a", Reply("b"))
    assert cache["a"] == Reply("b") and not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ['{\n  "best@1": 0.5\n}\n', "# A title\n", "\n", '{"kex"', "null\n"])
def test_other_files_are_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "results.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"results\.json' is not a cache of replies; choose another file"):
        ReplyCache(path)
    assert path.read_text() == content


def test_lines_of_another_kind_count_as_not_there(tmp_path):
    path = tmp_path / "replies.jsonl"
    ReplyCache(path).add("a", Reply("b"))
    fields = ", ".join(f'"{field.name}": null' for field in dataclasses.fields(Reply))
    path.write_text(path.read_text() + f'[1]\n{{"key": []}}\n{{"key": "c", "more": 1}}\n{{{fields}}}\n')
    assert len(ReplyCache(path)) == 1


def test_a_changed_reply_is_named_and_asked_for_again(tmp_path):
    path = tmp_path / "replies.jsonl"
    for i in range(3):
        ReplyCache(path).add(str(i), Reply(f"answer {i}"))
    path.write_text(path.read_text().replace("answer 1", "answer 7"))
    with pytest.warns(UserWarning, match=r"replies\.jsonl, line 2, is damaged: .* asked for again"):
        cache = ReplyCache(path)
    assert [key in cache for key in "012"] == [True, False, True]


def test_replies_of_earlier_versions_are_read(tmp_path):
    path = tmp_path / "replies.jsonl"
    path.write_text(json.dumps({"key": "a", **dataclasses.asdict(Reply("b"))}) + "\n")
    assert ReplyCache(path)["a"] == Reply("b")


def test_caches_of_two_processes_do_not_lose_each_others_replies(tmp_path):
    path = tmp_path / "replies.jsonl"
    one, other = ReplyCache(path), ReplyCache(path)
    one.add("a", Reply("1"))
    path.write_bytes(path.read_bytes()[:-1])  # a kill
    other.add("b", Reply("2"))
    one.add("c", Reply("3"))
    assert len(ReplyCache(path)) == 3
