// Package bench measures the house as a whole at the sizes of the field: the
// 70 workbooks of a city, 500,000 powers under check, 100,000 things to be
// found, every law text there is, one amendment over 1,700,000 powers, pages of
// the running program at a fixed rate of arrival.
//
// Every figure stands beside something measured in the same run: a peer
// (excelize reading the same files, a scan of the same texts, the cheapest
// answer the server has), the limit that was promised (of-limit, at most 1),
// and the rates of the machine (fsync/s, sha256-MB/s). Nothing here fails on
// time; what has no unit of time does fail when it is wrong.
//
// Latency is measured in an open loop: requests are sent at their scheduled
// instants whether or not earlier ones were answered, and the clock of each
// runs from its schedule, so that waiting counts.
//
//	go test -run - -bench . ./internal/bench           in full, some minutes
//	go test -short -run - -bench . ./internal/bench    a few seconds each, to see that all works
//	QINGDAN_BENCH_LARGE=1                              the check of 500,000 powers and the amendment over 1,700,000 too
//
// Two figures of the house are measured beside what they measure: group commit
// (BenchmarkActs in platform/ledger) and a workbook of 5,029 rows against
// excelize (BenchmarkBigWorkbook in stage/inventory/workbook).
package bench
