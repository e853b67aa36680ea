package model

import (
	"slices"
	"strconv"
	"strings"

	"spoor/model/event"
)

// Activity is what started a session, by fields and never by a guess. Name is
// "" where the fields do not say.
type Activity struct {
	Name    string
	Because []string // the fields that say so, as column=value
}

// activityFields is what the rules read, of a session's 4624 and of its other
// records. Processes are the file's name alone, folded.
type activityFields struct {
	typ         uint32
	process     string // LogonProcess
	image       string // ProcessName
	account     string
	transmitted string
	share       string // of its first 5140 or 5145
	child       string // wsmprovhost or wmiprvse, of 4688
	connection  string // of a sitting older than the log, SessionName of its first 4778 or 4779
	self        bool   // a machine's own account on itself
	started     bool   // its 4624 is in the log
}

// activityRule says one activity. Values that are "" are not compared;
// several are separated by spaces, of which one must equal.
type activityRule struct {
	name    string
	types   []uint32
	process string
	image   string
	holds   func(*activityFields) bool
	because func(*activityFields) []string // beside the fields compared
}

// activityRules is read from the top; the first that holds names the activity.
// Logon processes are those seen in real logs: CredPro is a UAC prompt's, and a
// type 7 of Negotiat, without a lock before, is no unlocking.
var activityRules = []activityRule{
	{name: "uac-prompt", process: "credpro"},
	{name: "uac-prompt", image: "consent.exe"},
	{name: "ssh", process: "sshd"},
	{name: "ssh", image: "sshd.exe sshd-session.exe sshd-auth.exe"},
	{name: "runas", process: "seclogo"},
	{name: "s4u", holds: func(f *activityFields) bool { return f.transmitted != "" }, because: func(f *activityFields) []string { return []string{"TransmittedServices=" + f.transmitted} }},
	{name: "s4u", process: "authz"},
	{name: "revalidation", types: []uint32{7, 13}, process: "negotiat"},
	{name: "unlock", types: []uint32{7, 13}},
	{name: "remote-desktop", types: []uint32{10, 12}},
	{name: "remote-desktop", holds: func(f *activityFields) bool { return f.connection != "" }, because: func(f *activityFields) []string { return []string{"SessionName=" + f.connection} }},
	{name: "service start-up", types: []uint32{5}},
	{name: "scheduled task", types: []uint32{4}, image: "svchost.exe taskeng.exe"},
	{name: "application logon", types: []uint32{3, 8}, image: "w3wp.exe inetinfo.exe"},
	{name: "winrm", types: []uint32{3}, holds: func(f *activityFields) bool { return f.child == "wsmprovhost.exe" }, because: childField},
	{name: "wmi", types: []uint32{3}, holds: func(f *activityFields) bool { return f.child == "wmiprvse.exe" }, because: childField},
	{name: "machine account", holds: func(f *activityFields) bool { return f.self }, because: accountField},
	{name: "file share", types: []uint32{3}, holds: func(f *activityFields) bool { return f.share != "" }, because: func(f *activityFields) []string { return []string{"ShareName=" + f.share} }},
	{name: "console", types: []uint32{2, 11}, process: "user32", image: "winlogon.exe svchost.exe"},
}

func accountField(f *activityFields) []string { return []string{"TargetUserName=" + f.account} }
func childField(f *activityFields) []string   { return []string{"NewProcessName=" + f.child} }

// matches returns the fields that say so; nil if the rule does not hold.
func (r *activityRule) matches(f *activityFields) []string {
	var because []string
	if r.types != nil {
		if !f.started || !slices.Contains(r.types, f.typ) {
			return nil
		}
		because = append(because, "LogonType="+strconv.FormatUint(uint64(f.typ), 10))
	}
	for _, c := range []struct{ name, want, got string }{{"LogonProcess", r.process, f.process}, {"ProcessName", r.image, baseName(f.image)}} {
		if c.want == "" {
			continue
		}
		if !slices.Contains(strings.Fields(c.want), strings.ToLower(c.got)) {
			return nil
		}
		if c.name == "ProcessName" {
			c.got = f.image
		}
		because = append(because, c.name+"="+c.got)
	}
	if r.holds != nil {
		if !r.holds(f) {
			return nil
		}
		because = append(because, r.because(f)...)
	}
	return because
}

// mostRecordsOfActivity is how many records of a network session are read to
// say what it is; its shares and processes come first.
const mostRecordsOfActivity = 1000

// activity names what started a session.
func (s *Snapshot) activity(h int, at uint32, x *Session) Activity {
	v := s.views[h]
	account := s.Account(x.Account)
	l := &v.logons[v.sessions[at].first]
	f := activityFields{
		typ: x.LogonType, process: x.Process, image: x.ProcessName,
		account: account.Name, started: l.start != None,
	}
	if name, machine := strings.CutSuffix(account.Name, "$"); machine && account.Class == ClassMachine {
		f.self = s.isSelf(h, name)
	}
	if l.start != None {
		f.transmitted = s.text(v.events[l.start], event.TransmittedServices)
	}
	if l.start == None && x.Kind == KindRemoteDesktop {
		for _, m := range v.momentsOf(at) {
			if f.connection = s.text(v.events[m.event], event.SessionName); f.connection != "" {
				break
			}
		}
	}
	if x.LogonType == 3 {
		s.activityRecords(h, at, &f)
	}
	for i := range activityRules {
		if because := activityRules[i].matches(&f); because != nil {
			return Activity{activityRules[i].name, because}
		}
	}
	return Activity{}
}

// remoteHosts are the processes that run what another machine asked for.
var remoteHosts = map[string]bool{"wsmprovhost.exe": true, "wmiprvse.exe": true}

func (s *Snapshot) activityRecords(h int, at uint32, f *activityFields) {
	v := s.views[h]
	l := &v.logons[v.sessions[at].first]
	all := v.logonEvents[l.from : l.from+l.n]
	for _, e := range all[:min(len(all), mostRecordsOfActivity)] {
		n := v.events[e]
		switch s.row(n).kind {
		case event.ShareAccessed, event.ShareFileChecked:
			if f.share == "" {
				f.share = s.text(n, event.ShareName)
			}
		case event.ProcessCreated:
			for _, c := range []event.Column{event.NewProcess, event.ParentProcess} {
				if name := strings.ToLower(baseName(s.text(n, c))); f.child == "" && remoteHosts[name] {
					f.child = name
				}
			}
		}
	}
}
