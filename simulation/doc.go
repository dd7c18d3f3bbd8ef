// Package simulation runs the service, the engine and the store through random programs, random
// orders of events and random faults, and checks after every step that nothing was lost and nothing
// happened twice. It holds tests only.
//
// # How it is deterministic
//
// A run is a function of its seed. It happens in a bubble of virtual time (package testing/synctest),
// in which every goroutine of the engine asks for its turn before a unit of work (engine.Probe). The
// simulator waits until all of them stand still, and then does one thing that the seed chooses: it
// lets one of them go on, acts as a client or a worker, answers a task, lets time pass, or does
// harm. The disk is kv/memory behind a layer that fails, loses or lands a commit.
//
// # What is checked
//
// With every commit, of each execution in it: its journal has no gap; visible ids are dense; no task
// was answered twice; an execution restored from the journal wants exactly the awaits that are stored.
// In every actor: the execution in memory is the one that would be restored. With every answer: what
// it says is durable. When a handler is called: its task is durable (of an asynchronous Express
// execution: its start), and no other call for it runs.
// At the end, when the faults have stopped: everything that was started has ended, and nothing
// is left over.
//
// TestSimulation runs seeds for a while, or those that STEPWELL_SEED and STEPWELL_RUNS say; a failing
// one is printed and replays exactly. TestMutants breaks engine and interpreter on purpose, and wants
// each break to be noticed.
package simulation
