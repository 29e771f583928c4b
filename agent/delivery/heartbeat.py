"""The sign of life that a job gives each second, and the orders that come back."""

import asyncio
from collections.abc import Callable

import structlog

from agent.delivery.worker_api import ApiRefusedError, ApiUnavailableError, ConversationOverError, WorkerApi
from contracts.base import ConversationId
from contracts.brief import HeartbeatAnswer

logger = structlog.get_logger(__name__)

INTERVAL_S = 1.0


async def beat_until_ordered(
    api: WorkerApi, conversation: ConversationId, source: str, on_order: Callable[[HeartbeatAnswer], None]
) -> None:
    """Beat each second until an order other than ``continue`` comes; an API that is away is tried again for ever."""
    while True:
        began = asyncio.get_running_loop().time()
        try:
            answer = await api.beat(conversation, source)
        except ApiUnavailableError:
            logger.warning("a heartbeat was not answered")
        except ApiRefusedError as refused:
            logger.warning("a heartbeat was refused", status=refused.status)
        except ConversationOverError:
            on_order(HeartbeatAnswer(order="end"))
            return
        else:
            if answer.order != "continue":
                on_order(answer)
                return
        await asyncio.sleep(max(0.0, began + INTERVAL_S - asyncio.get_running_loop().time()))
