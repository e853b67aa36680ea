# Makes the tables of the README of what the benchmarks print.

# value is the metric of a line with that unit.
function value(unit,   i) {
	for (i = 4; i <= NF; i += 2) if ($i == unit) return $(i - 1)
	return ""
}

function short(n) { return n >= 1e6 ? n / 1e6 " M" : n / 1e3 " k" }

function figure(n) { return n < 10 ? sprintf("%.2f", n) : n < 100 ? sprintf("%.1f", n) : sprintf("%.0f", n) }

/^cpu: / { cpu = substr($0, 6) }

/^BenchmarkScale\// {
	split($1, name, "/")
	workers = substr(name[4], 1, 1)
	# The floor of what is made as it is read has the making in it.
	kind = name[3] (value("made-B") + 0 > 0 ? ", made" : "")
	key = kind " " workers
	seconds = value("open-ms") / 1000
	dictionaries = value("dictionaries-MB")
	bytes = value("index-B/event") * value("records") + dictionaries * 1e6
	rows[++n] = sprintf("| %s | %s | %d | %d | %.0f | %s | %s | %s | %s | %%s | %.0f | %.0f | %.0f | %s | %.0f | %.1f |", short(name[2]), kind, value("hosts"), value("accounts"),
		value("MB"), workers, figure(seconds), figure(value("x-floor")), figure(value("cpu-x-floor")), value("screen-ms"), value("snapshot-ms"),
		value("index-B/event"), figure(dictionaries), value("peak-%"), value("gc-%"))
	rate[n] = value("MB") / seconds
	strings[n] = name[3] == "new-strings" ? "unique" : "ordinary"
	if (key in before && name[2] > before[key])
		grown[++g] = sprintf("| %s to %s | %s | %s | %.1f | %.1f | %.1f | %.1f |", short(before[key]), short(name[2]), kind, workers,
			name[2] / before[key], seconds / time[key], value("open-cpu-ms") / used[key], bytes / kept[key])
	before[key] = name[2]; time[key] = seconds; used[key] = value("open-cpu-ms"); kept[key] = bytes
}

/^BenchmarkRatio\// {
	split($1, name, "/")
	sub(/-[0-9]+$/, "", name[2])
	second[name[2]] = value("golang-evtx-MB/s")
	ratios[++r] = sprintf("| %s | %.0f | %.1f | %.0f |", name[2], value("scan-MB/s"), value("golang-evtx-MB/s"), value("x-golang-evtx"))
}

# The slowest class of keys of each size, at p99.
/^BenchmarkLatency\// {
	split($1, name, "/")
	size = name[2]
	if (!seen[size]++) sizes[++z] = size
	loading = name[3] ~ /^loading/
	if (loading) while_[size] = value("frame-p99-ms")
	else if (value("frame-p99-ms") + 0 > frame[size] + 0) frame[size] = value("frame-p99-ms")
	if (!loading && value("frame-cpu-p99-ms") + 0 > thread[size] + 0) thread[size] = value("frame-cpu-p99-ms")
	if (value("screenful-p99-ms") + 0 > search[size] + 0) search[size] = value("screenful-p99-ms")
	if (value("screenful-cpu-p99-ms") + 0 > searchcpu[size] + 0) searchcpu[size] = value("screenful-cpu-p99-ms")
	if (value("screenful-p50-ms") + 0 > half[size] + 0) half[size] = value("screenful-p50-ms")
	if (name[3] == "sessions" && name[4] ~ /^levels/) drill[size] = value("drawn-p99-ms")
	if (name[3] == "sessions" && name[4] == "sort" && name[5] ~ /^first/) sorted[size] = value("drawn-p99-ms")
}

END {
	if (n) {
		print "Opening evidence completely: reading, indexing and correlating it, on " cpu ".\n"
		print "| events | kind | hosts | accounts | MB | workers | open, s | x floor | x floor, CPU | golang-evtx's time / ours | first screen, ms | first snapshot, ms | index, B an event | dictionaries, MB | peak, % of evidence | GC, % |"
		print "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
		for (i = 1; i <= n; i++) printf rows[i] "\n", second[strings[i]] ? figure(rate[i] / second[strings[i]]) : ""
		print "\nDictionaries are the distinct texts, names of accounts and combinations of values, with\nthe table that finds the account of a name; the index is all else that stays."
		print "\nWhat is called made was on no disk, but made of a pool as it was read, by the floor too:\nthat makes the floor two to three times as dear as a file's, so compare it with rows alike alone."
		print "\nThe time of golang-evtx is that of reading 25 MB of such logs with all cores, by the byte;\nit opens nothing with them."
	}
	if (g) {
		print "\nGrowth:\n"
		print "| events | kind | workers | x events | x time | x CPU | x memory |"
		print "|---|---|--:|--:|--:|--:|--:|"
		for (i = 1; i <= g; i++) print grown[i]
	}
	if (r) {
		print "\nReading alone, beside golang-evtx on the same 25 MB:\n"
		print "| records | spoor, MB/s | golang-evtx, MB/s | times as fast |"
		print "|---|--:|--:|--:|"
		for (i = 1; i <= r; i++) print ratios[i]
	}
	if (z) {
		print "\nKeys, of the slowest class of keys, in ms:\n"
		print "| events | key to frame, p99 | by its thread alone | while loading, p99 | search to screenful, p50 | p99 | by CPU | drill, p99 | first sort, p99 |"
		print "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
		for (i = 1; i <= z; i++) {
			s = sizes[i]
			printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", short(s), figure(frame[s]), figure(thread[s]), figure(while_[s]), figure(half[s]), figure(search[s]), figure(searchcpu[s]), figure(drill[s]), figure(sorted[s])
		}
	}
}
