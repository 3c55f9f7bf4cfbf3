"""The command line of `Scripts/bench peers`, `growth` and `setup`."""

import argparse
import os
from pathlib import Path
from typing import NoReturn

from .installation import PEERS
from .plans import FULL, QUICK, SHORT, Plan, comparison, growth
from .problems import UnknownProblem, parse_problem

SIZES = ["digits", "variables", "depth"]


class Parser(argparse.ArgumentParser):
    """Wrong usage ends with status 64, as in `fisherflow`."""

    def error(self, message: str) -> NoReturn:
        self.exit(64, f"{self.prog}: {message}\n{self.format_usage()}")


def digits(text: str) -> int:
    if not text.isdecimal() or not 10 <= int(text) <= 5000:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected digits from 10 to 5000")
    return int(text)


def digits_list(text: str) -> list[int]:
    return sorted({digits(part) for part in text.split(",")})


def names_of(known: list[str]):
    def parse(text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"found {name!r}, expected some of {','.join(known)}")
        return [name for name in known if name in names]

    return parse


def problem(text: str):
    try:
        return parse_problem(text)
    except UnknownProblem as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected an integer from 1 on")
    return int(text)


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a positive number of seconds")
    return value


def executable(text: str) -> Path:
    if not os.access(text, os.X_OK):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a program")
    return Path(text).resolve()


def parser() -> Parser:
    main = Parser(prog="Scripts/bench", description=__doc__)
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")

    said = "FisherFlow beside other systems: times, errors, ratios"
    peers = commands.add_parser("peers", help=said, description=said)
    peers.add_argument(
        "problems", nargs="*", type=problem, metavar="PROBLEM",
        help="p1, p1-N (N variables), p3-N (N x N layers), p3-N-L (depth L); default: p1, p3-3 and p3-5",
    )
    peers.add_argument("--digits", type=digits_list, metavar="D,...", help="digits, for all problems")
    extent = peers.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="about a minute: few cases, three runs, a limit of 10 s")
    extent.add_argument("--full", action="store_true", help="all digits for which there are figures; hours")

    said = "how the time grows with digits, variables and depth"
    sweeps = commands.add_parser("growth", help=said, description=said)
    sweeps.add_argument(
        "--by", type=names_of(SIZES), default=SIZES, metavar="SIZE,...", help=f"some of {','.join(SIZES)}; all"
    )
    sweeps.add_argument("--digits", type=digits, metavar="D", help="for variables (100) and depth (50)")
    sweeps.add_argument("--quick", action="store_true", help="about a minute: fewer points, three runs, a limit of 10 s")

    for command, chosen in [(peers, list(PEERS)), (sweeps, ["heyoka", "pari"])]:
        command.add_argument(
            "--peers", type=names_of(list(PEERS)), default=chosen, metavar="PEER,...",
            help=f"some of {','.join(PEERS)}; default: {','.join(chosen)}",
        )
        command.add_argument(
            "--repetitions", type=positive, metavar="N", help="runs, of which the best counts; 5, or 3 if quick"
        )
        command.add_argument(
            "--limit", type=seconds, metavar="SECONDS", help="of CPU time for each run; 30, 10 if quick, 600 if full"
        )
        command.add_argument(
            "--fisherflow", type=executable, metavar="PATH", help="another build of it; default: this tree's"
        )
        command.add_argument("--output", type=Path, metavar="FOLDER", help="for the JSON and the plot")

    commands.add_parser("setup", help="only install the peers")
    return main


def parse(arguments: list[str]) -> argparse.Namespace:
    options = parser().parse_args(arguments)
    if options.command != "setup":
        is_long = options.command == "peers" and options.full
        options.limit = options.limit or (10 if options.quick else 600 if is_long else 30)
        options.repetitions = options.repetitions or (3 if options.quick else 5)
    return options


def plan(options: argparse.Namespace) -> Plan:
    if options.command == "growth":
        return growth(options.by, options.digits, options.quick)
    extent = QUICK if options.quick else FULL if options.full else SHORT
    problems = dict.fromkeys(options.problems or extent)
    return comparison({p: options.digits or extent.get(p, [50, 100]) for p in problems})
