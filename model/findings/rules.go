package findings

// rules is the table of all rules.
var rules = []Rule{
	{
		ID: "password-spray", Title: "One source, many accounts, wrong passwords", Severity: Medium, Technique: []string{"T1110.003"},
		Needs:      []Requirement{{needDCLogs, Medium}, {needHistory, Medium}},
		Thresholds: []string{"window", "spray-accounts", "spray-tries", "shared-accounts"},
		Decides:    "Attempts with a wrong password from one source, none further than window from the next, on spray-accounts accounts or more, spray-tries each on average at most.",
		Innocent:   "A gateway, proxy, mail or terminal server that many accounts come from; a synchronisation or a scanner with a list of old passwords.",
		Confirms:   "The passwords tried are not logged. Ask whether the source is a shared one, whether its owner tested, and whether any account of the list logged on from it afterwards.",
		Source:     "MITRE ATT&CK T1110.003; Microsoft on 4771, 4768, 4776 and 4625",
		find:       (*scope).sprays,
	},
	{
		ID: "log-cleared", Title: "A log was cleared", Severity: High, Technique: []string{"T1070.001"},
		Decides:  "1102 in the Security log, or 104 in the System log.",
		Innocent: "The preparation of an image, or an administrator who made room or reset a test machine.",
		Confirms: "The account that did it, and what other logs and hosts hold of the time before.",
		Source:   "Microsoft on 1102 and 104; MITRE ATT&CK T1070.001",
		find:     (*scope).clearedLogs,
	},
}
