exports.handler = async (event) => ({ common: event });
exports.done = (event, context) => context.succeed('done');
