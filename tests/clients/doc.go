// Package clients tests the stepwell binary with the clients that people have: the AWS CLI and
// boto3.
//
// The tests carry the build tag clients; `make test-clients` runs them. Each builds the real
// binary once, starts it on a free port with a store of its own, and runs commands or the Python
// programs in testdata against it. Where a client is not installed, a test is skipped; with CI set
// in the environment it fails.
package clients
