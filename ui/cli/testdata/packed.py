"""Writes one event seven times, each time packed in another way, to the Redis of the URL given."""
import base64, gzip, json, redis, sys, zlib
r = redis.Redis.from_url(sys.argv[1])
event = json.dumps({"id": "e1", "type": "workflow.started", "workflow_id": "wf-1", "data": {"contract": "ERC20"}}).encode()
msgpack = b"\x84\xa2id\xa2e1\xa4type\xb0workflow.started\xabworkflow_id\xa4wf-1\xa4data\x81\xa8contract\xa5ERC20"
for payload in (event, gzip.compress(event), zlib.compress(event), base64.b64encode(event), json.dumps(event.decode()), msgpack, gzip.compress(msgpack)):
    r.xadd("events:workflow.started", {"data": payload})
