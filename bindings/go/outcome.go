package chexiao

import (
	"encoding/json"
	"fmt"
)

// Outcome is what happened to the order, as far as it is proven. Act on Next. Its JSON is that of the other languages.
type Outcome struct {
	Outcome      Word     `json:"outcome"`
	Code         Code     `json:"code"`
	Next         Next     `json:"next"`
	Retry        Retry    `json:"retry"`
	RetryAfterMs *int64   `json:"retry_after_ms"`
	Confirm      Confirm  `json:"confirm"`
	Evidence     Evidence `json:"evidence"`
	Sent         Sent     `json:"sent"`
	Reason       *Reason  `json:"reason"`
	// Contradiction: two fields of the reply disagree.
	Contradiction bool `json:"contradiction"`
	// Hint is what the reply points to without proving it.
	Hint        *Word        `json:"hint"`
	Gateway     GatewayWords `json:"gateway"`
	MsgID       string       `json:"msg_id"`
	HTTPStatus  *int         `json:"http_status"`
	ElapsedMs   int64        `json:"elapsed_ms"`
	Raw         []byte       `json:"raw_base64"`
	Explanation Explanation  `json:"explanation"`
}

// IsClosed: closed or already closed. Nothing to act on: only where Next is NextDone is it settled.
func (o *Outcome) IsClosed() bool { return o.Code == CodeClosed || o.Code == CodeAlreadyClosed }

func (o *Outcome) String() string {
	return fmt.Sprintf("chexiao.Outcome{%s, evidence %s, next %s, msg_id %s}", o.Code, o.Evidence, o.Next, o.MsgID)
}

// GatewayWords are the gateway's own, for the log. Trust them as far as the evidence goes; they may hold order data.
type GatewayWords struct {
	Code    *string `json:"code"`
	SubCode *string `json:"sub_code"`
	Status  *string `json:"status"`
	Message *string `json:"message"`
}

// Explanation is for people.
type Explanation struct {
	En string `json:"en"`
	Zh string `json:"zh"`
}

// Word is an outcome as a word, such as "already_closed".
type Word string

// Reason is why an outcome is unknown. Later versions may have more.
type Reason string

// Sent says whether a whole reply came back.
type Sent string

const (
	// Answered: it did.
	Answered Sent = "answered"
	// Maybe: it did not. The request may still have been handled.
	Maybe Sent = "maybe"
)

// String is the word of the code.
func (c Code) String() string {
	if word, is := codes[c]; is {
		return string(word)
	}
	return string(codes[CodeUnknown])
}

// unread is for where there is nothing to judge or to judge by: outcomeOf fills in the safest.
var unread = answer{int(CodeUnknown), `{"reason":"input"}`}

// lost is for a call that was begun and of which the library can tell no more.
var lost = answer{int(CodeUnknown), `{"sent":"maybe","reason":"defect"}`}

// outcomeOf reads what this version does not know as the safest that it does.
func outcomeOf(told answer) *Outcome {
	outcome := &Outcome{}
	if json.Unmarshal([]byte(told.json), outcome) != nil || codes[outcome.Code] == "" {
		outcome.Outcome, outcome.Code, outcome.Next = codes[CodeUnknown], CodeUnknown, NextQuery
		outcome.Retry, outcome.Confirm = RetryNever, ConfirmRequired
	}
	outcome.Next = known(outcome.Next, nexts, NextQuery)
	outcome.Retry = known(outcome.Retry, retries, RetryNever)
	outcome.Confirm = known(outcome.Confirm, confirms, ConfirmRequired)
	outcome.Evidence = known(outcome.Evidence, evidences, EvidenceNone)
	return outcome
}

func known[W comparable](word W, words []W, otherwise W) W {
	for _, one := range words {
		if one == word {
			return word
		}
	}
	return otherwise
}
