"""What several tests of the host need."""

import pytest

from starlit.journal import Journal


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "j.sqlite")
    journal.start()
    yield journal
    journal.stop()
