# Runs a Lambda handler: loads it, asks the Runtime API for calls, and answers them.
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
from decimal import Decimal

API = "/2018-06-01/runtime/"


class Runtime:
    """The Runtime API. It is spoken to over one connection."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def call(self, method, path, body=None, headers={}):
        self.connection.request(method, API + path, body, headers)
        response = self.connection.getresponse()
        return response.headers, response.read()

    def fail(self, path, error):
        self.call("POST", path, encode(error), {
            "Content-Type": "application/json",
            "Lambda-Runtime-Function-Error-Type": error["errorType"].encode("ascii", "replace").decode(),
        })


class Members:
    """An object whose members are attributes, None where there is none."""

    def __init__(self, names, members):
        for name in names:
            setattr(self, name, (members or {}).get(name))


class Context:
    """The second argument of a handler."""

    def __init__(self, headers):
        env = os.environ
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = env["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = env["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = env["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = env["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Members(["cognito_identity_id", "cognito_identity_pool_id"], None)
        self.tenant_id = None
        self.client_context = None
        if headers.get("Lambda-Runtime-Client-Context"):
            given = json.loads(headers["Lambda-Runtime-Client-Context"])
            self.client_context = Members(["custom", "env", "client"], given)
            self.client_context.client = Members(
                ["installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"],
                given.get("client"))
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self._deadline - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


class AddRequestID(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = self.request_id
        return True


def encode(value):
    def other(v):
        if isinstance(v, Decimal):
            return int(v) if v == v.to_integral_value() else float(v)
        raise TypeError("Object of type %s is not JSON serializable" % type(v).__name__)
    return json.dumps(value, default=other).encode()


class Unusable(Exception):
    """Why a handler cannot be loaded, as Lambda says it."""

    def __init__(self, kind, message, trace=()):
        self.error = {"errorMessage": message, "errorType": kind, "requestId": "", "stackTrace": list(trace)}


def load(handler):
    module, dot, name = handler.rpartition(".")
    if not dot:
        raise Unusable("Runtime.MalformedHandlerName",
                       "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % handler)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as e:
        raise Unusable("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module, e))
    except SyntaxError as e:
        raise Unusable("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, e),
                       ['  File "%s" Line %s\n    %s' % (e.filename, e.lineno, (e.text or "").rstrip())])
    if not hasattr(loaded, name):
        raise Unusable("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (name, module))
    return getattr(loaded, name)


def describe(e, frames, request_id):
    """An error as Lambda reports it; frames is how many calls of this program the trace begins with."""
    return {
        "errorMessage": str(e),
        "errorType": type(e).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(traceback.extract_tb(e.__traceback__)[frames:]),
    }


def report(error):
    print("[ERROR] %s: %s\n%s%s" % (
        error["errorType"], error["errorMessage"],
        "Traceback (most recent call last):\n" if error["stackTrace"] else "", "".join(error["stackTrace"]).rstrip()), flush=True)


def flush():
    sys.stdout.flush()
    sys.stderr.flush()


def initialise(runtime):
    try:
        return load(os.environ["_HANDLER"])
    except Unusable as e:
        error = e.error
    except Exception as e:
        error = describe(e, 2, "")
    report(error)
    runtime.fail("init/error", error)
    flush()
    os._exit(1)


def answer(runtime, handler):
    headers, body = runtime.call("GET", "invocation/next")
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    AddRequestID.request_id = request_id
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
    path = "invocation/%s/" % request_id
    try:
        event = json.loads(body)
    except ValueError as e:
        runtime.fail(path + "error", {"errorMessage": "Unable to unmarshal input: %s" % e,
                                      "errorType": "Runtime.UnmarshalError", "requestId": request_id, "stackTrace": []})
        return
    try:
        result = handler(event, Context(headers))
    except Exception as e:
        error = describe(e, 1, request_id)
        report(error)
        runtime.fail(path + "error", error)
        return
    try:
        result = encode(result)
    except Exception as e:
        error = {"errorMessage": "Unable to marshal response: %s" % e, "errorType": "Runtime.MarshalError",
                 "requestId": request_id, "stackTrace": []}
        report(error)
        runtime.fail(path + "error", error)
        return
    flush()
    runtime.call("POST", path + "response", result, {"Content-Type": "application/json"})


def main():
    runtime = Runtime(os.environ["AWS_LAMBDA_RUNTIME_API"])
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    for stream in sys.stdout, sys.stderr:  # as on Lambda, and nothing that is printed is an error
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    logs = logging.StreamHandler(sys.stdout)
    logs.setFormatter(logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"))
    logs.formatter.converter = time.gmtime
    logs.addFilter(AddRequestID())
    logging.getLogger().addHandler(logs)
    handler = initialise(runtime)
    while True:
        answer(runtime, handler)


try:
    main()
except (OSError, http.client.HTTPException):  # the server is gone
    flush()
    os._exit(1)
