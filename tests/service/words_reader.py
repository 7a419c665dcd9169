"""Reads as :mod:`service.reader` does, without a model, and notes each batch in a file of the folder.

What a text says happens: "slowly", "hang", "end" (once, or always with a file ``always``) and "refuse".
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from matcher.errors import ArtefactError
from words_embedder import WordsEmbedder


def main() -> None:
    folder, number = Path(sys.argv[1]), int(sys.argv[-1])
    inner = WordsEmbedder()
    with Connection(number) as server:
        while True:
            try:
                texts = server.recv()
            except EOFError:
                return
            with (folder / "batches").open("a", encoding="utf-8") as file:
                file.write(json.dumps(texts) + "\n")
            ended = folder / "ended"
            if "end" in texts and ((folder / "always").exists() or not ended.exists()):
                ended.touch()
                os._exit(9)
            if "hang" in texts:
                signal.pause()
            if "refuse" in texts:
                server.send((ArtefactError, "The model is missing.", "Install it."))
                continue
            if any("slowly" in text for text in texts):
                time.sleep(0.05)
            server.send(inner.embed(texts))


if __name__ == "__main__":
    main()
