"""Provisioner: how Jupyter is told to fork its kernels, in this process only."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from helpers.running.kernels.forks import Fork, KernelBirth
from helpers.running.kernels.parent import CAN_FORK, one_thread, warm_parent, watch

NAME = "forked"
GRACE = 2.0  # seconds that a kernel has to end itself before it is asked less kindly
_LAUNCHER = "ipykernel_launcher"
_CHOICE = KernelProvisionerFactory.default_provisioner_name_env


class ForkProvisioner(LocalProvisioner):
    """Starts a Python kernel as a fork of a parent that has the scientific stack loaded; any other kernel as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """See `LocalProvisioner`."""
        if _LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        environment = {name: value for name, value in (kwargs.get("env") or os.environ).items() if name != _CHOICE}
        folder = str(kwargs.get("cwd") or Path.cwd())
        birth = KernelBirth(tuple(cmd[cmd.index(_LAUNCHER) + 1 :]), environment, folder)
        self.process: Any = Fork(warm_parent(), watch(), birth)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Come back as soon as the kernel has ended itself, at the latest when Jupyter would look for itself."""
        deadline = time.monotonic() + GRACE
        while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(0.005)


@contextmanager
def warm_kernels() -> Iterator[None]:
    """Kernels that this process starts are forked, where the system can fork; maths libraries use one thread, unless the user has said otherwise."""
    factory = KernelProvisionerFactory.instance()
    default, chosen = factory.default_provisioner_name, os.environ.get(_CHOICE)
    try:
        with one_thread():
            if CAN_FORK:
                factory.default_provisioner_name = os.environ[_CHOICE] = NAME
                warm_parent()
            yield
    finally:
        factory.default_provisioner_name = default
        os.environ.pop(_CHOICE, None)
        if chosen is not None:
            os.environ[_CHOICE] = chosen
