"""Provisioner: how Jupyter is told to fork its kernels, in this process only."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from helpers.running.kernels.forks import Birth, Fork, number_of
from helpers.running.kernels.watch import Watch

NAME = "forked"
GRACE = 2.0  # seconds that a kernel has to end itself before it is asked less kindly
_STACK = "helpers.running.kernels.stack"
_LAUNCHER = "ipykernel_launcher"
_CHOICE = KernelProvisionerFactory.default_provisioner_name_env
# One thread of the maths libraries per kernel: the runs share the cores already.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class ForkProvisioner(LocalProvisioner):
    """Starts a Python kernel as a fork of a parent that has the scientific stack loaded; any other kernel as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """See `LocalProvisioner`."""
        if _LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        environment = {name: value for name, value in (kwargs.get("env") or os.environ).items() if name != _CHOICE}
        folder = str(kwargs.get("cwd") or Path.cwd())
        birth = Birth(tuple(cmd[cmd.index(_LAUNCHER) + 1 :]), environment, folder)
        self.process: Any = Fork(warm_parent(), _watch(), birth)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Come back as soon as the kernel has ended itself, at the latest when Jupyter would look for itself."""
        deadline = time.monotonic() + GRACE
        while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(0.005)


@cache
def warm_parent() -> forkserver.ForkServer:
    """The parent of this process's kernels. It begins to load when it is first asked for, and ends with this process."""
    server = forkserver.ForkServer()
    server.set_forkserver_preload([_STACK])
    watch = _watch()  # before there is anything to watch
    server.ensure_running()
    watch.begin(number_of(server))
    return server


@cache
def _watch() -> Watch:
    return Watch()


@contextmanager
def warm_kernels() -> Iterator[None]:
    """Kernels that this process starts are forked, where the system can fork; maths libraries use one thread, unless the user has said otherwise.

    The warm parent is asked to begin loading at once, beside whatever comes next.
    """
    factory = KernelProvisionerFactory.instance()
    default = factory.default_provisioner_name
    before = {name: os.environ.get(name) for name in (*_ONE_THREAD, _CHOICE)}
    os.environ.update({name: os.environ.get(name, one) for name, one in _ONE_THREAD.items()})
    try:
        if os.name == "posix":
            factory.default_provisioner_name = os.environ[_CHOICE] = NAME
            warm_parent()
        yield
    finally:
        factory.default_provisioner_name = default
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
