"""What an application does with Step Functions, by boto3: machines, executions, activities, errors."""

import json
import threading
import unittest

from stepwell import ROLE, client, until

sfn = client('stepfunctions')


def machine(name, states, start=None):
    """Creates a state machine and returns its ARN."""
    definition = json.dumps({'StartAt': start or next(iter(states)), 'States': states})
    return sfn.create_state_machine(name=name, definition=definition, roleArn=ROLE)['stateMachineArn']


def status(execution):
    return sfn.describe_execution(executionArn=execution)['status']


def types(execution):
    return [event['type'] for event in history(execution)]


def history(execution):
    pages = sfn.get_paginator('get_execution_history').paginate(
        executionArn=execution, PaginationConfig={'PageSize': 3})
    return [event for page in pages for event in page['events']]


class Test(unittest.TestCase):

    maxDiff = None

    def refused(self, error, message):
        """A context that wants an error of the model with this text."""
        test = self

        class Refused:
            def __enter__(self):
                return self

            def __exit__(self, kind, raised, _):
                if raised is None:
                    test.fail('no error, want ' + error)
                response = getattr(raised, 'response', None)
                if response is None:
                    return False
                test.assertEqual((response['Error']['Code'], response['Error']['Message']), (error, message))
                test.assertIsInstance(raised, getattr(sfn.exceptions, error, type(raised)))
                return True

        return Refused()


class Machines(Test):

    def test_life(self):
        arn = machine('life', {'A': {'Type': 'Pass', 'End': True}})
        self.assertEqual(arn, 'arn:aws:states:us-east-1:123456789012:stateMachine:life')
        self.assertEqual(machine('life', {'A': {'Type': 'Pass', 'End': True}}), arn)
        with self.refused('StateMachineAlreadyExists', "State Machine Already Exists: '%s'" % arn):
            machine('life', {'B': {'Type': 'Pass', 'End': True}})

        first = sfn.describe_state_machine(stateMachineArn=arn)
        self.assertEqual((first['status'], first['type'], first['roleArn']), ('ACTIVE', 'STANDARD', ROLE))
        execution = sfn.start_execution(stateMachineArn=arn)['executionArn']

        with self.refused('MissingRequiredParameter', 'Either the definition, the role ARN, the '
                          'LoggingConfiguration, or the TracingConfiguration must be specified'):
            sfn.update_state_machine(stateMachineArn=arn)
        changed = json.dumps({'StartAt': 'B', 'States': {'B': {'Type': 'Succeed'}}})
        sfn.update_state_machine(stateMachineArn=arn, definition=changed)
        self.assertEqual(sfn.describe_state_machine(stateMachineArn=arn)['definition'], changed)
        # An execution keeps the definition that it was started with.
        self.assertEqual(
            sfn.describe_state_machine_for_execution(executionArn=execution)['definition'], first['definition'])

        self.assertIn(arn, self.listed())
        sfn.delete_state_machine(stateMachineArn=arn)
        sfn.delete_state_machine(stateMachineArn=arn)
        self.assertEqual(until(lambda: arn in self.listed(), False), False)
        with self.refused('StateMachineDoesNotExist', "State Machine Does Not Exist: '%s'" % arn):
            sfn.start_execution(stateMachineArn=arn)

    def listed(self):
        pages = sfn.get_paginator('list_state_machines').paginate(PaginationConfig={'PageSize': 1})
        return [m['stateMachineArn'] for page in pages for m in page['stateMachines']]

    def test_bad_requests(self):
        with self.refused('InvalidName', "Invalid Name: 'a b'"):
            machine('a b', {'A': {'Type': 'Pass', 'End': True}})
        with self.refused('InvalidArn', "Invalid Arn: 'Invalid ARN prefix: nonsense'"):
            sfn.describe_execution(executionArn='nonsense')
        arn = machine('inputs', {'A': {'Type': 'Pass', 'End': True}})
        with self.refused('InvalidExecutionInput',
                          "Invalid State Machine Execution Input: 'Invalid execution input.'"):
            sfn.start_execution(stateMachineArn=arn, input='')
        with self.refused('InvalidExecutionInput',
                          "Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting "
                          "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')'"):
            sfn.start_execution(stateMachineArn=arn, input='not json')
        with self.refused('InvalidToken', "Invalid Token: 'Invalid token'"):
            sfn.list_executions(stateMachineArn=arn, nextToken='forged')
        with self.refused('InvalidToken', "Invalid Token: 'Invalid token'"):
            sfn.send_task_success(taskToken='forged', output='1')


