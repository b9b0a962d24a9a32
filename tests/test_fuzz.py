"""Whatever a file or a server holds, its reader returns or raises an error that names it.

With `VPO_FUZZ_SECONDS=600` every reader is tried for ten minutes (`make fuzz`).
"""

import os
import shutil
import time
import warnings

import hypothesis
import pytest

SECONDS = float(os.environ.get("VPO_FUZZ_SECONDS", "0"))
EXAMPLES = 200 if SECONDS else 40

readers = pytest.importorskip("readers")


@pytest.mark.parametrize("name", readers.READERS)
def test_any_input_is_read_or_refused(name, tmp_path):
    reader = readers.READERS[name]
    folder = tmp_path / "folder"
    tried = 0

    def attempt(value):
        nonlocal tried
        tried += 1
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                reader.read(folder, value)
            except reader.errors as error:
                assert str(error)

    end, round = time.monotonic() + SECONDS, 0
    while round == 0 or time.monotonic() < end:
        how = hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.seed(round)(how(hypothesis.given(reader.inputs)(attempt)))()
        round += 1
    print(f"{name}: {tried} inputs")
