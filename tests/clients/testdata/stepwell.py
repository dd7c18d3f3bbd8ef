"""What the test programs share."""

import os
import time

import boto3

ROLE = 'arn:aws:iam::123456789012:role/StepFunctions-HelloWorld'


def client(service, config=None):
    """A client as the environment wants it; boto3 before 1.28 does not know AWS_ENDPOINT_URL."""
    version = tuple(int(part) for part in boto3.__version__.split('.')[:2])
    if version < (1, 28):
        return boto3.client(service, endpoint_url=os.environ['AWS_ENDPOINT_URL'], config=config)
    return boto3.client(service, config=config)


def until(read, wanted, seconds=30):
    """Calls read until it returns what is wanted, and returns what it returned last."""
    deadline = time.monotonic() + seconds
    while True:
        got = read()
        if got == wanted or time.monotonic() > deadline:
            return got
        time.sleep(0.02)
