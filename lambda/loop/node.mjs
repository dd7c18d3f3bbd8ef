// Runs a Lambda handler: loads it, asks the Runtime API for calls, and answers them.
import http from 'node:http';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

const env = process.env;
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

// call speaks to the Runtime API. Nothing can be done without it: then the server is gone.
function call(method, resource, body, headers = {}) {
  return new Promise((resolve) => {
    const gone = () => process.exit(1);
    if (body !== undefined) headers['Content-Length'] = Buffer.byteLength(body);
    const request = http.request({ host, port, agent, method, path: '/2018-06-01/runtime/' + resource, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', gone);
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', gone);
    request.end(body);
  });
}

// traceOf is the stack of an error up to where this program comes.
function traceOf(error) {
  const lines = (error.stack ?? '').split('\n');
  const own = lines.findIndex((line) => line.includes(import.meta.url));
  return own < 0 ? lines : lines.slice(0, own);
}

// describe says what was thrown as Lambda does.
function describe(thrown) {
  if (thrown instanceof Error || (thrown && typeof thrown.name === 'string' && typeof thrown.message === 'string')) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: traceOf(thrown) };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

function fail(resource, thrown) {
  const error = describe(thrown);
  return call('POST', resource, JSON.stringify(error), {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Function-Error-Type': error.errorType.replace(/[^\x20-\x7e]/g, '?'),
  });
}

// unusable makes an error of a name that Lambda gives.
function unusable(name, message, cause) {
  const error = new Error(message);
  error.name = name;
  error.stack = [`${name}: ${message}`, ...(cause?.stack ?? '').split('\n').slice(1)].join('\n');
  return error;
}

// loadModule loads a file of either kind of module, as its name and its package say.
async function loadModule(name) {
  const require = createRequire(path.join(env.LAMBDA_TASK_ROOT, '/'));
  const file = path.resolve(env.LAMBDA_TASK_ROOT, name);
  const found = ['', '.js', '.mjs', '.cjs'].map((suffix) => file + suffix).find((f) => fs.statSync(f, { throwIfNoEntry: false })?.isFile());
  if (found?.endsWith('.mjs')) return import(pathToFileURL(found).href);
  try {
    return require(found ?? file);
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM' && error.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return import(pathToFileURL(found).href);
  }
}

async function load(text) {
  const slash = text.lastIndexOf('/') + 1;
  const [, file, names] = text.slice(slash).match(/^([^.]*)\.(.+)$/) ?? [];
  if (!file) throw unusable('Runtime.MalformedHandlerName', 'Bad handler');
  let found;
  try {
    found = await loadModule(text.slice(0, slash) + file);
  } catch (error) {
    if (error instanceof SyntaxError) throw unusable('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, error);
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw unusable('Runtime.ImportModuleError', `Error: ${error.message}`, error);
    }
    throw error;
  }
  let handler = found;
  for (const name of names.split('.')) handler = handler?.[name] ?? (handler === found ? found.default?.[name] : undefined);
  if (handler === undefined) throw unusable('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
  if (typeof handler !== 'function') throw unusable('Runtime.HandlerNotFound', `${text} is not a function`);
  return handler;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    clientContext: headers['lambda-runtime-client-context'] ? JSON.parse(headers['lambda-runtime-client-context']) : undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

// idle is called once nothing is left to be done.
let idle = () => {};
process.on('beforeExit', () => idle());

// run returns what a handler gives: by a promise, or by the callback, also that of the context. A handler
// that gives neither has ended when nothing is left to be done.
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) => {
      const end = () => (error === undefined || error === null ? resolve(result) : reject(error));
      if (context.callbackWaitsForEmptyEventLoop) idle = end;
      else end();
    };
    const sooner = (error, result) => { context.callbackWaitsForEmptyEventLoop = false; settle(error, result); };
    Object.assign(context, { succeed: (result) => sooner(null, result), fail: (error) => sooner(error ?? 'handled'), done: sooner });
    idle = () => resolve(null);
    const given = handler(event, context, settle);
    if (typeof given?.then === 'function') given.then(resolve, reject);
  });
}

let current; // the resource of the call that runs

// crash reports what nobody has caught, as the error of the call, and ends.
async function crash(thrown) {
  console.error(inspect(thrown));
  if (current) await fail(current + 'error', thrown);
  else await fail('init/error', thrown);
  process.exit(129);
}
process.on('uncaughtException', crash);
process.on('unhandledRejection', (reason) => {
  const error = unusable('Runtime.UnhandledPromiseRejection', String(reason?.message ? `${reason.name ?? 'Error'}: ${reason.message}` : reason), reason);
  crash(error);
});

async function answer(handler) {
  const { headers, body } = await call('GET', 'invocation/next');
  const resource = `invocation/${headers['lambda-runtime-aws-request-id']}/`;
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  current = resource;
  let result;
  try {
    result = JSON.stringify((await run(handler, JSON.parse(body), contextOf(headers))) ?? null) ?? 'null';
  } catch (thrown) {
    console.error(inspect(thrown));
    await fail(resource + 'error', thrown);
    return;
  }
  await call('POST', resource + 'response', result, { 'Content-Type': 'application/json' });
}

let handler;
try {
  handler = await load(env._HANDLER ?? '');
} catch (thrown) {
  console.error(inspect(thrown));
  await fail('init/error', thrown);
  process.exit(1);
}
for (;;) await answer(handler);
