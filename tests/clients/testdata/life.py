"""The whole life of what the API has, by boto3: machines, versions, aliases, executions, tags, tasks."""

import json
import sys

import boto3
from botocore.config import Config

from stepwell import ROLE, client, until

FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:receive'
PREFIX = 'arn:aws:states:us-east-1:123456789012:'

sfn = client('stepfunctions')


def equal(got, want):
    assert got == want, '%r\nis not\n%r' % (got, want)


def refused(error, call, **arguments):
    """Calls an operation that must fail with an error of the model."""
    try:
        call(**arguments)
    except getattr(sfn.exceptions, error) as raised:
        return raised.response
    raise AssertionError('no ' + error)


def definition(**states):
    return json.dumps({'StartAt': next(iter(states)), 'States': states})


def returning(number):
    return definition(Return={'Type': 'Pass', 'Result': number, 'End': True})


def create(name, text, **more):
    return sfn.create_state_machine(name=name, definition=text, roleArn=ROLE, **more)


def ended(execution, wanted='SUCCEEDED'):
    """Waits for the end of an execution and describes it."""
    equal(until(lambda: sfn.describe_execution(executionArn=execution)['status'], wanted), wanted)
    return sfn.describe_execution(executionArn=execution)


def paged(operation, member, **arguments):
    """All that an operation lists, in pages of two."""
    pages = list(sfn.get_paginator(operation).paginate(PaginationConfig={'PageSize': 2}, **arguments))
    assert all(len(page[member]) <= 2 for page in pages), pages
    return [item for page in pages for item in page[member]]


def by_hand(operation, member, **arguments):
    """All that an operation lists for which boto3 has no paginator, one at a time."""
    found = []
    while True:
        page = operation(maxResults=1, **arguments)
        found += page[member]
        if 'nextToken' not in page:
            return found
        arguments['nextToken'] = page['nextToken']


def versions():
    """A machine, two versions of it, an alias, and executions of that."""
    created = create('life', returning(1), publish=True, versionDescription='one', tags=[{'key': 'team', 'value': 'a'}],
                     loggingConfiguration={'level': 'OFF'}, tracingConfiguration={'enabled': False})
    arn = created['stateMachineArn']
    equal(created['stateMachineVersionArn'], arn + ':1')
    sfn.update_state_machine(stateMachineArn=arn, definition=returning(2))
    described = sfn.describe_state_machine(stateMachineArn=arn)
    second = sfn.publish_state_machine_version(
        stateMachineArn=arn, revisionId=described['revisionId'], description='two')['stateMachineVersionArn']
    refused('ConflictException', sfn.publish_state_machine_version, stateMachineArn=arn, revisionId='other')
    equal(sfn.describe_state_machine(stateMachineArn=second)['description'], 'two')
    routes = [{'stateMachineVersionArn': arn + ':1', 'weight': 50}, {'stateMachineVersionArn': second, 'weight': 50}]
    alias = sfn.create_state_machine_alias(name='live', description='what runs', routingConfiguration=routes)['stateMachineAliasArn']
    equal(alias, arn + ':live')
    equal(sfn.describe_state_machine_alias(stateMachineAliasArn=alias)['routingConfiguration'], routes)

    started = [sfn.start_execution(stateMachineArn=alias, name='e%d' % n)['executionArn'] for n in range(5)]
    for execution in started:
        got = ended(execution)
        equal(got['stateMachineAliasArn'], alias)
        equal(got['stateMachineVersionArn'], arn + ':' + got['output'])
    equal([e['name'] for e in paged('list_executions', 'executions', stateMachineArn=alias)], ['e4', 'e3', 'e2', 'e1', 'e0'])
    equal(len(paged('get_execution_history', 'events', executionArn=started[0])), 4)
    equal(sfn.describe_state_machine_for_execution(executionArn=started[0])['name'], 'life')

    sfn.update_state_machine_alias(stateMachineAliasArn=alias, routingConfiguration=[
        {'stateMachineVersionArn': second, 'weight': 100}])
    equal(ended(sfn.start_execution(stateMachineArn=alias)['executionArn'])['output'], '2')
    equal([v['stateMachineVersionArn'] for v in by_hand(sfn.list_state_machine_versions, 'stateMachineVersions', stateMachineArn=arn)],
          [second, arn + ':1'])
    equal([a['stateMachineAliasArn'] for a in by_hand(sfn.list_state_machine_aliases, 'stateMachineAliases', stateMachineArn=arn)],
          [alias])
    refused('ConflictException', sfn.delete_state_machine_version, stateMachineVersionArn=second)
    sfn.delete_state_machine_alias(stateMachineAliasArn=alias)
    sfn.delete_state_machine_version(stateMachineVersionArn=second)
    missing = refused('ResourceNotFound', sfn.describe_state_machine_alias, stateMachineAliasArn=alias)
    equal(missing['ResponseMetadata']['HTTPStatusCode'], 404)
    equal(sfn.validate_state_machine_definition(definition=returning(1))['result'], 'OK')
    return arn


