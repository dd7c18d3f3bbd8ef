"""A Lambda function for tests. The event says what it does."""
import logging
import os
import sys
import time

if os.environ.get("FAIL") == "init":
    raise RuntimeError("no configuration")
if os.environ.get("FAIL") == "exit":
    sys.exit(7)

VERSION = "1"


class Refused(Exception):
    pass


def handler(event, context):
    do = event.get("do") if isinstance(event, dict) else None
    if do == "raise":
        raise Refused("too many")
    if do == "error":
        raise Exception("plain")
    if do == "exit":
        os._exit(3)
    if do == "sleep":
        time.sleep(event["ms"] / 1000)
        return os.getpid()
    if do == "large":
        return "x" * (7 << 20)
    if do == "print":
        print("to stdout")
        print("to stderr", file=sys.stderr)
        logging.getLogger().warning("to the log")
    if do == "odd":
        raise Exception("\ud800")
    if do == "unmarshallable":
        return {1, 2}
    if do == "context":
        return {
            "name": context.function_name, "version": context.function_version, "arn": context.invoked_function_arn,
            "id": context.aws_request_id, "remaining": context.get_remaining_time_in_millis() > 1000,
            "custom": context.client_context.custom["a"], "env": os.environ["GREETING"],
        }
    if do == "version":
        return VERSION
    return event
