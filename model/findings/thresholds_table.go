package findings

// thresholds is the table of all numbers that rules decide by.
var thresholds = []Threshold{
	{"window", 30, "minutes", 1, 1440, "attempts that lie no further apart than this belong together"},
	{"spray-accounts", 6, "accounts", 2, 10000, "as many accounts refused from one source are a spray"},
	{"spray-tries", 4, "attempts", 1, 1000, "a spray tries each account this often on average, at most"},
	{"guess-tries", 20, "attempts", 3, 100000, "as many wrong passwords of one account are guessing"},
	{"guess-minutes", 10, "minutes", 1, 1440, "guessing does its attempts within this time"},
	{"unknown-names", 5, "names", 2, 10000, "as many names without an account from one source are enumeration"},
	{"ongoing-tries", 5, "attempts", 2, 10000, "as many wrong passwords at one place make a logon at another one worth a look"},
	{"success-hours", 10, "hours", 1, 240, "a logon this long after guessing may be its success"},
	{"shared-accounts", 5, "accounts", 2, 10000, "an address that as many accounts logged on from before is shared"},
	{"roast-services", 4, "services", 2, 1000, "tickets for as many services that are users, in roast-minutes, are roasting"},
	{"roast-minutes", 5, "minutes", 1, 240, "see roast-services"},
	{"fan-out-hosts", 8, "hosts", 3, 1000, "as many hosts reached by one account in fan-out-minutes"},
	{"fan-out-minutes", 10, "minutes", 1, 1440, "see fan-out-hosts"},
	{"explicit-targets", 6, "hosts", 2, 1000, "explicit credentials used for as many hosts in window"},
	{"group-hosts", 3, "hosts", 2, 1000, "as many hosts that list their groups for one account"},
	{"hops", 3, "hosts", 2, 50, "a chain of sessions over as many hosts, that of its origin included"},
	{"habit-days", 3, "days", 2, 365, "what was done on as many days, over more than history-days, is a habit and weighs nothing; over less it is low"},
	{"history-days", 7, "days", 1, 365, "first-time rules weigh nothing with less of the log before"},
	{"fresh-hours", 24, "hours", 1, 720, "an account used this soon after it was made, reset or raised"},
	{"clock-minutes", 5, "minutes", 1, 100000, "a clock set back by less is a correction"},
	{"travel-minutes", 20, "minutes", 1, 1440, "an account at two consoles of different networks within this time"},
}
