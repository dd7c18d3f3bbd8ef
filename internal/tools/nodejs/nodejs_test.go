package nodejs_test

import (
	"errors"
	"os/exec"
	"testing"
	"time"

	"github.com/stepwell/stepwell/internal/tools/nodejs"
)

// echo answers each line with itself in brackets, and "silence" never.
const echo = `
import readline from 'node:readline';
for await (const line of readline.createInterface({input: process.stdin})) {
	if (line !== 'silence') process.stdout.write('[' + line + ']\n');
}`

func start(t *testing.T) *nodejs.Process {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("there is no Node here")
	}
	p, err := nodejs.Start(t.TempDir(), echo)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProcessAnswers(t *testing.T) {
	p := start(t)
	for _, line := range []string{"a", "b"} {
		if err := p.Send([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"[a]\n", "[b]\n"} {
		if got, err := p.Receive(time.Minute); err != nil || got != want {
			t.Errorf("Receive = %q, %v, want %q", got, err, want)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestSilentProcessIsEnded(t *testing.T) {
	p := start(t)
	if err := p.Send([]byte("silence")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Receive(100 * time.Millisecond); !errors.Is(err, nodejs.ErrTimeout) {
		t.Errorf("Receive = %v, want %v", err, nodejs.ErrTimeout)
	}
}
