#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads every command block of the given markdown files and runs or checks each command.

A pipeline runs with stand-ins for what a test machine lacks (cameras, displays, the reader's own
files). Where no model is there it is only parsed. Commands of ours are checked against their own
help. A command that this test has no rule for is a failure, so that nothing goes unchecked.

usage: docs_test.py --source FOLDER --build FOLDER [--video FILE] [FILE...]
"""
import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import stand_ins

SHELLS = {"sh", "bash", "shell", "console"}
TIMEOUT = 300  # seconds for one command

class Failure(Exception):
    """What is wrong with a command."""


def blocks(text):
    """(line number, commands) of every block of markdown that is marked as shell, and of every
    launch line in the documentation of an element."""
    for match in re.finditer(r"^```(\w*)[^\n]*\n(.*?)^```", text, re.M | re.S):
        if match.group(1) in SHELLS or match.group(2).startswith("gst-launch"):
            yield text.count("\n", 0, match.start()) + 2, match.group(2)
    for match in re.finditer(r"^ \* \|\[\n(.*?)^ \* \]\|", text, re.M | re.S):
        yield text.count("\n", 0, match.start()) + 2, re.sub(r"^ \* ?", "", match.group(1), flags=re.M)


def commands(block):
    """The commands of a block, without prompts and comments. With prompts, the rest is output."""
    lines = [line.strip() for line in re.sub(r"\\\n\s*", " ", block).splitlines()]
    prompted = [line[2:] for line in lines if line.startswith("$ ")]
    return [line for line in prompted or lines if line and not line.startswith("#")]


class Checker:
    def __init__(self, source, build, video):
        self.source = pathlib.Path(source).resolve()
        self.build = pathlib.Path(build).resolve()
        self.folder = tempfile.TemporaryDirectory()
        self.video = video or self.clip()
        options = (self.source / "meson_options.txt").read_text()
        self.options = set(re.findall(r"option\('([\w-]+)'", options))

    def run(self, words):
        """Runs a command in an empty folder."""
        try:
            result = subprocess.run(words, cwd=self.folder.name, timeout=TIMEOUT, text=True,
                                    stdin=subprocess.DEVNULL, capture_output=True, check=False)
        except FileNotFoundError as error:
            raise Failure(error) from error
        if result.returncode != 0:
            raise Failure(f"exit status {result.returncode}: "
                          f"{' '.join(words)}\n{result.stdout[-500:]}{result.stderr[-1500:]}")
        return result.stdout

    def clip(self):
        """Stands in for the reader's videos."""
        path = self.folder.name + "/clip.webm"
        self.run(["gst-launch-1.0", "-q"] + shlex.split(
            f"videotestsrc num-buffers={stand_ins.FRAMES} pattern=ball ! video/x-raw,width=640,height=480"
            f" ! vp8enc deadline=1 ! webmmux ! filesink location={path}"))
        return path

    def have_model(self):
        folders = os.environ.get("SIAMTRACK_MODEL_PATH", "").split(":")
        return any((pathlib.Path(folder) / "default.safetensors").exists() for folder in folders)

    # --- rules, one per program ---

    def gst_launch_1_0(self, words):
        plain = [w for w in words[1:] if w not in ("-q", "-v", "-e", "-m")]
        pipeline = stand_ins.replace(plain, self.video)
        if self.have_model():
            self.run(["gst-launch-1.0", "-q"] + pipeline)
        else:
            self.parse(pipeline)

    @staticmethod
    def parse(pipeline):
        """Builds the pipeline: names of elements, pads and properties and their values are right."""
        import gi
        gi.require_version("Gst", "1.0")
        from gi.repository import GLib, Gst
        Gst.init(None)
        try:
            Gst.parse_launch(" ".join(shlex.quote(w) if w != "!" else w for w in pipeline))
        except GLib.Error as error:
            raise Failure(f"{error.message} in {' '.join(pipeline)}") from error

    def gst_inspect_1_0(self, words):
        self.run(words)

    def siamtrack(self, words):
        """Subcommands and their long options must stand in the program's help."""
        words = [word.strip("[]") for word in words]  # [--optional VALUE]
        plain = [w for w in words[1:] if not w.startswith("-")]
        command = plain[:1] if plain and re.fullmatch(r"[a-z]+", plain[0]) else []
        help_text = self.run([str(self.build / "tools" / "siamtrack")] + command + ["--help"])
        for option in (w.split("=")[0] for w in words if w.startswith("-")):
            if not re.search(re.escape(option) + r"\b", help_text):
                raise Failure(f"siamtrack {' '.join(command)} has no option {option}")

    def meson(self, words):
        for option in re.findall(r"-D([\w-]+)=", " ".join(words)):
            if option not in self.options and option not in (
                    "buildtype", "prefix", "b_sanitize", "b_lundef", "auto_features"):
                raise Failure(f"meson_options.txt has no option {option}")
        if words[1] == "devenv":
            rest = words[2:]
            while rest and rest[0].startswith("-"):
                rest = rest[2:] if rest[0] == "-C" else rest[1:]
            if rest:
                self.check(rest)
        elif words[1] == "test":
            known = self.run(["meson", "test", "-C", str(self.build), "--list"])
            names = re.sub(r" -C \S+", "", " ".join(words)).split()[2:]
            for name in (w for w in names if not w.startswith("-")):
                if name not in known:
                    raise Failure(f"there is no test {name}")

    def pkg_config(self, words):
        if "siamtrack" not in words:
            raise Failure("pkg-config of something that is not ours")

    def apt_get(self, words):
        """Packages must be among those that tools/setup.sh installs."""
        known = self.run([str(self.source / "tools" / "setup.sh"), "--list"]).split()
        for name in words[words.index("install") + 1:] if "install" in words else []:
            if not name.startswith("-") and name not in known:
                raise Failure(f"tools/setup.sh does not install {name}")

    def script(self, words):
        """A program of the source tree: exists, can be run, and its syntax is right."""
        path = self.source / words[0]
        if not path.is_file():
            built = self.build / words[0].removeprefix("build/")
            if built.is_file() or built.name == "siamtrack":
                return
            raise Failure(f"there is no {words[0]}")
        if not os.access(path, os.X_OK):
            raise Failure(f"{words[0]} cannot be run")
        if path.suffix == ".sh":
            self.run(["bash", "-n", str(path)])
        if path.suffix == ".py":
            compile(path.read_text(), str(path), "exec")

    def python3(self, words):
        if not (self.source / words[1]).is_file() and words[1] != "-m":
            raise Failure(f"there is no {words[1]}")

    def nothing(self, words):
        """Commands that say nothing about us."""

    def check(self, words):
        while words and (re.fullmatch(r"\w+=.*", words[0]) or words[0] in ("sudo", "env")):
            words = words[1:]
        if not words:
            return
        program = words[0]
        rules = {"gst-launch-1.0": self.gst_launch_1_0, "gst-inspect-1.0": self.gst_inspect_1_0,
                 "siamtrack": self.siamtrack, "build/tools/siamtrack": self.siamtrack,
                 "meson": self.meson, "pkg-config": self.pkg_config, "apt-get": self.apt_get,
                 "apt": self.apt_get, "python3": self.python3}
        rules |= {name: self.nothing for name in (
            "cd", "git", "ninja", "export", "echo", "cat", "ls", "mkdir", "curl", "tar", "unzip",
            "docker", "less", "xdg-open", "head", "c++", "g++", "gcc", "cc", "vot", "pip", "jq")}
        rule = rules.get(program)
        if rule is None and "/" in program:
            rule = self.script
        if rule is None:
            raise Failure(f"no rule for {program}: teach it to tests/docs/docs_test.py")
        rule(words)


def check_line(checker, line):
    """Every command of a line that may hold several."""
    for command in re.split(r"\s(?:&&|\||;)\s", line):
        words = shlex.split(re.sub(r"\s[12&]?>\s*\S+", "", command), comments=True)
        # Shell variables and $(...) of the text stand for the reader's own values.
        checker.check(words)


def documents(source):
    """All markdown of the project, and the sources of its elements."""
    return [path for pattern in ("*.md", "docs/**/*.md", "elements/*/gst*.cpp")
            for path in sorted(source.glob(pattern))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--video")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    checker = Checker(options.source, options.build, options.video)
    files = [pathlib.Path(name) for name in options.files] or documents(checker.source)
    checked = failed = 0
    for name in files:
        text = name.read_text()
        for line_number, block in blocks(text):
            for command in commands(block):
                checked += 1
                try:
                    check_line(checker, command)
                except (Failure, ValueError, subprocess.TimeoutExpired) as error:
                    failed += 1
                    print(f"{name}:{line_number}: {command}\n    {error}", flush=True)
    print(f"{checked} commands in {len(files)} files, {failed} wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
