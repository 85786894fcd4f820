"""Runs AWS CLI commands in one process: a line of JSON in ({"args", "env"}), a line of JSON out ({"status", "stdout", "stderr"})."""

import contextlib
import functools
import gc
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver
from botocore.loaders import JSONFileLoader

# The description of a service takes longer to read than a command to run.
read = functools.cache(JSONFileLoader().load_file)
JSONFileLoader.load_file = lambda _, name: read(name)

# Where the CLI has its own descriptions, set when it is imported.
OWN = {"AWS_DATA_PATH": os.environ.get("AWS_DATA_PATH", "")}

# What is here now stays: it need not be looked through after each command.
gc.freeze()
for line in sys.stdin:
    asked = json.loads(line)
    os.environ.clear()
    os.environ.update(OWN, **asked["env"])
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = create_clidriver().main(asked["args"])
        except SystemExit as end:
            status = end.code
    # A program that ends closes its connections.
    gc.collect()
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))
    answer = {"status": status or 0, "stdout": texts[0], "stderr": texts[1]}
    print(json.dumps(answer), flush=True)
