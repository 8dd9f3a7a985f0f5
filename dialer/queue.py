"""arq, as a doorbell (DESIGN §6): a ring says "look at these attempts"; the ledger decides whether anything is done.

Losing every ring loses nothing: the keeper rings again. Rings carry attempt ids and nothing else. The other job,
``control``, carries a person's command to the process that owns an SQLite ledger.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from arq import create_pool
from arq.connections import ArqRedis, RedisSettings
from arq.jobs import Job, JobStatus, ResultNotFound, SerializationError
from redis import exceptions as redis_errors
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from campaigns.points import Point, reach
from dialer.errors import OwnerLeft, ServerAway

RING_EXPIRES_S = 30
CONTROL_EXPIRES_S = 30
RING_SIZE = 20


def redis_settings(url: str | None, socket: Path | None, *, patient: bool = True) -> RedisSettings:
    """How to reach Redis: by URL or Unix socket.

    ``patient``: outlive any outage by trying for ever, as a worker must; ``OSError`` is in the list because redis-py's
    connect raises it bare, and without it a worker died within seconds of an outage (measured).
    """
    settings = RedisSettings.from_dsn(url) if url else RedisSettings(unix_socket_path=str(socket))
    settings.ssl_check_hostname = settings.ssl
    settings.conn_retries = 0
    settings.conn_timeout = 5
    settings.retry_on_timeout = True
    settings.retry_on_error = [
        redis_errors.ConnectionError,
        redis_errors.TimeoutError,
        redis_errors.BusyLoadingError,
        OSError,
    ]
    settings.retry = Retry(ExponentialBackoff(cap=1, base=0.05), -1 if patient else 3)
    return settings


def to_json(job: dict[str, Any]) -> bytes:
    """arq's job as JSON; its default is pickle, which runs what it reads."""
    return json.dumps(job, default=str).encode()


def from_json(raw: bytes) -> dict[str, Any]:
    """arq's job from JSON."""
    job: dict[str, Any] = json.loads(raw)
    return job


class Bell:
    """Rings for one ledger's attempts."""

    def __init__(self, redis: ArqRedis, ledger_id: str) -> None:
        """``redis`` from ``open_redis``; the ledger's id names the queue."""
        self.redis, self.queue = redis, f"dialer:{ledger_id}"

    async def ring(self, attempt_ids: Sequence[int], size: int) -> None:
        """Ring for these attempts, up to ``size`` (at most 20) in a ring; a ring's id is new every time."""
        step = max(1, min(RING_SIZE, size))
        for start in range(0, len(attempt_ids), step):
            reach(Point.RESERVED)
            ids = list(attempt_ids[start : start + step])
            await self.redis.enqueue_job(
                "dial", ids, _job_id=uuid.uuid4().hex, _queue_name=self.queue, _expires=RING_EXPIRES_S
            )
            reach(Point.RUNG)

    async def control(self, command: str, arguments: dict[str, Any], timeout_s: float = 30) -> Any:
        """Ask the ledger's owner to run a command; answers what it answers once that is committed.

        A command that was begun is waited for, however long a list it loads. Raises ServerAway when nobody begins it
        in time, or it came to no end; OwnerLeft when the owner's Redis is gone.
        """
        try:
            job = await self.redis.enqueue_job(
                "control", command, arguments,
                _job_id=uuid.uuid4().hex, _queue_name=self.queue, _expires=CONTROL_EXPIRES_S,
            )  # fmt: skip
            assert job is not None  # the id is new
            return await self._answer(Job(job.job_id, self.redis, self.queue, _deserializer=from_json), timeout_s)
        except TimeoutError as error:
            raise ServerAway(f'the running dialer did not answer "{command}" in {timeout_s:g} s') from error
        except (ResultNotFound, SerializationError) as error:
            raise ServerAway(f'the running dialer gave "{command}" up; see its log') from error
        except (redis_errors.RedisError, OSError) as error:
            raise OwnerLeft(f'the running dialer left before it answered "{command}": say it again') from error

    async def _answer(self, job: Job, timeout_s: float) -> Any:
        while True:
            try:
                return await job.result(timeout=timeout_s, poll_delay=0.05)
            except TimeoutError:
                if await job.status() is not JobStatus.in_progress:
                    raise


async def open_redis(url: str | None, socket: Path | None, *, patient: bool = True) -> ArqRedis:
    """Connect; raises ServerAway when Redis does not answer now. ``patient``: outages from now on are outlived."""
    try:
        await (await create_pool(redis_settings(url, socket, patient=False))).aclose()
    except (redis_errors.RedisError, OSError) as error:
        where = socket or urlsplit(url or "").hostname
        raise ServerAway(f"Redis at {where} does not answer: {error}") from error
    settings = redis_settings(url, socket, patient=patient)
    return await create_pool(settings, job_serializer=to_json, job_deserializer=from_json)
