"""Reads one event from a stream the way the HyperAgent's own consumers do, and prints what it got.

    consume.py PORT TYPE
"""
import json
import sys

import redis

port, event_type = int(sys.argv[1]), sys.argv[2]
client = redis.Redis(port=port)
stream_key = f"events:{event_type}"
try:
    client.xgroup_create(stream_key, "websocket_workers", id="0", mkstream=True)
except redis.ResponseError:
    pass  # Group already exists
for _, events in client.xreadgroup("websocket_workers", "worker-1", {stream_key: ">"}, count=10, block=1000):
    for event_id, event_data in events:
        event = json.loads(event_data[b"data"])
        for key in ("id", "type", "workflow_id", "timestamp", "source_agent"):
            print(f"{key}={event[key]}")
        print("data=" + json.dumps(event["data"]))
        client.xack(stream_key, "websocket_workers", event_id)
