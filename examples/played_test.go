package examples_test

// escalated: the manager opens the message and leaves it; the director approves.
func escalated(w *world) {
	manager := w.message()
	w.call("SendTaskHeartbeat", map[string]string{"taskToken": manager})
	w.deadline()
	director := w.message()
	w.call("SendTaskSuccess", map[string]string{"taskToken": director, "output": `{"approved": true, "by": "Director"}`})
}

// expired: neither the manager nor the director looks.
func expired(w *world) {
	w.message()
	w.deadline()
	w.message()
	w.deadline()
}

// workers do what they are there for.
func workers(w *world) {
	picker := w.take("pick", "Picker 1")
	w.call("SendTaskHeartbeat", map[string]string{"taskToken": picker})
	w.call("SendTaskSuccess", map[string]string{"taskToken": picker, "output": `{"box": 3, "shelf": "B-12"}`})
	w.call("SendTaskSuccess", map[string]string{"taskToken": w.take("pack", "Packer 1"), "output": `{"parcel": "P-900"}`})
}

// workerDies: the first picker sends one heartbeat and is not heard of again; another does the work.
func workerDies(w *world) {
	w.call("SendTaskHeartbeat", map[string]string{"taskToken": w.take("pick", "Picker 1")})
	w.deadline()
	w.call("SendTaskSuccess", map[string]string{"taskToken": w.take("pick", "Picker 2"), "output": `{"box": 3, "shelf": "B-12"}`})
	w.call("SendTaskSuccess", map[string]string{"taskToken": w.take("pack", "Packer 1"), "output": `{"parcel": "P-900"}`})
}

// packingStops: the packer takes the task and never answers.
func packingStops(w *world) {
	w.call("SendTaskSuccess", map[string]string{"taskToken": w.take("pick", "Picker 1"), "output": `{"box": 3, "shelf": "B-12"}`})
	w.take("pack", "Packer 1")
	w.deadline()
}
