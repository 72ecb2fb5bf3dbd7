import ssl
from collections.abc import AsyncIterator

import httpx2
import openai
import pytest

from harness.simulator.settings import SimulatorSettings
from harness.simulator.simulator import Simulator, running

NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here speaks TLS, and to load the system's authorities takes each client 30 ms."""


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with running(SimulatorSettings(latency_median=0.001)) as started:
        yield started


@pytest.fixture
async def control(simulator: Simulator) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=simulator.control, verify=NO_AUTHORITIES) as client:
        yield client


@pytest.fixture
async def provider(simulator: Simulator) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": "Bearer any"}
    async with httpx2.AsyncClient(base_url=simulator.address, headers=headers, verify=NO_AUTHORITIES) as client:
        yield client


@pytest.fixture
async def sdk(simulator: Simulator) -> AsyncIterator[openai.AsyncOpenAI]:
    async with (
        httpx2.AsyncClient(verify=NO_AUTHORITIES) as transport,
        openai.AsyncOpenAI(
            base_url=simulator.address, api_key="any", max_retries=0, timeout=5, http_client=transport
        ) as client,
    ):
        yield client
