package simulate

import (
	"time"

	"spoor/model/event"
)

// worker is somebody with an account, a machine and working days.
type worker struct {
	account  *Account
	host     *Host
	folder   string   // of the file server's share for everybody
	server   *Host    // the file server; nil: the world's
	second   *Account // of an administrator, for that work
	commutes bool     // with a laptop
	files    []string // what he works on
	program  [2]string
	arrives  time.Duration // after midnight UTC, on weekdays
	leaves   time.Duration
	habit    habit
	clumsy   int // in percent: how often a password is mistyped
	errands  []errand
	// shift moves a day's hours.
	shift func(day event.FileTime) time.Duration

	session *session
}

// habit is how somebody leaves.
type habit uint8

const (
	logsOff habit = iota
	shutsDown
	locks // and stays logged on
)

// errand is something planned in a worker's day.
type errand struct {
	at event.FileTime
	do func(*process, *session)
}

var mail = [2]string{`C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE`, `"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE"`}

var officePrograms = [][2]string{
	{`C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE`, `"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n`},
	{`C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE`, `"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"`},
	{`C:\Program Files\Microsoft\Edge\Application\msedge.exe`, `"C:\Program Files\Microsoft\Edge\Application\msedge.exe" --single-argument`},
	{`C:\Program Files\PDF24\pdf24-Reader.exe`, `"C:\Program Files\PDF24\pdf24-Reader.exe"`},
	{`C:\Windows\System32\notepad.exe`, `"C:\Windows\system32\notepad.exe"`},
}

func (w *World) employ(k *worker) *worker {
	w.start(w.now, "worker "+k.account.Name, func(p *process) {
		for day := w.now - w.now%ticksPerDay; ; day += ticksPerDay {
			weekday := day.Time().Weekday()
			if weekday != time.Saturday && weekday != time.Sunday {
				p.workday(k, day)
			}
		}
	})
	return k
}

// workday is one day of a worker, from the way in to the way out.
func (p *process) workday(k *worker, day event.FileTime) {
	arrives, leaves := k.arrives, k.leaves
	if k.shift != nil {
		arrives, leaves = arrives+k.shift(day), leaves+k.shift(day)
	}
	p.until(day.Add(arrives + p.between(0, 25*time.Minute)))
	end := day.Add(leaves + p.between(0, 20*time.Minute))
	p.sitDown(k)
	lunch := day.Add(arrives + p.between(4*time.Hour, 5*time.Hour))
	for p.w.now < end {
		wait := p.w.now.Add(p.between(4*time.Minute, 16*time.Minute))
		due := k.due(wait)
		if due != nil {
			wait = due.at
		}
		p.until(wait)
		if !k.session.live() {
			p.sitDown(k)
		}
		switch {
		case due != nil:
			due.do(p, k.session)
		case p.w.now > lunch:
			lunch = end
			p.breakFor(k, p.between(28*time.Minute, 45*time.Minute))
		default:
			p.work(k)
		}
	}
	p.leave(k)
}

// due returns the next errand before a moment, and takes it off the list.
func (k *worker) due(before event.FileTime) *errand {
	for i := range k.errands {
		if e := k.errands[i]; e.at < before {
			k.errands = append(k.errands[:i:i], k.errands[i+1:]...)
			return &e
		}
	}
	return nil
}

// sitDown gets a worker to his desktop: he starts the machine if it is off,
// unlocks the session that he left, or logs on.
func (p *process) sitDown(k *worker) {
	for k.session != nil && !k.host.on && k.session.boot.over && !k.session.left() {
		p.sleep(30 * time.Second) // it is about to come back
	}
	if !k.host.on {
		p.powerOn(k.host)
		p.sleep(p.between(25*time.Second, 70*time.Second))
	}
	if k.session.live() {
		p.unlockClumsily(k)
		return
	}
	if p.chance(k.clumsy) {
		p.mistype(k.host, k.account, 2)
		p.think()
	}
	k.session = p.openSession(k.host, sitting{account: k.account, typ: 2, kind: "console", address: "127.0.0.1"})
	p.think()
	p.open(k.session, mail[0], mail[1])
	p.think()
	p.open(k.session, k.program[0], k.program[1])
}

// left reports whether the session was ended in good order.
func (s *session) left() bool { return s.truth.Reason == "logoff" || s.truth.Reason == "shutdown" }

func (p *process) unlockClumsily(k *worker) {
	if p.chance(k.clumsy / 2) {
		p.mistype(k.host, k.account, 7)
		p.think()
	}
	p.unlock(k.session)
}

// work is one thing that somebody does at his desk.
func (p *process) work(k *worker) {
	switch n := p.rng.IntN(100); {
	case n < 55:
		files := make([]string, 1+p.rng.IntN(5))
		for i := range files {
			files[i] = k.folder + `\` + k.files[p.rng.IntN(len(k.files))]
		}
		server := k.server
		if server == nil {
			server = p.w.files
		}
		p.use(k.session, server, "Daten", `D:\Daten`, p.chance(40), files...)
	case n < 80:
		program := officePrograms[p.rng.IntN(len(officePrograms))]
		p.open(k.session, program[0], program[1])
	case n < 92:
		p.breakFor(k, p.between(4*time.Minute, 16*time.Minute))
	}
}

// breakFor locks the desktop, and unlocks it later.
func (p *process) breakFor(k *worker, d time.Duration) {
	p.lock(k.session)
	p.sleep(d)
	if k.session.live() {
		p.unlockClumsily(k)
	}
}

func (p *process) leave(k *worker) {
	p.sleep(p.between(10*time.Second, 90*time.Second))
	s := k.session
	if !s.live() {
		return
	}
	switch k.habit {
	case logsOff:
		p.logOff(s)
	case shutsDown:
		p.shutDown(k.host, s.user(), false)
	case locks:
		p.lock(s)
	}
}
