"""The two halves of a test that kills the server: `before` starts work, `after` finishes it."""

import json
import sys

from stepwell import ROLE, client, until

WAITING, WORKING, NESTED = 40, 10, 10

sfn = client('stepfunctions')


def machine(name, states):
    definition = json.dumps({'StartAt': next(iter(states)), 'States': states})
    return sfn.create_state_machine(name=name, definition=definition, roleArn=ROLE)['stateMachineArn']


def before():
    activity = sfn.create_activity(name='work')['activityArn']
    waiting = machine('waiting', {
        'Wait': {'Type': 'Wait', 'Seconds': 2, 'Next': 'After'}, 'After': {'Type': 'Pass', 'End': True}})
    working = machine('working', {
        'Work': {'Type': 'Task', 'Resource': activity, 'Next': 'After'}, 'After': {'Type': 'Pass', 'End': True}})
    nested = machine('nested', {'Child': {
        'Type': 'Task', 'Resource': 'arn:aws:states:::states:startExecution.sync:2', 'End': True,
        'Parameters': {'StateMachineArn': waiting, 'Input': {'from': 'parent'}}}})
    started = []
    for arn, count in ((waiting, WAITING), (working, WORKING), (nested, NESTED)):
        started += [sfn.start_execution(stateMachineArn=arn)['executionArn'] for _ in range(count)]
    # One task is with a worker when the server dies, the others wait in the queue.
    token = sfn.get_activity_task(activityArn=activity)['taskToken']
    print(json.dumps({'executions': started, 'token': token, 'activity': activity}))


def after(state):
    sfn.send_task_success(taskToken=state['token'], output='{}')
    for _ in range(WORKING - 1):
        task = sfn.get_activity_task(activityArn=state['activity'])
        sfn.send_task_success(taskToken=task['taskToken'], output='{}')
    for execution in state['executions']:
        got = until(lambda: sfn.describe_execution(executionArn=execution)['status'], 'SUCCEEDED')
        assert got == 'SUCCEEDED', '%s is %s' % (execution, got)
        check(execution)
    children = sfn.list_executions(
        stateMachineArn='arn:aws:states:us-east-1:123456789012:stateMachine:waiting')['executions']
    assert len(children) == WAITING + NESTED, '%d executions of waiting' % len(children)


def check(execution):
    """No event is missing, and no state was entered twice."""
    events = sfn.get_execution_history(executionArn=execution)['events']
    ids = [event['id'] for event in events]
    assert ids == list(range(1, len(ids) + 1)), '%s has the events %s' % (execution, ids)
    entered = [e['stateEnteredEventDetails']['name'] for e in events if 'stateEnteredEventDetails' in e]
    assert len(entered) == len(set(entered)), '%s entered %s' % (execution, entered)


if __name__ == '__main__':
    if sys.argv[1] == 'before':
        before()
    else:
        after(json.loads(sys.argv[2]))
