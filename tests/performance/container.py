"""`python -m performance.container FUNCTION`: a container of Lambda, as far as we need one.

It reads an event a line, and answers each with a line: what the invocation took.
"""

import importlib
import io
import json
import os
import re
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from types import SimpleNamespace

import support  # noqa: F401 - the functions can be imported after it

CONTEXT = SimpleNamespace(
    function_name="", memory_limit_in_mb=0, invoked_function_arn="", aws_request_id=""
)


def main(function: str) -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    used = 0.0
    with redirect_stdout(io.StringIO()) as log:
        handler = importlib.import_module(function).lambda_handler
        for line in sys.stdin:
            answer, logged = handler(json.loads(line), CONTEXT), log.tell()
            log.seek(0)
            before, used = used, time.process_time()
            (peak,) = re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
            taken = {"seconds": used - before, "peak": int(peak) * 1024, "log": logged}
            answers.write(f"{json.dumps({**taken, 'answer': answer})}\n")
            answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
