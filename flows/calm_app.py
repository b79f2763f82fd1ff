"""The application of an embedded Prefect server: what it does for its own sake, it does seldom.

By itself Prefect's server looks ten times a second whether somebody has cancelled background work,
four times a second whether there is any, and uvicorn ten times whether it shall stop. Over a run
that costs more than all of its task runs. Nothing here waits for background work: it is services
that clean up every few minutes.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from functools import partial

import uvicorn
from docket import Worker
from fastapi import FastAPI
from prefect.server.api import background_workers, server

CHECK = timedelta(seconds=10)
"""How often background work that is due is looked for; what is not scheduled begins at once."""

TICK_SECONDS = 0.5
"""How often the web server looks whether it shall stop: so long stopping may take."""


class CalmWorker(Worker):
    """A worker for background work that nobody cancels, as nothing in Prefect's server does."""

    async def _cancellation_listener(self) -> None:
        if session := self._processing_session:
            session.cancellation_ready.set()  # the worker does not begin before


class CalmServer(uvicorn.Server):
    """A web server that looks less often whether it shall stop."""

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        while not await self.on_tick(0):  # at tick 0, as at every tenth, it sets the header's date
            await asyncio.sleep(TICK_SECONDS)


def create_app() -> FastAPI:
    """Make the server's application."""
    calm = partial(CalmWorker, minimum_check_interval=CHECK, scheduling_resolution=CHECK)
    vars(background_workers)["Worker"] = calm
    return server.create_app()


def main(port: int) -> None:
    """Serve on a port of this machine until told to stop."""
    config = uvicorn.Config(
        create_app, factory=True, lifespan="on", host="127.0.0.1", port=port, log_level="error"
    )
    CalmServer(config).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