def tags(arn):
    sfn.tag_resource(resourceArn=arn, tags=[{'key': 'team', 'value': 'b'}, {'key': 'more', 'value': ''}])
    equal(sfn.list_tags_for_resource(resourceArn=arn)['tags'], [{'key': 'team', 'value': 'b'}, {'key': 'more', 'value': ''}])
    sfn.untag_resource(resourceArn=arn, tagKeys=['more', 'none'])
    equal(sfn.list_tags_for_resource(resourceArn=arn)['tags'], [{'key': 'team', 'value': 'b'}])


def activity():
    """A worker does a task."""
    work = sfn.create_activity(name='work', tags=[{'key': 'team', 'value': 'a'}])['activityArn']
    arn = create('worked', definition(Work={'Type': 'Task', 'Resource': work, 'HeartbeatSeconds': 60, 'End': True}))['stateMachineArn']
    execution = sfn.start_execution(stateMachineArn=arn, input='{"n": 1}')['executionArn']
    task = sfn.get_activity_task(activityArn=work, workerName='worker')
    equal(json.loads(task['input']), {'n': 1})
    sfn.send_task_heartbeat(taskToken=task['taskToken'])
    sfn.send_task_success(taskToken=task['taskToken'], output='{"done": true}')
    equal(json.loads(ended(execution)['output']), {'done': True})
    equal([a['name'] for a in paged('list_activities', 'activities')], ['work'])
    sfn.delete_activity(activityArn=work)
    refused('ActivityDoesNotExist', sfn.describe_activity, activityArn=work)


def callback():
    """A task ends when somebody sends its token back."""
    arn = create('called', definition(Call={
        'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke.waitForTaskToken', 'End': True,
        'Parameters': {'FunctionName': FUNCTION, 'Payload': {'token.$': '$$.Task.Token'}}}))['stateMachineArn']
    for send, wanted in ((lambda token: sfn.send_task_success(taskToken=token, output='7'), 'SUCCEEDED'),
                         (lambda token: sfn.send_task_failure(taskToken=token, error='E', cause='C'), 'FAILED')):
        execution = sfn.start_execution(stateMachineArn=arn)['executionArn']
        until(lambda: 'TaskSubmitted' in [e['type'] for e in paged('get_execution_history', 'events', executionArn=execution)], True)
        scheduled = [e for e in paged('get_execution_history', 'events', executionArn=execution) if e['type'] == 'TaskScheduled']
        token = json.loads(scheduled[0]['taskScheduledEventDetails']['parameters'])['Payload']['token']
        send(token)
        got = ended(execution, wanted)
        equal((got.get('output'), got.get('error'), got.get('cause')), ('7', None, None) if wanted == 'SUCCEEDED' else (None, 'E', 'C'))
        refused('TaskTimedOut', sfn.send_task_heartbeat, taskToken=token)
    waits = create('waits', definition(Wait={'Type': 'Wait', 'Seconds': 3600, 'End': True}))['stateMachineArn']
    execution = sfn.start_execution(stateMachineArn=waits)['executionArn']
    sfn.stop_execution(executionArn=execution, error='Enough', cause='It is late')
    equal(ended(execution, 'ABORTED')['error'], 'Enough')


def express():
    """A synchronous execution; without the setting the host is sync-127.0.0.1."""
    arn = create('fast', returning(3), type='EXPRESS')['stateMachineArn']
    direct = client('stepfunctions', Config(inject_host_prefix=False, read_timeout=310))
    got = direct.start_sync_execution(stateMachineArn=arn, input='{"n": 1}')
    equal((got['status'], got['output'], got['input']), ('SUCCEEDED', '3', '{"n": 1}'))
    refused('StateMachineTypeNotSupported', sfn.list_executions, stateMachineArn=arn)


def main():
    if hasattr(sfn, 'publish_state_machine_version'):
        machine = versions()
    else:  # boto3 before 1.26.157
        machine = create('life', returning(1), tags=[{'key': 'team', 'value': 'a'}])['stateMachineArn']
        equal(machine, PREFIX + 'stateMachine:life')
    tags(machine)
    activity()
    callback()
    express()
    listed = paged('list_state_machines', 'stateMachines')
    equal([m['name'] for m in listed], ['called', 'fast', 'life', 'waits', 'worked'])
    for m in listed:
        sfn.delete_state_machine(stateMachineArn=m['stateMachineArn'])
    equal(paged('list_state_machines', 'stateMachines'), [])
    refused('StateMachineDoesNotExist', sfn.start_execution, stateMachineArn=machine)
    print(boto3.__version__, sys.version.split()[0])


if __name__ == '__main__':
    main()
