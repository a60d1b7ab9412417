package chexiao

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Notice is what a notification is taken for. Three things stay apart: whether it is authentic (Evidence), what it says (Event), and
// whether to acknowledge it, which is yours to decide once it is stored.
type Notice struct {
	Event         Word              `json:"event"`
	Code          Code              `json:"code"`
	Evidence      Evidence          `json:"evidence"`
	Confirm       Confirm           `json:"confirm"`
	Reason        *Reason           `json:"reason"`
	Hint          *Word             `json:"hint"`
	Contradiction bool              `json:"contradiction"`
	Order         map[string]string `json:"order"`
	Amount        *Amount           `json:"amount"`
	Time          *string           `json:"time"`
	Fields        map[string]string `json:"fields"`
	Gateway       GatewayWords      `json:"gateway"`
	// Dedupe is the same when the same thing is told again. Nil: take it for new.
	Dedupe      *string     `json:"dedupe"`
	Explanation Explanation `json:"explanation"`
	// Acknowledge ends the repeats, for when the notice is stored. Nil where nothing proves that the gateway sent it.
	Acknowledge *HTTPAnswer `json:"acknowledge"`
	// Refuse asks for it to be sent again.
	Refuse *HTTPAnswer `json:"refuse"`
}

func (n *Notice) String() string {
	return fmt.Sprintf("chexiao.Notice{%s, evidence %s}", n.Code, n.Evidence)
}

// Amount is an amount as the gateway wrote it.
type Amount struct {
	Text string `json:"text"`
	Unit Unit   `json:"unit"`
}

// HTTPAnswer is a complete answer for the gateway, to be sent as it is. Printed, it shows neither headers nor body.
type HTTPAnswer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"headers"`
	Body   []byte            `json:"body_base64"`
}

func (a *HTTPAnswer) String() string { return fmt.Sprintf("chexiao.HTTPAnswer{%d}", a.Status) }

// GoString is String, for %#v.
func (a *HTTPAnswer) GoString() string { return a.String() }

// WriteTo answers with it.
func (a *HTTPAnswer) WriteTo(w http.ResponseWriter) error {
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.Status)
	_, err := w.Write(a.Body)
	return err
}

func noticeOf(told answer) *Notice {
	notice := &Notice{}
	if json.Unmarshal([]byte(told.json), notice) != nil || codes[notice.Code] == "" {
		notice.Event, notice.Code, notice.Confirm = codes[CodeUnknown], CodeUnknown, ConfirmRequired
	}
	notice.Confirm = known(notice.Confirm, confirms, ConfirmRequired)
	notice.Evidence = known(notice.Evidence, evidences, EvidenceNone)
	return notice
}
