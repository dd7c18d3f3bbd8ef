package process

import (
	"fmt"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// system is the job that the program and all that it starts belong to. It is killed with its last
// handle, which is this one.
type system struct{ job windows.Handle }

func (g *Group) begin() error {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return fmt.Errorf("make a job: %w", err)
	}
	g.job = job
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))); err != nil {
		g.end()
		return fmt.Errorf("set the limits of a job: %w", err)
	}
	p, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(g.ID()))
	if err == nil {
		err = windows.AssignProcessToJobObject(job, p)
		_ = windows.CloseHandle(p) // it was opened here
	}
	if err != nil {
		g.end()
		return fmt.Errorf("put a process into a job: %w", err)
	}
	return nil
}

// kill kills the job. It may be empty.
func (g *Group) kill() { _ = windows.TerminateJobObject(g.job, 1) }

func (g *Group) end() { _ = windows.CloseHandle(g.job) } // it was opened here

// guard is not needed: the system closes the handles of a process that ends.
type guard struct{}

func (*guard) open() error { return nil }

func (*guard) close() error { return nil }

// prepare keeps an interrupt at the console from the program: the server ends it in order.
func (*guard) prepare(c *exec.Cmd) (release func(run bool), err error) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	return func(bool) {}, c.Err
}
