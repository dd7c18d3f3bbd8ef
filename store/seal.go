package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/stepwell/stepwell/interpreter"
)

// ErrForged says that a token was not made by this store, or is damaged.
var ErrForged = errors.New("store: the token is not one of this store")

// macSize is how many bytes of the HMAC a token carries.
const macSize = 16

// Sealer makes tokens that cannot be forged: a payload with a MAC under a key of the store. A token
// of one purpose is refused for another. It is safe for concurrent use.
type Sealer struct {
	keyID byte
	key   []byte
}

// NewSealer returns a Sealer of key, which tokens name as keyID.
func NewSealer(keyID byte, key []byte) *Sealer { return &Sealer{keyID: keyID, key: key} }

// Seal returns a token of payload.
func (s *Sealer) Seal(purpose string, payload []byte) string {
	token := append([]byte{s.keyID}, s.mac(purpose, payload)...)
	return base64.StdEncoding.EncodeToString(append(token, payload...))
}

// Open returns the payload of a token, or ErrForged.
func (s *Sealer) Open(purpose, token string) ([]byte, error) {
	if strings.ContainsAny(token, "\r\n") { // which the decoder would pass over
		return nil, ErrForged
	}
	b, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < 1+macSize || b[0] != s.keyID {
		return nil, ErrForged
	}
	payload := b[1+macSize:]
	if !hmac.Equal(b[1:1+macSize], s.mac(purpose, payload)) {
		return nil, ErrForged
	}
	return payload, nil
}

func (s *Sealer) mac(purpose string, payload []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(payload)
	return h.Sum(nil)[:macSize]
}

// AwaitRef names an Await of any execution.
type AwaitRef struct {
	Execution ExecutionID
	Await     interpreter.AwaitID
}

const taskPurpose = "task"

// SealTask returns the task token of an await.
func (s *Sealer) SealTask(ref AwaitRef) string {
	payload := binary.BigEndian.AppendUint64(nil, uint64(ref.Execution))
	payload = binary.BigEndian.AppendUint64(payload, ref.Await.Seq)
	return s.Seal(taskPurpose, append(payload, ref.Await.Frame...))
}

// OpenTask returns the await that a task token names, or ErrForged.
func (s *Sealer) OpenTask(token string) (AwaitRef, error) {
	p, err := s.Open(taskPurpose, token)
	if err != nil || len(p) < 16 {
		return AwaitRef{}, ErrForged
	}
	return AwaitRef{
		Execution: ExecutionID(binary.BigEndian.Uint64(p)),
		Await: interpreter.AwaitID{
			Frame: interpreter.FrameID(p[16:]),
			Seq:   binary.BigEndian.Uint64(p[8:]),
		},
	}, nil
}
