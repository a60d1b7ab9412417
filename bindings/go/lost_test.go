package chexiao

import "testing"

// The library does not fail so by itself.
func TestACallOfWhichTheLibraryCannotTellIsNoError(t *testing.T) {
	failure := answer{-4, `{"error":"panic","message":"m"}`}
	for what, told := range map[string]answer{
		"free failed":       freed(failure),
		"free told of none": freed(answer{0, "[]"}),
		"free told nothing": freed(answer{0, ""}),
	} {
		outcome := outcomeOf(told)
		if told.status < 0 || outcome.Code != CodeUnknown || outcome.Next != NextQuery || outcome.Sent != Maybe || answerOf(told).IsAuthentic() {
			t.Errorf("%s: %v", what, told)
		}
	}
	if ended, over := taken(0, answer{1, "{}"}); ended != (answer{1, "{}"}) || !over {
		t.Error(ended, over)
	}
	if ended, over := taken(0, answer{}); ended != (answer{}) || over {
		t.Error(ended, over)
	}
	if ended, over := taken(-3, failure); ended != (answer{}) || !over { // and the end is asked
		t.Error(ended, over)
	}
	if ended := freed(answer{0, `[{"tag":0,"status":-5,"document":{"a":1}}]`}); ended != (answer{-5, `{"a":1}`}) {
		t.Error(ended)
	}
}
