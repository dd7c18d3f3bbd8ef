package cli

import (
	"errors"
	"net"
	"syscall"
	"testing"
)

// TestLocalhostIsBothLoopbacks: both are listened on, with one port; where somebody else has the port on one
// of them, neither is.
func TestLocalhostIsBothLoopbacks(t *testing.T) {
	listeners, err := listenAll("localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	if len(listeners) != 2 {
		closeAll(listeners)
		t.Skip("this machine has no IPv6")
	}
	four, six := listeners[0].Addr().String(), listeners[1].Addr().String()
	if _, port, _ := net.SplitHostPort(four); four != "127.0.0.1:"+port || six != "[::1]:"+port {
		t.Errorf("listening on %s and %s", four, six)
	}
	for i, taken := range listeners {
		free := listeners[1-i]
		if err := free.Close(); err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(taken.Addr().String())
		if got, err := listenAll("localhost:" + port); !errors.Is(err, syscall.EADDRINUSE) {
			closeAll(got)
			t.Errorf("with %s taken: %v, want that the address is in use", taken.Addr(), err)
		}
		if listeners[1-i], err = net.Listen("tcp", free.Addr().String()); err != nil {
			t.Fatalf("%s is still held: %v", free.Addr(), err)
		}
	}
	closeAll(listeners)
}
