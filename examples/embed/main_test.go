package main

// Example runs the program whole.
func Example() {
	main()
	// Output: SUCCEEDED {"greeting": "Hello", "input": {"name": "World"}}
}
