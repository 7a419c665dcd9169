"""Run as a program by the tests, in place of service.worker: CHILD LEASE FOLDER, where CHILD is a program
here and LEASE how long a job is the worker's, in seconds."""

from __future__ import annotations

import sys
from pathlib import Path

from service.worker import Pace, work

if __name__ == "__main__":
    child, lease, folder = sys.argv[1:]
    pace = Pace(lease=float(lease), beat=0.1, look=0.05, grace=30.0, last=5.0)
    work(Path(folder), pace, [sys.executable, str(Path(__file__).with_name(f"{child}.py"))])
