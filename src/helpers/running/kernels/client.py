"""Client: ready as soon as the kernel is, instead of after a fifth of a second of silence."""

from __future__ import annotations

import asyncio
import time
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous import AsyncKernelClient


class PromptClient(AsyncKernelClient):
    """Jupyter's client, with a handshake in the place of its wait for silence."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and what it broadcasts arrives.

        The broadcast that says the kernel is idle again after our own question proves that the channel is connected, and that nothing older is
        left in it.

        Parameters
        ----------
        timeout : float, optional
            Seconds; without end where it is missing.

        Raises
        ------
        RuntimeError
            If the kernel dies, or does not answer in time.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        patience = 0.02
        while not await self._answers(patience):
            patience = min(2 * patience, 0.5)
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    def start_channels(self, *given: Any, **more: Any) -> None:
        """See `KernelClient`; a kernel that does not listen yet is tried again soon, not after a tenth of a second."""
        self.context.setsockopt(zmq.RECONNECT_IVL, 5)
        super().start_channels(*given, **more)

    async def _answers(self, patience: float) -> bool:
        """Ask once, and wait for the reply, and so many seconds for the broadcast that belongs to the question."""
        asked = self.kernel_info()
        try:
            async with asyncio.timeout(1):
                while (reply := await self.shell_channel.get_msg())["parent_header"].get("msg_id") != asked:
                    pass
                self._handle_kernel_info_reply(reply)
            async with asyncio.timeout(patience):
                while True:
                    message = await self.iopub_channel.get_msg()
                    mine = message["parent_header"].get("msg_id") == asked
                    if mine and message["content"].get("execution_state") == "idle":
                        return True
        except (Empty, TimeoutError):
            return False
