"""Publishes events as the description of HyperAgent's event bus does: one XADD an event, one after the other.

    publish.py PORT COUNT
"""
import asyncio
import json
import sys
import time
from enum import Enum

import redis.asyncio

KINDS = {
    "workflow": ["created", "started", "progress", "completed", "failed", "cancelled"],
    "generation": ["started", "progress", "completed", "failed"],
    "audit": ["started", "progress", "completed", "failed"],
    "testing": ["started", "progress", "completed", "failed"],
    "deployment": ["started", "progress", "completed", "failed"],
    "a2a": ["message", "request", "response"],
}
EventType = Enum("EventType", {f"{f}_{n}".upper(): f"{f}.{n}" for f, names in KINDS.items() for n in names})


class Event:
    def __init__(self, id, type, workflow_id, data, source_agent):
        self.id, self.type, self.workflow_id, self.data, self.source_agent = id, type, workflow_id, data, source_agent
        self.timestamp = time.time()

    def to_dict(self):
        return {
            "id": self.id, "type": self.type.value, "workflow_id": self.workflow_id, "timestamp": self.timestamp,
            "data": self.data, "source_agent": self.source_agent,
        }


class EventBus:
    def __init__(self, redis):
        self.redis = redis

    async def publish(self, event):
        stream_key = f"events:{event.type.value}"
        await self.redis.xadd(stream_key, {"data": json.dumps(event.to_dict())}, id="*")


async def main(port, count):
    client = redis.asyncio.Redis(port=port)
    bus, types = EventBus(client), list(EventType)
    for n in range(count):
        data = {"step": n, "text": "größer", "gas_used": n * 7}
        await bus.publish(Event(f"e{n}", types[n % len(types)], f"wf-{n % 40}", data, "coordinator"))
    await client.close()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
