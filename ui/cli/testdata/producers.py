"""Writes entries as other producers do, to the Redis of the URL given, with nothing but XADD: a stream for each producer."""
import base64, gzip, json, redis, struct, sys
r = redis.Redis.from_url(sys.argv[1])
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def msgpack(value):
    """A map of short strings and small numbers."""
    def text(s):
        b = s.encode()
        return (bytes([0xA0 | len(b)]) if len(b) < 32 else b"\xd9" + bytes([len(b)])) + b
    return bytes([0x80 | len(value)]) + b"".join(text(k) + (bytes([v]) if isinstance(v, int) else text(v)) for k, v in value.items())


def faststream(data, headers):
    packed = b"".join(struct.pack(">H", len(t)) + t.encode() for h in headers.items() for t in h)
    begin = b"\x89BIN\r\n\x1a\n" + struct.pack(">H", 1)
    start = len(begin) + 8
    return begin + struct.pack(">II", start, start + 2 + len(packed)) + struct.pack(">H", len(headers)) + packed + data


def message(*values):
    """A protobuf message with texts, and a number at the end."""
    *texts, number = values
    return b"".join(bytes([i << 3 | 2, len(t)]) + t.encode() for i, t in enumerate(texts, 1)) + bytes([len(values) << 3, number])


def datum(*values):
    """An Avro record of the same."""
    *texts, number = values
    return b"".join(bytes([len(t) << 1]) + t.encode() for t in texts) + bytes([number << 1])


paid = ("e-7", "order.paid", "c-7", "2025-11-05T13:07:09Z", PARENT[:55], 7)
change = {"before": None, "after": {"id": 7, "name": "Ann"}, "op": "c", "ts_ms": 1762348029999, "transaction": {"id": "c-7"},
          "source": {"connector": "postgresql", "name": "shop", "ts_ms": 1762348029000, "table": "customers"}}
cloud = {"specversion": "1.0", "id": "e-7", "type": "order.paid", "source": "shop", "time": "2025-11-05T13:07:09Z", "correlationid": "c-7",
         "traceparent": PARENT, "datacontenttype": "application/json", "pubsubname": "orders", "topic": "orders", "data": {"n": 7}}
mass = {"messageId": "e-7", "conversationId": "c-7", "sourceAddress": "loopback://localhost/shop", "messageType": ["urn:message:Orders:OrderPaid"],
        "message": {"n": 7}, "sentTime": "2025-11-05T13:07:09Z", "headers": {"traceparent": PARENT}, "host": {"assembly": "shop"}}
task = {"task_id": "e-7", "task_name": "shop.tasks:pay", "labels": {"correlation_id": "c-7", "traceparent": PARENT}, "labels_types": None, "args": [7], "kwargs": {"n": 7}}

for stream, fields in {
    "streamdesk": {"data": compact({"id": "e-7", "type": "order.paid", "workflow_id": "c-7", "timestamp": 1762348029, "data": {"n": 7}, "source_agent": "shop"}), "traceparent": PARENT},
    "bare": {"data": '{"n":7}'},
    "dapr": {"data": compact(cloud), "metadata": '{"ttlInSeconds":"60"}'},
    "cloudevents": {"ce_" + k: v for k, v in cloud.items() if k != "data"} | {"data": '{"n":7}'},
    "watermill": {"_watermill_message_uuid": "e-7", "metadata": msgpack({"correlation_id": "c-7", "name": "order.paid", "traceparent": PARENT}), "payload": gzip.compress(msgpack({"n": 7}))},
    "faststream": {"__data__": faststream(b'{"n":7}', {"correlation_id": "c-7", "message_id": "e-7", "traceparent": PARENT})},
    "faststream-json": {"__data__": compact({"data": '{"n":7}', "headers": {"correlation_id": "c-7"}})},
    "spring": {"_class": "shop.OrderPaid", "id": "e-7", "correlationId": "c-7", "timestamp": "2025-11-05T13:07:09Z", "n": "7"},
    "debezium": {'{"id":7}': compact(change)},
    "debezium-extended": {"key": '{"id":7}', "value": compact(change), "TRACEPARENT": PARENT},
    "bull:mail:events": {"event": "completed", "jobId": "c-7", "returnvalue": '{"n":7}', "prev": "active"},
    "taskiq": {"data": compact(task)},
    "masstransit": {"data": compact(mass)},
    "connect": {"body": '{"n":7}', "event_type": "order.paid", "event_id": "e-7", "correlation_id": "c-7", "timestamp": "1762348029", "traceparent": PARENT},
    "flat": {"type": "order.paid", "id": "e-7", "workflow": "c-7", "time": "1762348029", "n": "7", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"},
    "cloudevents-bytes": {"event": compact({k: v for k, v in cloud.items() if k != "data"} | {"data_base64": base64.b64encode(gzip.compress(b'{"n":7}', mtime=0)).decode()})},
    "protobuf": {"data": message(*paid), "x": "1"},
    "avro": {"payload": base64.b64encode(gzip.compress(datum(*paid)))},
    "own": {"hdr": compact({"k": "e-7", "what": "order.paid", "run": "c-7", "at": 1762348029, "tp": PARENT}), "blob": base64.b64encode(gzip.compress(b'{"n":7}'))},
}.items():
    r.xadd("p:" + stream, fields)
