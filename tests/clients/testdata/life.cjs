// The whole life of what the API has, by @aws-sdk/client-sfn: machines, versions, aliases, executions,
// tags, tasks. The package is found by NODE_PATH.
'use strict';

const assert = require('node:assert/strict');
const sfn = require('@aws-sdk/client-sfn');
const { version } = require('@aws-sdk/client-sfn/package.json');

const ROLE = 'arn:aws:iam::123456789012:role/StepFunctions-HelloWorld';
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:receive';
const PATIENCE = 30000;

const client = new sfn.SFNClient({ disableHostPrefix: true });

// call('StartExecution', {...}) sends a StartExecutionCommand.
const call = (operation, input = {}) => client.send(new sfn[`${operation}Command`](input));

const definition = (states) => JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
const returning = (number) => definition({ Return: { Type: 'Pass', Result: number, End: true } });

async function create(name, text, more = {}) {
  return call('CreateStateMachine', { name, definition: text, roleArn: ROLE, ...more });
}

// refused wants an error of the model, and returns it.
async function refused(error, operation, input) {
  try {
    await call(operation, input);
  } catch (raised) {
    assert.equal(raised.name, error);
    assert.ok(raised instanceof sfn[error], `${error} is no class of the client`);
    return raised;
  }
  assert.fail(`${operation} is not refused with ${error}`);
}

