// Package clients tests the stepwell binary with the clients that people have: the AWS CLI, boto3, the AWS
// SDK for JavaScript, and Terraform.
//
// The tests carry the build tag clients; `make test-clients` runs them, after it has installed what is
// missing. They build the real binary once, and start it on a free port with a store of its own for each
// test, which runs commands or the programs in testdata against it. Every version of a client that is
// found is tested. Where a client is not installed, a test is skipped; with CI set in the environment it
// fails, Terraform excepted, which no distribution has.
package clients
