"""Runs an Express execution, and prints the ARN of its machine."""

import os

import boto3
from botocore.config import Config

sfn = boto3.client(
    'stepfunctions', endpoint_url=os.environ['AWS_ENDPOINT_URL'],
    config=Config(inject_host_prefix=False))
machine = sfn.create_state_machine(
    name='express', type='EXPRESS', roleArn='arn:aws:iam::123456789012:role/express',
    definition='{"StartAt":"P","States":{"P":{"Type":"Pass","Result":{"hello":"world"},"End":true}}}',
)['stateMachineArn']
ended = sfn.start_sync_execution(stateMachineArn=machine, name='n', input='{}')
assert ended['status'] == 'SUCCEEDED', ended
assert ended['executionArn'].startswith('arn:aws:states:us-east-1:123456789012:express:express:n:'), ended
assert ended['billingDetails'] == {'billedMemoryUsedInMB': 64, 'billedDurationInMilliseconds': 100}, ended
print(machine)
