// A Lambda function for tests. The event says what it does.
if (process.env.FAIL === 'init') throw new Error('no configuration');
if (process.env.FAIL === 'exit') process.exit(7);

const version = '1';

class Refused extends Error {
  constructor(message) {
    super(message);
    this.name = 'Refused';
  }
}

export async function handler(event, context) {
  switch (event?.do) {
    case 'raise': throw new Refused('too many');
    case 'error': throw new Error('plain');
    case 'panic': setTimeout(() => { throw new Refused('oh no'); }, 1); return new Promise(() => {});
    case 'reject': Promise.reject(new Refused('nobody cares')); return new Promise(() => {});
    case 'exit': process.exit(3);
    case 'sleep': await new Promise((resolve) => setTimeout(resolve, event.ms)); return process.pid;
    case 'large': return 'x'.repeat(7 << 20);
    case 'print':
      console.log('to stdout');
      console.error('to stderr');
      break;
    case 'context': return {
      name: context.functionName, version: context.functionVersion, arn: context.invokedFunctionArn,
      id: context.awsRequestId, remaining: context.getRemainingTimeInMillis() > 1000,
      custom: context.clientContext.custom.a, env: process.env.GREETING,
    };
    case 'version': return version;
  }
  return event;
}

// The other ways to give a result.
export function callback(event, context, callback) {
  setTimeout(() => callback(null, { called: event }), 1);
}
export function early(event, context, callback) {
  context.callbackWaitsForEmptyEventLoop = false;
  setTimeout(() => {}, 60_000);
  callback(null, 'early');
}
export function failing(event, context, callback) {
  callback(new Refused('by callback'));
}
export function nothing() {}
export const deep = { inside: { handler: async () => 'deep' } };
