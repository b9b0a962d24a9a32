"""Models of a hub, through its real client and a stand-in server: found, cached, unknown, unreachable."""

import pytest
import toys
from fake_hub import Handler

from vpo_agent import Policy


def upload(hub, name, folder):
    toys.small_policy(toys.Repeat()).save_pretrained(folder)
    hub.repos[name] = {path.name: path.read_bytes() for path in folder.iterdir()}
    hub.private[name] = False


def test_a_downloaded_model_loads_without_its_hub(hub, tmp_path, monkeypatch):
    upload(hub, "me/model", tmp_path / "model")
    assert Policy.from_pretrained("me/model").model.name_or_path == "me/model"
    hub.repos.clear()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    Policy.from_pretrained("me/model")


def test_an_unknown_model_and_a_silent_hub_are_asked_once(hub, monkeypatch):
    asked = []

    def get(handler):
        asked.append(handler.path)
        handler.reply(503 if "down" in handler.path else 404, x_error_code="RepoNotFound")

    monkeypatch.setattr(Handler, "do_GET", get)
    monkeypatch.setattr(Handler, "do_HEAD", get)
    for name in ("me/unknown", "me/down"):
        with pytest.raises(ValueError, match=f"policy='{name}' could not be loaded"):
            Policy.from_pretrained(name)
    assert asked == ["/api/models/me/unknown", "/api/models/me/down"]


def test_a_hub_that_cannot_be_reached_is_named(hub, monkeypatch):
    hub.shutdown()
    hub.server_close()
    with pytest.raises(ValueError, match=f"could not be loaded: .*{hub.url} does not answer"):
        Policy.from_pretrained("me/model")
    for name in ("/no/folder", "./folder", "a/b/c", "no such model"):
        with pytest.raises(ValueError, match="could not be loaded: give a folder"):
            Policy.from_pretrained(name)
