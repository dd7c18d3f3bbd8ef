// Command embed runs a state machine whose task is a Go function, inside one process.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/stepwell/stepwell"
)

const definition = `{"StartAt": "Greet", "States": {"Greet": {
  "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:greet", "End": true}}}`

func main() {
	server, err := stepwell.New(stepwell.Options{Store: "memory:"})
	if err != nil {
		log.Fatal(err)
	}
	server.Func("arn:aws:lambda:us-east-1:123456789012:function:greet",
		func(_ context.Context, input []byte) ([]byte, error) {
			return fmt.Appendf(nil, `{"greeting": "Hello", "input": %s}`, input), nil
		})
	result, err := server.Run(context.Background(), definition, `{"name": "World"}`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Status, result.Output)
	if err := server.Close(); err != nil {
		log.Fatal(err)
	}
}
