// Package engine runs executions: it persists what the interpreter decides, and then acts on it.
//
// The idea. Every execution belongs to one of 256 shards. A shard is an actor: one goroutine that
// owns its executions in memory and handles commands one after another. For a command it asks the
// interpreter, which answers with events and effects; it collects these in one transaction — journal
// chunk, row, awaits, deadlines, messages — and hands it to the committer with the shard's next
// sequence. It does not wait: its memory may be ahead of the disk. The committer makes the steps of
// all shards durable in groups, and only then lets out what hangs on a step: the caller's answer, the
// call of a task's handler, the message to another shard.
//
//	caller ─ command → shard ─ interpreter.Handle → step ─→ committer ─ kv.Apply → durable
//	   ↑                 ↑                                                           │
//	   └──── answer ─────┴──── outcome ──── handler, worker, other shard ←── release ┘
//
// So a crash at any point leaves a prefix of what was decided, and nothing that the world has seen
// is missing from it. Recovery is not a mode: at the start the engine acts on the awaits that the
// store says nobody answered. Executions are restored from their journals when something happens to
// them.
//
// What does not block: a shard never waits for a read either. A command that needs what is not in
// memory parks; the load runs on another goroutine and comes back through the shard's mailbox.
//
// The main types are [Engine], its shards (shard.go), the committer (committer.go), the deadlines
// (timers.go), the activity queues (activities.go), the messages between shards (children.go), and
// what is different about Express executions (express.go).
// The numbered rules of the protocol, each with the test that holds it, are in ARCHITECTURE.md. This
// package knows nothing of HTTP or of the API's shapes.
package engine
