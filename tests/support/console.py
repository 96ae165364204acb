"""What the tests of commands share."""

import pytest

Capsys = pytest.CaptureFixture[str]
"""What a command prints."""