// until calls read until what it returns satisfies wanted.
async function until(read, wanted) {
  for (const deadline = Date.now() + PATIENCE; ;) {
    const got = await read();
    if (wanted(got) || Date.now() > deadline) return got;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function ended(executionArn, wanted = 'SUCCEEDED') {
  const got = await until(() => call('DescribeExecution', { executionArn }), (e) => e.status !== 'RUNNING');
  assert.equal(got.status, wanted);
  return got;
}

// paged is all that an operation lists, in pages of two.
async function paged(operation, member, input = {}) {
  const found = [];
  for await (const page of sfn[`paginate${operation}`]({ client, pageSize: 2 }, input)) {
    assert.ok(page[member].length <= 2);
    found.push(...page[member]);
  }
  return found;
}

async function versions() {
  const created = await create('life', returning(1), {
    publish: true, versionDescription: 'one', tags: [{ key: 'team', value: 'a' }],
    loggingConfiguration: { level: 'OFF' }, tracingConfiguration: { enabled: false },
  });
  const stateMachineArn = created.stateMachineArn;
  const first = created.stateMachineVersionArn;
  assert.equal(first, `${stateMachineArn}:1`);
  assert.ok(created.creationDate instanceof Date);
  await call('UpdateStateMachine', { stateMachineArn, definition: returning(2) });
  const { revisionId } = await call('DescribeStateMachine', { stateMachineArn });
  const { stateMachineVersionArn: second } = await call('PublishStateMachineVersion', { stateMachineArn, revisionId, description: 'two' });
  await refused('ConflictException', 'PublishStateMachineVersion', { stateMachineArn, revisionId: 'other' });

  const routes = [{ stateMachineVersionArn: first, weight: 50 }, { stateMachineVersionArn: second, weight: 50 }];
  const { stateMachineAliasArn } = await call('CreateStateMachineAlias', { name: 'live', routingConfiguration: routes });
  assert.deepEqual((await call('DescribeStateMachineAlias', { stateMachineAliasArn })).routingConfiguration, routes);
  const started = [];
  for (let n = 0; n < 5; n++) {
    started.push((await call('StartExecution', { stateMachineArn: stateMachineAliasArn, name: `e${n}` })).executionArn);
  }
  for (const execution of started) {
    const got = await ended(execution);
    assert.equal(got.stateMachineAliasArn, stateMachineAliasArn);
    assert.equal(got.stateMachineVersionArn, `${stateMachineArn}:${got.output}`);
  }
  const listed = await paged('ListExecutions', 'executions', { stateMachineArn: stateMachineAliasArn });
  assert.deepEqual(listed.map((e) => e.name), ['e4', 'e3', 'e2', 'e1', 'e0']);
  const events = await paged('GetExecutionHistory', 'events', { executionArn: started[0] });
  assert.deepEqual(events.map((e) => e.type), ['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded']);
  assert.equal((await call('DescribeStateMachineForExecution', { executionArn: started[0] })).name, 'life');

  await call('UpdateStateMachineAlias', { stateMachineAliasArn, routingConfiguration: [{ stateMachineVersionArn: second, weight: 100 }] });
  assert.equal((await ended((await call('StartExecution', { stateMachineArn: stateMachineAliasArn })).executionArn)).output, '2');
  const page = await call('ListStateMachineVersions', { stateMachineArn, maxResults: 1 });
  const rest = await call('ListStateMachineVersions', { stateMachineArn, nextToken: page.nextToken });
  assert.deepEqual([...page.stateMachineVersions, ...rest.stateMachineVersions].map((v) => v.stateMachineVersionArn), [second, first]);
  assert.equal((await call('ListStateMachineAliases', { stateMachineArn })).stateMachineAliases.length, 1);
  await refused('ConflictException', 'DeleteStateMachineVersion', { stateMachineVersionArn: second });
  await call('DeleteStateMachineAlias', { stateMachineAliasArn });
  await call('DeleteStateMachineVersion', { stateMachineVersionArn: second });
  await refused('ResourceNotFound', 'DescribeStateMachineAlias', { stateMachineAliasArn });
  assert.equal((await call('ValidateStateMachineDefinition', { definition: returning(1) })).result, 'OK');
  return stateMachineArn;
}

async function tags(resourceArn) {
  await call('TagResource', { resourceArn, tags: [{ key: 'team', value: 'b' }, { key: 'more', value: '' }] });
  await call('UntagResource', { resourceArn, tagKeys: ['more', 'none'] });
  assert.deepEqual((await call('ListTagsForResource', { resourceArn })).tags, [{ key: 'team', value: 'b' }]);
}

async function activity() {
  const { activityArn } = await call('CreateActivity', { name: 'work' });
  const { stateMachineArn } = await create('worked', definition({
    Work: { Type: 'Task', Resource: activityArn, HeartbeatSeconds: 60, End: true },
  }));
  const { executionArn } = await call('StartExecution', { stateMachineArn, input: '{"n":1}' });
  const { taskToken, input } = await call('GetActivityTask', { activityArn, workerName: 'worker' });
  assert.equal(input, '{"n":1}');
  await call('SendTaskHeartbeat', { taskToken });
  await call('SendTaskSuccess', { taskToken, output: '{"done":true}' });
  assert.equal((await ended(executionArn)).output, '{"done":true}');
  assert.deepEqual((await paged('ListActivities', 'activities')).map((a) => a.name), ['work']);
  await call('DeleteActivity', { activityArn });
  await refused('ActivityDoesNotExist', 'DescribeActivity', { activityArn });
}

async function callback() {
  const { stateMachineArn } = await create('called', definition({
    Call: {
      Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true,
      Parameters: { FunctionName: FUNCTION, Payload: { 'token.$': '$$.Task.Token' } },
    },
  }));
  const { executionArn } = await call('StartExecution', { stateMachineArn });
  const events = await until(() => paged('GetExecutionHistory', 'events', { executionArn }), (all) => all.some((e) => e.type === 'TaskSubmitted'));
  const scheduled = events.find((e) => e.type === 'TaskScheduled');
  const taskToken = JSON.parse(scheduled.taskScheduledEventDetails.parameters).Payload.token;
  await call('SendTaskSuccess', { taskToken, output: '7' });
  assert.equal((await ended(executionArn)).output, '7');
  await refused('TaskTimedOut', 'SendTaskFailure', { taskToken, error: 'E' });
}

async function stop() {
  const { stateMachineArn } = await create('waits', definition({ Wait: { Type: 'Wait', Seconds: 3600, End: true } }));
  const { executionArn } = await call('StartExecution', { stateMachineArn });
  await call('StopExecution', { executionArn, error: 'Enough', cause: 'It is late' });
  assert.equal((await ended(executionArn, 'ABORTED')).cause, 'It is late');
}

async function express() {
  const { stateMachineArn } = await create('fast', returning(3), { type: 'EXPRESS' });
  const got = await call('StartSyncExecution', { stateMachineArn, input: '{"n": 1}' });
  assert.deepEqual([got.status, got.output, got.input], ['SUCCEEDED', '3', '{"n": 1}']);
  await refused('StateMachineTypeNotSupported', 'ListExecutions', { stateMachineArn });
}

async function main() {
  const machine = await versions();
  await tags(machine);
  await activity();
  await callback();
  await stop();
  await express();
  const machines = await paged('ListStateMachines', 'stateMachines');
  assert.deepEqual(machines.map((m) => m.name), ['called', 'fast', 'life', 'waits', 'worked']);
  for (const { stateMachineArn } of machines) await call('DeleteStateMachine', { stateMachineArn });
  assert.deepEqual(await paged('ListStateMachines', 'stateMachines'), []);
  const missing = await refused('StateMachineDoesNotExist', 'StartExecution', { stateMachineArn: machine });
  assert.equal(missing.message, `State Machine Does Not Exist: '${machine}'`);
  console.log(version, process.version);
}

main().catch((err) => {
  console.error(err);
  process.exit(1);
});
