package secondopinion

import (
	"fmt"
	"os"
	"os/exec"
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
	name := os.Getenv(childOf)
	switch how := os.Getenv(misbehave); how {
	case "":
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
	case "refuse":
		fmt.Fprintln(os.Stderr, "no log of mine")
		os.Exit(1)
	case "endless":
		for n := 1; ; n++ {
			fmt.Printf("{\"record_id\":\"%d\"}\n", n)
			time.Sleep(time.Millisecond)
		}
	default:
		lie(how, name)
		os.Exit(0)
	}
	if name != "" {
		if err := tell(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func tell(name string) error {
	log, err := os.Open(name)
	if err != nil {
		return err
	}
	return Child(log, os.Stdout)
}

// childProcess is this test as the child that reads the file of that name.
func childProcess(t *testing.T, name string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), childOf+"="+name)
	return child
}

// misbehaving is a child that fails, or lies, in that way.
func misbehaving(t *testing.T, how, name string) *exec.Cmd {
	child := childProcess(t, name)
	child.Env = append(child.Env, misbehave+"="+how)
	return child
}
