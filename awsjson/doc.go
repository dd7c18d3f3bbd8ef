// Package awsjson speaks AWS JSON 1.0 over HTTP for a service that is a table of typed operations.
//
// [Op] turns a method into an [Operation], so that a service's table reads
//
//	"StartExecution": awsjson.Op((*Service).StartExecution),
//
// and [NewHandler] makes the table an http.Handler. A request names its operation in X-Amz-Target and
// carries its input as a JSON object. The handler decodes it, asks the service's Validate method where it has
// one, calls the operation with a context that holds a [RequestInfo], and encodes the output. An error that
// implements [APIError] becomes an error body with its code, message and status; every other error, and a
// panic, becomes an InternalFailure whose cause is in the log under the request's id, and nowhere else.
//
// The package knows no operation and no service, checks no signature, and keeps no state between requests.
// Each response is written whole, with its length; the context of an operation ends when its client has gone.
package awsjson
