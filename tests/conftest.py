"""What all tests share: output is as wide as when it is piped, whoever runs them; and no timing fails one."""

import os

from hypothesis import settings

os.environ.pop("COLUMNS", None)  # pytest-xdist gives it to its workers
settings.register_profile("house", deadline=None)
settings.load_profile("house")
