// Measures the JavaScript implementation of JSONata. Each line of input is a JSON object {phase,
// expression, input, milliseconds}; the line that answers it is the nanoseconds of one operation, or for
// the phase "result" what the expression gives.
import jsonata from 'jsonata';
import readline from 'node:readline';

async function perform(expression, variables) {
	return expression.evaluate(undefined, variables);
}

// operation returns what is to be done again and again.
function operation({phase, expression, input}) {
	const compiled = jsonata(expression);
	const variables = {states: {input: JSON.parse(input)}};
	switch (phase) {
	case 'compile': return () => jsonata(expression);
	case 'evaluate': return () => perform(compiled, variables);
	default: return async () => JSON.stringify(await perform(compiled, {states: {input: JSON.parse(input)}}));
	}
}

// timed returns how long n operations take, in nanoseconds.
async function timed(n, operate, waits) {
	const begin = process.hrtime.bigint();
	if (waits) {
		for (let i = 0; i < n; i++) await operate();
	} else {
		for (let i = 0; i < n; i++) operate();
	}
	return Number(process.hrtime.bigint() - begin);
}

async function measure(request) {
	const operate = operation(request);
	const waits = request.phase !== 'compile';
	for (let n = 1; ; n *= 2) {
		const took = await timed(n, operate, waits);
		if (took >= request.milliseconds * 1e6) return took / n;
	}
}

for await (const line of readline.createInterface({input: process.stdin})) {
	const request = JSON.parse(line);
	const answer = request.phase === 'result' ? await operation(request)() : await measure(request);
	process.stdout.write(JSON.stringify(answer) + '\n');
}
