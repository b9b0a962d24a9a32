"""The user's cache: its place, its lock between threads, checksums by a published value."""

import threading
from pathlib import Path

from vpo_envs.cache import cache_folder, cache_lock, sha256_of


def test_the_folder_is_the_one_that_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("VPO_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("VPO_CACHE")
    assert cache_folder().name == "vpo" and cache_folder() != tmp_path / "here"


def test_the_checksum_is_that_of_fips_180(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_one_works_while_the_other_waits_and_reports_it(tmp_path, capfd):
    order: list[str] = []

    def second() -> None:
        with cache_lock(Path(tmp_path, "entry.lock"), "builds the entry"):
            order.append("second")

    with cache_lock(Path(tmp_path, "entry.lock"), "builds the entry"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(1.5)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert "waiting for another process that builds the entry" in capfd.readouterr().err
