"""Checksums of files and of JSON content: what is noticed, and how it is named."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_agent.common.integrity import (
    DamagedFileError,
    check_files,
    digests,
    parse_json,
    read_json,
    seal,
    unseal,
)

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of FIPS 180-4
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.txt").write_bytes(b"abc")
    (tmp_path / "b.txt").write_bytes(b"")
    return tmp_path


def test_digests_are_listed_by_path_within_the_folder(folder):
    assert digests(folder) == {"b.txt": EMPTY, "deep/er/a.txt": ABC}
    assert list(digests(folder)) == ["b.txt", "deep/er/a.txt"]
    assert digests(folder / "deep") == {"er/a.txt": ABC}
    assert digests(folder / "none") == {}


def test_files_pass_with_their_digests_whatever_lies_beside_them(folder):
    check_files(folder, digests(folder), "again")
    check_files(folder, {"deep/er/a.txt": ABC}, "again")
    check_files(folder, {}, "again")


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"b.txt": ABC}, r"b\.txt is damaged: its SHA-256 is not that of the saved file; again"),
        ({"b.txt": EMPTY, "deep/er/a.txt": EMPTY}, r"a\.txt is damaged"),
        ({"b.txt": None}, r"b\.txt is damaged"),
        ({"c.txt": EMPTY}, r"c\.txt is missing; again"),
        ({"deep": EMPTY}, "deep is missing; again"),  # a folder is no file
        ({"/b.txt": EMPTY}, "names '/b.txt', which is none of its own; again"),
        ({"../b.txt": EMPTY}, r"names '\.\./b.txt', which is none of its own"),
        ({"deep/../b.txt": EMPTY}, "which is none of its own"),
        ({"": EMPTY}, "names '', which is none of its own"),
        ({".": EMPTY}, "which is none of its own"),
        ({"b.txt\0": EMPTY}, "which is none of its own"),
        (["b.txt"], "its list of files is none; again"),
        (None, "its list of files is none; again"),
    ],
)
def test_what_is_wrong_with_files_is_named(folder, expected, message):
    with pytest.raises(DamagedFileError, match=message):
        check_files(folder, expected, "again")


values = (
    st.none()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.dictionaries(st.integers(0, 200), st.lists(st.booleans(), max_size=2), max_size=3)
)
contents = st.dictionaries(st.text(max_size=3), values, max_size=3)


@given(contents)
def test_any_content_survives_a_file(content):
    plain = json.loads(json.dumps(content))
    found = unseal(json.loads(json.dumps(seal(content))), "f", "again")
    assert json.dumps(found) == json.dumps(plain)  # as texts, because of NaN


@given(contents, contents)
def test_any_other_content_is_noticed(content, other):
    first, second = (json.loads(json.dumps(one)) for one in (content, other))
    if json.dumps(first, sort_keys=True) != json.dumps(second, sort_keys=True):
        with pytest.raises(DamagedFileError, match="^f is damaged: its SHA-256 is not that of the saved"):
            unseal({**other, "sha256": seal(content)["sha256"]}, "f", "again")


def test_a_seal_is_the_digest_of_the_sorted_content():
    by_hand = hashlib.sha256(b'{"a": {"10": 1, "9": 0}, "b": [1, 2]}').hexdigest()
    assert seal({"b": (1, 2), "a": {9: 0, 10: 1}})["sha256"] == by_hand
    assert seal({"a": {"10": 1, "9": 0}, "b": [1, 2]}) == {
        "a": {"10": 1, "9": 0},
        "b": [1, 2],
        "sha256": by_hand,
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "f is damaged: it does not hold an object; again"),
        ("text", "it does not hold an object"),
        ({"a": 1}, "its SHA-256 is not that of the saved content; again"),
        ({**seal({"a": 1}), "b": 2}, "its SHA-256 is not that of the saved content"),
        ({**seal({"a": 1}), "sha256": None}, "its SHA-256 is not that of the saved content"),
    ],
)
def test_what_was_not_sealed_is_refused(content, message):
    with pytest.raises(DamagedFileError, match=message):
        unseal(content, "f", "again")


def test_content_without_a_seal_is_read_where_none_is_asked_for():
    content = {"a": 1}
    assert unseal(content, "f", "again", required=False) is content
    assert unseal(seal(content), "f", "again", required=False) == content
    for damaged in ({**seal({"a": 1}), "a": 2}, []):
        with pytest.raises(DamagedFileError):
            unseal(damaged, "f", "again", required=False)


def deep(levels):
    content = {}
    for _ in range(levels):
        content = {"a": content}
    return content


def test_endless_nesting_is_damage_and_no_crash():
    with pytest.raises(DamagedFileError, match="the content is nested too deeply to be read"):
        seal(deep(10_000))
    with pytest.raises(DamagedFileError, match=r"^f is damaged \(nested too deeply\); again"):
        parse_json("[" * 100_000, "f", "again")


@pytest.mark.parametrize("text", ["", "{", "nothing", b"\xff\xfe", b'{"a": "\xe2"}'])
def test_what_is_no_json_is_named_with_its_file(tmp_path, text):
    with pytest.raises(DamagedFileError, match=r"^f is damaged \(.+\); again$"):
        parse_json(text, "f", "again")
    file = tmp_path / "f.json"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(DamagedFileError, match=r"f\.json is damaged \(.+\); again$"):
        read_json(file, "again")


def test_json_is_read_and_a_missing_file_is_no_damage(tmp_path):
    (tmp_path / "f.json").write_text('{"a": [1, "ü"]}', "utf-8")
    assert read_json(tmp_path / "f.json", "again") == {"a": [1, "ü"]}
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "none.json", "again")
