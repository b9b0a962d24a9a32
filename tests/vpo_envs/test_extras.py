"""Missing extras are named with the command that brings them; other errors pass through."""

import sys

import pytest

from vpo_envs.extras import MissingExtraError, import_extra


def test_a_module_that_is_there_is_returned():
    import xml.dom.minidom

    assert import_extra("xml.dom.minidom", "code") is xml.dom.minidom


@pytest.mark.parametrize("module", ["radon", "radon.metrics"])
def test_a_missing_package_is_named_with_its_command(monkeypatch, module):
    for name in ("radon", "radon.metrics"):
        monkeypatch.setitem(sys.modules, name, None)  # makes the import fail, as if not installed
    with pytest.raises(MissingExtraError) as caught:
        import_extra(module, "code")
    assert str(caught.value) == (
        f"{module} needs the package radon, which is not installed: pip install 'vpo-gym[code]'"
    )
    assert caught.value.name == "radon"


def test_a_dependency_that_an_installed_package_lacks_is_not_blamed_on_the_extra(monkeypatch, tmp_path):
    (tmp_path / "half_installed.py").write_text("import a_dependency_that_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_dependency_that_is_not_there") as caught:
        import_extra("half_installed", "code")
    assert not isinstance(caught.value, MissingExtraError)


def test_an_error_inside_the_package_passes_through(monkeypatch, tmp_path):
    (tmp_path / "broken_inside.py").write_text("raise RuntimeError('broken')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RuntimeError, match="broken"):
        import_extra("broken_inside", "code")
