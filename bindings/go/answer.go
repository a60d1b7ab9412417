package chexiao

import (
	"encoding/json"
	"fmt"
)

// Answer is what came of a call of any other API: never an outcome about an order.
type Answer struct {
	// Code is 0 if it is authentic; 9 if not: the call may have been executed, and nothing is proven.
	Code     int      `json:"code"`
	Evidence Evidence `json:"evidence"`
	Sent     Sent     `json:"sent"`
	Reason   *Reason  `json:"reason"`
	// Verified is every field that the proof covers. Nil where nothing is proven.
	Verified    map[string]string `json:"verified"`
	Gateway     GatewayWords      `json:"gateway"`
	MsgID       string            `json:"msg_id"`
	HTTPStatus  *int              `json:"http_status"`
	ElapsedMs   int64             `json:"elapsed_ms"`
	File        *SavedFile        `json:"file"`
	Raw         []byte            `json:"raw_base64"`
	Explanation Explanation       `json:"explanation"`
}

// SavedFile is a file that was downloaded, whole.
type SavedFile struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// IsAuthentic: the gateway's own proof stands behind it.
func (a *Answer) IsAuthentic() bool { return a.Code == 0 }

func (a *Answer) String() string {
	return fmt.Sprintf("chexiao.Answer{%d, evidence %s, msg_id %s}", a.Code, a.Evidence, a.MsgID)
}

func answerOf(told answer) *Answer {
	answer := &Answer{Code: int(CodeUnknown)}
	if json.Unmarshal([]byte(told.json), answer) != nil || known(answer.Evidence, evidences, EvidenceNone) == EvidenceNone {
		answer.Code, answer.Evidence, answer.Verified = int(CodeUnknown), EvidenceNone, nil
	}
	return answer
}

// Diagnosis says why a configuration does not work: docs/troubleshooting.md lists the findings.
type Diagnosis struct {
	Worst     string  `json:"worst"`
	Cause     *string `json:"cause"`
	Status    int     `json:"status"`
	Steps     []Step  `json:"steps"`
	ElapsedMs int64   `json:"elapsed_ms"`
}

// Step is one step of a diagnosis.
type Step struct {
	Step    string          `json:"step"`
	Field   *string         `json:"field"`
	State   string          `json:"state"`
	Finding *string         `json:"finding"`
	Found   json.RawMessage `json:"found"`
	Remedy  json.RawMessage `json:"remedy"`
	Facts   json.RawMessage `json:"facts"`
}