class Executions(Test):

    def test_names_are_idempotent(self):
        arn = machine('named', {'W': {'Type': 'Wait', 'Seconds': 3600, 'End': True}})
        first = sfn.start_execution(stateMachineArn=arn, name='one', input='{"n": 1}')
        again = sfn.start_execution(stateMachineArn=arn, name='one', input='{"n": 1}')
        self.assertEqual(
            (again['executionArn'], again['startDate']), (first['executionArn'], first['startDate']))
        with self.refused('ExecutionAlreadyExists', "Execution Already Exists: '%s'" % first['executionArn']):
            sfn.start_execution(stateMachineArn=arn, name='one', input='{"n": 2}')
        sfn.stop_execution(executionArn=first['executionArn'])

    def test_stop(self):
        arn = machine('stopped', {'W': {'Type': 'Wait', 'Seconds': 3600, 'End': True}})
        execution = sfn.start_execution(stateMachineArn=arn)['executionArn']
        self.assertEqual(status(execution), 'RUNNING')
        sfn.stop_execution(executionArn=execution, error='Enough', cause='It is late')
        got = sfn.describe_execution(executionArn=execution)
        self.assertEqual((got['status'], got['error'], got['cause']), ('ABORTED', 'Enough', 'It is late'))
        last = history(execution)[-1]
        self.assertEqual(
            (last['type'], last['previousEventId'], last['executionAbortedEventDetails']),
            ('ExecutionAborted', 0, {'error': 'Enough', 'cause': 'It is late'}))

    def test_lists(self):
        arn = machine('listed', {'C': {
            'Type': 'Choice', 'Default': 'Bad',
            'Choices': [{'Variable': '$.good', 'BooleanEquals': True, 'Next': 'Good'}]},
            'Good': {'Type': 'Succeed'}, 'Bad': {'Type': 'Fail', 'Error': 'E', 'Cause': 'C'}})
        started = []
        for n in range(7):
            started.append(sfn.start_execution(
                stateMachineArn=arn, name='run-%d' % n, input=json.dumps({'good': n % 2 == 0}))['executionArn'])
        for n, execution in enumerate(started):
            wanted = 'FAILED' if n % 2 else 'SUCCEEDED'
            self.assertEqual(until(lambda: status(execution), wanted), wanted)
        self.assertEqual(self.names(arn), ['run-%d' % n for n in reversed(range(7))])
        self.assertEqual(self.names(arn, statusFilter='FAILED'), ['run-5', 'run-3', 'run-1'])
        self.assertEqual(self.names(arn, statusFilter='RUNNING'), [])

    def names(self, arn, **filters):
        pages = sfn.get_paginator('list_executions').paginate(
            stateMachineArn=arn, PaginationConfig={'PageSize': 2}, **filters)
        return [e['name'] for page in pages for e in page['executions']]

    def test_history_is_dense_in_both_directions(self):
        arn = machine('fan', {'P': {'Type': 'Parallel', 'End': True, 'Branches': [
            {'StartAt': name, 'States': {name: {'Type': 'Pass', 'Result': name, 'End': True}}} for name in 'AB']}})
        execution = sfn.start_execution(stateMachineArn=arn)['executionArn']
        self.assertEqual(until(lambda: status(execution), 'SUCCEEDED'), 'SUCCEEDED')
        self.assertEqual(sfn.describe_execution(executionArn=execution)['output'], '["A","B"]')
        forward = history(execution)
        self.assertEqual([e['id'] for e in forward], list(range(1, len(forward) + 1)))
        backward = sfn.get_execution_history(executionArn=execution, reverseOrder=True)['events']
        self.assertEqual(backward, forward[::-1])


