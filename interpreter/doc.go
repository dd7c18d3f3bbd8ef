// Package interpreter runs Amazon States Language programs as a pure reducer: commands in, events
// and effects out.
//
// # The idea
//
// A definition is data, so the position of a run is data too. An [Execution] is a tree of frames.
// A frame is one activation of a "States" block: frame "0" is the run itself; each branch of a
// Parallel state and each iteration of a Map state is a child ("0.0", "0.1", … "0.2.1"). A frame
// knows the state it stands in, that state's raw input, how far the state has come (its phase), and
// at most one [Await]: what it wants from the world before it can go on.
//
// The world speaks in commands: start, a worker took a task, a task is done, a timer fired.
// [Execution.Handle] decides what a command means and runs every frame until all of them wait. It
// answers with a [Step]: the [Event]s that happened and the [Effect]s it wants. Whoever calls it
// stores the events, and only then acts on the effects.
//
// # Decide, record, apply
//
// The code has two halves that never mix. Deciding code (the decider: one file for each state type,
// run.go, retry.go, failure.go) reads the Execution, evaluates paths and templates, and emits
// events. Every event is applied at once by apply, the only code that changes an Execution. apply
// evaluates nothing, reads no clock and cannot fail. So [Restore] is a fold of apply over the
// journal: no expression is ever evaluated twice, and a restored Execution is equal to the one that
// wrote the journal. [Execution.Dump] shows that in text.
//
// # Who runs next
//
// A frame that can go on without the world is ready. Ready frames take turns, first come, first
// served, one small step each: enter a state, do its work, schedule a task, start it, leave. Hence
// the four iterations of a Map first all enter their task, then all schedule it, as AWS's recordings
// show. The order follows from the order of the events alone, so it survives a restart.
//
// A [Step] ends when every frame waits, when the execution closes, or when it has become too long
// ([StepEventLimit], [StepByteLimit], [StepWorkLimit]). Then a private [Paused] event begins a timer that is due at
// once; the next event of any kind ends that pause. So a Choice that loops for ever holds nobody up,
// and ends at [Limits.HistoryEvents].
//
// # Chains
//
// previousEventId in AWS's history names the event before it in the same frame. A frame keeps the id
// that its next event will name. An event carries its place in the chain as [Event.Prev], a private
// one too; ParallelStateSucceeded, MapStateSucceeded and private events do not move the chain. A
// child's chain begins at the event that began the child; when the children are done the parent
// goes on from the last event that any of them wrote.
//
// # Failure
//
// A failure belongs to the state it happened in. That state's retriers are asked, then its catchers;
// what neither takes fails the frame, and with it the Parallel or Map state that the frame belongs
// to, and so on up to the execution. Failed and aborted frames are marked and stay: a later redrive
// begins from them. A retry or a catch replaces or drops them. States.Runtime is not asked about: it
// ends the execution from wherever it happens.
//
// # Limits of this package
//
// It knows nothing of storage, HTTP, tokens, heartbeat clocks or real time; [Moment] brings the time
// and all randomness. It imports no context, os, net or sync.
package interpreter
