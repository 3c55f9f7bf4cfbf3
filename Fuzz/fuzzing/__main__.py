"""Run by Scripts/fuzz."""

import sys

from . import references, run, testsets

if __name__ == "__main__":
    command, rest = (sys.argv[1:] or [""])[0], sys.argv[2:]
    if command == "sets":
        sys.exit(testsets.main(rest))
    if command == "references":
        sys.exit(references.main(rest))
    sys.exit(run.main(sys.argv[1:]))
