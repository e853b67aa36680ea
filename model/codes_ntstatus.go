package model

// ntStatus are the results in Status and SubStatus of 4625 and in Status of
// 4776 ([MS-ERREF] 2.3.1; Microsoft's pages on those events).
var ntStatus = map[uint32]code{
	0x0:        {"STATUS_SUCCESS", "success"},
	0xc000005e: {"STATUS_NO_LOGON_SERVERS", "no logon servers"},
	0xc000005f: {"STATUS_NO_SUCH_LOGON_SESSION", "no such logon session"},
	0xc0000064: {"STATUS_NO_SUCH_USER", "user name does not exist"},
	0xc000006a: {"STATUS_WRONG_PASSWORD", "wrong password"},
	0xc000006d: {"STATUS_LOGON_FAILURE", "bad user name or authentication information"},
	0xc000006e: {"STATUS_ACCOUNT_RESTRICTION", "account restriction"},
	0xc000006f: {"STATUS_INVALID_LOGON_HOURS", "outside the allowed hours"},
	0xc0000070: {"STATUS_INVALID_WORKSTATION", "workstation not allowed"},
	0xc0000071: {"STATUS_PASSWORD_EXPIRED", "password expired"},
	0xc0000072: {"STATUS_ACCOUNT_DISABLED", "account disabled"},
	0xc00000dc: {"STATUS_INVALID_SERVER_STATE", "SAM server in the wrong state"},
	0xc0000133: {"STATUS_TIME_DIFFERENCE_AT_DC", "clocks out of sync with the DC"},
	0xc000015b: {"STATUS_LOGON_TYPE_NOT_GRANTED", "logon type not granted at this machine"},
	0xc000018c: {"STATUS_TRUSTED_DOMAIN_FAILURE", "trust between the domains failed"},
	0xc000018d: {"STATUS_TRUSTED_RELATIONSHIP_FAILURE", "trust between the machine and its domain failed"},
	0xc0000192: {"STATUS_NETLOGON_NOT_STARTED", "Netlogon not started"},
	0xc0000193: {"STATUS_ACCOUNT_EXPIRED", "account expired"},
	0xc0000198: {"STATUS_NOLOGON_INTERDOMAIN_TRUST_ACCOUNT", "account of a trust between domains"},
	0xc0000199: {"STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT", "account of a computer"},
	0xc000019a: {"STATUS_NOLOGON_SERVER_TRUST_ACCOUNT", "account of a server"},
	0xc0000224: {"STATUS_PASSWORD_MUST_CHANGE", "password must be changed at the next logon"},
	0xc0000225: {"STATUS_NOT_FOUND", "not found; a fault of Windows, no risk"},
	0xc0000234: {"STATUS_ACCOUNT_LOCKED_OUT", "account locked out"},
	0xc00002ee: {"STATUS_UNFINISHED_CONTEXT_DELETED", "error during logon"},
	0xc0000371: {"STATUS_NO_SECRETS", "local store holds no secret for the account"},
	0xc0000413: {"STATUS_AUTHENTICATION_FIREWALL_FAILED", "stopped by selective authentication"},
}
