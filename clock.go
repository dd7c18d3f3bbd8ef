package stepwell

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/stepwell/stepwell/engine"
	"github.com/stepwell/stepwell/store"
)

// clockModes are the values of Options.Clock.
var clockModes = map[string]engine.ClockMode{
	"": engine.ClockReal, "real": engine.ClockReal, "virtual": engine.ClockAuto, "hold": engine.ClockHold,
}

// clockPath is where a virtual clock is moved.
const clockPath = "/_stepwell/clock"

// clockRequest is the body of a POST to clockPath.
type clockRequest struct {
	// Mode is "auto", "hold" or "step"; it may be left out where there is a Time.
	Mode engine.ClockMode `json:"mode"`
	// Time is what clocks of trees to come show now; nil leaves it as it is.
	Time *time.Time `json:"time"`
	// ExecutionARN names an execution of the tree whose clock is moved; empty means all of them.
	ExecutionARN string `json:"executionArn"`
}

// moveClock answers a POST to clockPath: 200, or an error as {"message": …}.
func (s *Server) moveClock(w http.ResponseWriter, r *http.Request) {
	var c clockRequest
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16))
	decoder.DisallowUnknownFields()
	status := http.StatusBadRequest
	err := decoder.Decode(&c)
	if err == nil {
		status, err = s.setClock(r, c)
	}
	answer := make(map[string]string)
	if err != nil {
		answer["message"] = err.Error()
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // a client that is gone needs no answer
}

func (s *Server) setClock(r *http.Request, c clockRequest) (status int, err error) {
	if c.Time != nil {
		if err := s.engine.StartClocks(*c.Time); err != nil {
			return clockStatus(err)
		}
		if c.Mode == "" {
			return http.StatusOK, nil
		}
	}
	switch c.Mode {
	case engine.ClockAuto, engine.ClockHold, engine.ClockStep:
	default:
		return http.StatusBadRequest, errors.New(`the mode is none of "auto", "hold" and "step"`)
	}
	var id store.ExecutionID
	if c.ExecutionARN != "" {
		row, err := s.row(r.Context(), c.ExecutionARN)
		if err != nil {
			return http.StatusNotFound, err
		}
		id = row.ID
	}
	return clockStatus(s.engine.SetClock(c.Mode, id))
}

func clockStatus(err error) (int, error) {
	switch {
	case errors.Is(err, engine.ErrRealClock):
		return http.StatusConflict, errors.New("executions run on the real clock: start the server with --clock virtual or hold")
	case err != nil:
		return http.StatusInternalServerError, err
	}
	return http.StatusOK, nil
}
