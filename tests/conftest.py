"""What all tests share: output is as wide as when it is piped, whoever runs them."""

import os

os.environ.pop("COLUMNS", None)  # pytest-xdist gives it to its workers
