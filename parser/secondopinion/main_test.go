package secondopinion

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// childOf names the file that this process, started by a test, is to read;
// misbehave says in which way it is to fail instead.
const (
	childOf   = "SPOOR_TEST_SECOND_OPINION"
	misbehave = "SPOOR_TEST_MISBEHAVE"
)

func TestMain(m *testing.M) {
	switch os.Getenv(misbehave) {
	case "hang":
		fmt.Println(`{"record_id":"1"}`)
		time.Sleep(time.Hour)
	case "panic":
		fmt.Println(`{"record_id":"1"}`)
		go panic("in a goroutine of its own")
		time.Sleep(time.Hour)
	case "babble":
		fmt.Println(`{"record_id":"1"}`)
		fmt.Println("this is no JSON")
	}
	if name := os.Getenv(childOf); name != "" {
		if err := Child(name, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}