class Activities(Test):

    def setUp(self):
        name = self.id().rsplit('.', 1)[1]
        self.activity = sfn.create_activity(name=name)['activityArn']
        self.addCleanup(sfn.delete_activity, activityArn=self.activity)
        self.machine = machine(name, {'Work': {
            'Type': 'Task', 'Resource': self.activity, 'TimeoutSeconds': 60, 'HeartbeatSeconds': 30, 'End': True}})

    def start(self, value='{"n": 1}'):
        return sfn.start_execution(stateMachineArn=self.machine, input=value)['executionArn']

    def poll(self):
        return sfn.get_activity_task(activityArn=self.activity, workerName='worker')

    def test_success(self):
        execution = self.start('{"n": 1}')
        task = self.poll()
        self.assertEqual(json.loads(task['input']), {'n': 1})
        sfn.send_task_heartbeat(taskToken=task['taskToken'])
        with self.refused('InvalidOutput',
                          "Invalid Output: 'Unrecognized token 'not': was expecting "
                          "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')'"):
            sfn.send_task_success(taskToken=task['taskToken'], output='not json')
        sfn.send_task_success(taskToken=task['taskToken'], output='{"done": true}')
        self.assertEqual(until(lambda: status(execution), 'SUCCEEDED'), 'SUCCEEDED')
        self.assertEqual(types(execution), [
            'ExecutionStarted', 'TaskStateEntered', 'ActivityScheduled', 'ActivityStarted', 'ActivitySucceeded',
            'TaskStateExited', 'ExecutionSucceeded'])
        self.assertEqual(history(execution)[3]['activityStartedEventDetails'], {'workerName': 'worker'})
        for call in (lambda: sfn.send_task_success(taskToken=task['taskToken'], output='1'),
                     lambda: sfn.send_task_heartbeat(taskToken=task['taskToken'])):
            with self.refused('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'"):
                call()

    def test_failure(self):
        execution = self.start()
        sfn.send_task_failure(taskToken=self.poll()['taskToken'], error='Broken', cause='It fell')
        self.assertEqual(until(lambda: status(execution), 'FAILED'), 'FAILED')
        got = sfn.describe_execution(executionArn=execution)
        self.assertEqual((got['error'], got['cause']), ('Broken', 'It fell'))

    def test_poll_waits_for_work(self):
        tasks = []
        worker = threading.Thread(target=lambda: tasks.append(self.poll()))
        worker.start()
        execution = self.start('"late"')
        worker.join()
        self.assertEqual([task['input'] for task in tasks], ['"late"'])
        sfn.send_task_success(taskToken=tasks[0]['taskToken'], output='null')
        self.assertEqual(until(lambda: status(execution), 'SUCCEEDED'), 'SUCCEEDED')

    def test_list_and_delete(self):
        other = sfn.create_activity(name='other')['activityArn']
        pages = sfn.get_paginator('list_activities').paginate(PaginationConfig={'PageSize': 1})
        listed = [a['activityArn'] for page in pages for a in page['activities']]
        self.assertTrue({self.activity, other} <= set(listed), listed)
        self.assertEqual(sfn.describe_activity(activityArn=other)['name'], 'other')
        sfn.delete_activity(activityArn=other)
        with self.refused('ActivityDoesNotExist', "Activity Does Not Exist: '%s'" % other):
            sfn.describe_activity(activityArn=other)


if __name__ == '__main__':
    unittest.main()
