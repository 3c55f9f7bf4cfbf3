"""How large certificates are, and how long they take to check: a table for docs/certificates.md."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check import Check, parsed, text_of

ROOT = Path(__file__).resolve().parents[1]
# Problem files, digits, and times if they are not the file's.
CASES = [
    ("Examples/system.yaml", 30, None),
    ("Examples/oscillator.yaml", 30, None),
    ("Examples/stiff.yaml", 30, None),
    ("Examples/lorenz.yaml", 30, None),
    ("Examples/lorenz.yaml", 100, None),
    ("Fuzz/testsets/kepler-06.yaml", 30, None),
    ("Fuzz/testsets/henon-heiles.yaml", 30, None),
    ("Fuzz/testsets/detest-b4.yaml", 30, None),
    ("Fuzz/testsets/detest-c1.yaml", 30, None),
    ("Fuzz/testsets/brusselator.yaml", 30, None),
    ("Fuzz/testsets/pleiades.yaml", 15, "1"),
    ("Fuzz/testsets/stiff-d1.yaml", 30, None),
    ("Fuzz/testsets/vdp-100.yaml", 15, None),
]


def certify(problem, digits, times, path):
    """The command's seconds; None where it has no proof."""
    start = time.monotonic()
    command = [os.environ["FISHERFLOW"], "solve", str(ROOT / problem), "--digits", str(digits), "--certificate", path]
    run = subprocess.run(command + (["--at", times] if times else []), capture_output=True, text=True)
    return time.monotonic() - start if run.returncode == 0 else None


def main(arguments):
    print("| system | variables | digits | t | pieces | size | solve | check | |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for problem, digits, times in CASES:
        if arguments and not any(part in problem for part in arguments):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/certificate.json"
            seconds = certify(problem, digits, times, path)
            name = Path(problem).stem
            if seconds is None:
                print(f"| {name} | | {digits} | | | | not certified | | |")
                continue
            start, answer = time.monotonic(), "yes"
            check = Check(parsed(text_of(path)))
            try:
                check.run()
            except Exception as error:
                answer = f"no: {error}"
            checked, size = time.monotonic() - start, os.path.getsize(path)
            last = check.samples[-1].time
            print(
                f"| {name} | {len(check.system.names)} | {digits} | {float(last):.6g} | {len(check.pieces)} | {size / 1000:.0f} kB "
                f"| {seconds:.1f} s | {checked:.1f} s | {answer} |",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
