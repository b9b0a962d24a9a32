"""Devices and precisions by name."""

import pytest
import torch

from vpo_agent.models.device import raise_trained, resolve_device, resolve_dtype


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="device='cuda' is not available here"):
        resolve_device("cuda")
    assert resolve_device("auto") == torch.device("cpu")


def test_precisions_by_name():
    cpu = torch.device("cpu")
    assert resolve_dtype("bfloat16", cpu) == torch.bfloat16
    assert resolve_dtype(torch.float32, cpu) == torch.float32
    assert resolve_dtype("auto", cpu) in (torch.bfloat16, torch.float32)


CPU = torch.device("cpu")


@pytest.mark.parametrize("device", ["cpu", CPU])
def test_a_device_of_torch_or_its_name_will_do(device):
    assert resolve_device(device) == CPU


@pytest.mark.parametrize("device", ["banana", "cuda:99", torch.device("cuda", 99)])
def test_what_is_no_device_here_is_named(device):
    with pytest.raises(ValueError, match="is not available here; use 'auto' or 'cpu'") as error:
        resolve_device(device)
    assert str(error.value).startswith(f"device={device!r}")


@pytest.mark.parametrize("name", ["float32", "bfloat16", "float16"])
def test_every_precision_has_its_name(name):
    assert resolve_dtype(name, CPU) is resolve_dtype(getattr(torch, name), CPU) is getattr(torch, name)


@pytest.mark.parametrize("dtype", ["float64", "int8", "nn", "", torch.int64, torch.float64])
def test_other_precisions_are_refused(dtype):
    with pytest.raises(ValueError, match="must be 'auto', 'float32', 'bfloat16' or 'float16'") as error:
        resolve_dtype(dtype, CPU)
    assert str(error.value).startswith(f"dtype={dtype!r}")


@pytest.mark.parametrize(
    ("capability", "computes", "expected"),
    [
        ("AVX512", True, torch.bfloat16),
        ("AVX512", False, torch.float32),
        ("AVX2", True, torch.float32),  # the environment holds torch back from what the processor has
        ("DEFAULT", False, torch.float32),
    ],
)
def test_auto_takes_bfloat16_where_the_processor_computes_in_it(monkeypatch, capability, computes, expected):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: computes)
    assert resolve_dtype("auto", CPU) is expected


@pytest.mark.parametrize(("computes", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_auto_takes_bfloat16_where_the_gpu_does_not_emulate_it(monkeypatch, computes, expected):
    monkeypatch.setattr(
        torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation or computes
    )
    assert resolve_dtype("auto", torch.device("cuda")) is expected


def layers(weights, frozen=(False, False)):
    """Two linear layers and a buffer in the given precision."""
    made = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
    made.register_buffer("scale", torch.ones(2))
    for layer, one in zip(made, frozen):
        layer.requires_grad_(not one)
    return made.to(weights)


@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16])
def test_a_model_trained_in_half_precision_is_raised_whole_and_exactly(half):
    for frozen in ((False, False), (True, False)):
        model = layers(half, frozen)
        before = [tensor.clone() for tensor in model.state_dict().values()]
        raise_trained(model)
        for old, new in zip(before, model.state_dict().values(), strict=True):
            assert new.dtype == torch.float32 and torch.equal(old.float(), new)
        assert [layer.weight.requires_grad for layer in model] == [not one for one in frozen]


@pytest.mark.parametrize(
    ("weights", "frozen"),
    [(torch.bfloat16, (True, True)), (torch.float32, (False, False)), (torch.float64, (False, False))],
)
def test_frozen_and_wider_weights_stay(weights, frozen):
    model = layers(weights, frozen)
    raise_trained(model)
    assert {tensor.dtype for tensor in model.state_dict().values()} == {weights}


def test_tied_weights_stay_tied():
    model = layers(torch.bfloat16)
    model[1].weight = model[0].weight
    raise_trained(model)
    assert model[1].weight is model[0].weight and model[0].weight.dtype == torch.float32
