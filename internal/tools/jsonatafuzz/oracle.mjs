// Evaluates expressions with the JavaScript implementation of JSONata. A line of input is an array of
// cases {expression, input, variables}, of JSON texts; the line that answers it has an outcome for each.
import fs from 'node:fs';
import {createRequire} from 'node:module';
import readline from 'node:readline';
import vm from 'node:vm';

const entry = Symbol.for('jsonata.__evaluate_entry');
const exit = Symbol.for('jsonata.__evaluate_exit');
const {now, steps, depth, parallel} = JSON.parse(process.argv[1]);

// The library evaluates the parts of an array and of an object at the same time. Which of several errors
// it gives, and how deep it is, then depends on how many promises each part waits for. Here it evaluates
// one after the other, as it does without promises.
async function inTurn(parts, each) {
	const results = [];
	for (let i = 0; i < parts.length; i++) results.push(await each(parts[i], i));
	return results;
}
const require = createRequire(process.cwd() + '/');
let library = fs.readFileSync(require.resolve('jsonata/jsonata.js'), 'utf8');
if (!parallel) {
	const before = library.split(/Promise\.all\(([\w.()\s]+?)\s*\.map\(/);
	if (before.length !== 5) throw new Error('the library is not the one that this script knows');
	library = [before[0], before[1], before[2], before[3], before[4]].reduce((text, part, i) =>
		i % 2 === 0 ? text + part : text + `((each) => inTurn(${part}, each))((`, '');
}
// These loops of $formatNumber have no end for 0, negative and infinite numbers.
globalThis.turns = 0;
for (const loop of ['while (mantissa < minMantissa) {', 'while (mantissa > maxMantissa) {']) {
	if (!library.includes(loop)) throw new Error('the library is not the one that this script knows');
	library = library.replace(loop, `${loop} if (++turns > 10_000) throw {code: 'limit'};`);
}
const module = {exports: {}};
vm.runInThisContext(`(function (module, exports, inTurn) {${library}\n})`, {filename: 'jsonata.js'})(module, module.exports, inTurn);
const jsonata = module.exports;

// Calls leave their name and place in the function that they call, and transformers can change it, though
// it is one for all expressions.
const builtins = [];
for (const [, name] of library.matchAll(/staticFrame\.bind\('(\w+)'/g)) {
	const f = await jsonata('$' + name).evaluate();
	builtins.push({f, original: {...f}});
}

function resetBuiltins() {
	for (const {f, original} of builtins) {
		for (const key of Object.keys(f)) delete f[key];
		Object.assign(f, original);
	}
}

// Time stands still: $now, $millis and the parts that a date leaves out follow from it.
globalThis.Date = class extends Date {
	constructor(...parts) {
		parts.length === 0 ? super(now) : super(...parts);
	}
	static now() { return now; }
};

const isFunction = (v) => typeof v === 'function' || v && (v._jsonata_lambda || v._jsonata_function);

function failure(error) {
	if (error === null || typeof error !== 'object') {
		return {kind: 'error', message: String(error)};
	}
	if (error.code === 'limit' || error instanceof RangeError && /call stack|array length|string length/.test(error.message)) {
		return {kind: 'limit'};
	}
	const {code, message, position, token} = error;
	return {
		kind: 'error', code: /^[A-Z]\d{4}$/.test(code) ? code : '', position, message: String(message),
		token: token === undefined ? '' : token instanceof RegExp ? '[object Object]' : String(token),
	};
}

async function evaluate({expression, input, variables}) {
	let deepest = 0;
	globalThis.turns = 0;
	resetBuiltins();
	try {
		const compiled = jsonata(expression);
		let level = 0, left = steps;
		compiled.assign(entry, () => {
			deepest = Math.max(deepest, ++level);
			if (level > depth || --left < 0) throw {code: 'limit'};
		});
		compiled.assign(exit, () => { level--; });
		const result = await compiled.evaluate(input && JSON.parse(input), JSON.parse(variables));
		if (result === undefined) return {kind: 'undefined', depth: deepest};
		if (isFunction(result)) return {kind: 'function', depth: deepest};
		return {kind: 'value', text: JSON.stringify(result, (_, v) => isFunction(v) ? undefined : v), depth: deepest};
	} catch (error) {
		return {...failure(error), depth: deepest};
	}
}

for await (const line of readline.createInterface({input: process.stdin})) {
	const outcomes = [];
	for (const one of JSON.parse(line)) outcomes.push(await evaluate(one));
	process.stdout.write(JSON.stringify(outcomes) + '\n');
}
