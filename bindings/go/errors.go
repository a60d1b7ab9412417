package chexiao

import "encoding/json"

// Error means that nothing was sent: the order is as it was. No secret, key or order is in it. For errors.As.
type Error struct {
	// Kind is one word.
	Kind Kind `json:"error"`
	// Status is the kind as the negative number of the C interface.
	Status int `json:"status"`
	// Reason says why a key was refused, such as "wrong_type".
	Reason *string `json:"reason"`
	// Field is the path of what is at fault, such as "order.out_trade_no", where there is one.
	Field string `json:"field"`
	// Message says what is wrong, without the field's name.
	Message string `json:"message"`
	// Hint says what to do, in English and Chinese.
	Hint string `json:"hint"`

	cause error
}

func (e *Error) Error() string {
	text := string(e.Kind) + " error: "
	if e.Field != "" {
		text += e.Field + ": "
	}
	text += e.Message
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// Unwrap is the error of the context or of the file system, where one is behind it.
func (e *Error) Unwrap() error { return e.cause }

func errorOf(told answer) *Error {
	failed := &Error{Kind: KindPanic, Status: told.status, Message: "the library gave no document"}
	// What cannot be read leaves the status, which says that nothing was sent.
	_ = json.Unmarshal([]byte(told.json), failed)
	return failed
}

// notBegun is for what ends before anything is handed to the library.
func notBegun(cause error) *Error {
	return &Error{Kind: KindNotSent, Status: statusOf[KindNotSent], Message: "nothing was begun: " + cause.Error(), cause: cause}
}

// failure is nil, not a nil *Error, where there is none.
func (a answer) failure() error {
	if a.status < 0 {
		return errorOf(a)
	}
	return nil
}

func (a answer) into(value any) error {
	if err := a.failure(); err != nil {
		return err
	}
	return json.Unmarshal([]byte(a.json), value)
}
