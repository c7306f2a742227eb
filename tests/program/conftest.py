"""One TypeScript executor for the whole session."""

import pytest

from program.replaying import Replayer


@pytest.fixture(scope="session")
def replay(tmp_path_factory):
    replayer = Replayer(tmp_path_factory.mktemp("replay"))
    yield replayer
    replayer.close()
