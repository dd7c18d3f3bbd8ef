package process

import "syscall"

// dieWithParent lets the system kill the program with this process, also where there is no guard.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
