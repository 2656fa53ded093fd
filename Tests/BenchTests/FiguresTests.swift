import Foundation
import Notifications
import Testing

@testable import Bench

struct FiguresTests {
    @Test func percentilesAreByNearestRank() {
        #expect(Percentiles((1...100).map { Double($0) }.shuffled()) == Percentiles(p50: 50, p95: 95, p99: 99))
        #expect(Percentiles([7]) == Percentiles(p50: 7, p95: 7, p99: 7))
        #expect(Percentiles([]) == nil)
    }

    @Test func whatWasAcceptedAndNotDeliveredIsLostAndWhatCameTwiceIsDuplicated() {
        let ids = (0..<4).map { _ in UUID() }
        let verdict = Verdict(accepted: ids, delivered: [ids[0], ids[1], ids[1], ids[2], ids[2], ids[2]])
        #expect(verdict.lost == 1)
        #expect(verdict.duplicated == 3)
    }

    @Test func mediansAreOfEachFigureAndLossesAddUp() {
        let runs = [3.0, 1, 2].map { value in
            var figures = EndToEndFigures()
            figures.acceptedPerSecond = value
            figures.residentMiB = ["api": value * 10]
            figures.hotShare = value == 3 ? nil : value
            figures.lost = 1
            return figures
        }
        let medians = EndToEndFigures(medianOf: runs)
        #expect(medians.acceptedPerSecond == 2)
        #expect(medians.residentMiB == ["api": 20])
        #expect(medians.hotShare == 2)
        #expect(medians.lost == 3)
    }

    @Test func aQueueReportShowsMediansAndHowFarTheyAreToBeTrusted() {
        let report = QueueReport(
            runs: [
                ["settledPerSecond.1": 3.4, "floorRatio": 0.5], ["settledPerSecond.1": 1], ["settledPerSecond.1": 2],
            ])
        let expected: JSON = [
            "runs": 3, "settledPerSecond": ["1": 2], "floorRatio": .number("0.50"),
            "range": ["settledPerSecond": ["1": [1, 3]], "floorRatio": [.number("0.50"), .number("0.50")]],
        ]
        #expect(report.json == expected)
        let lines = report.table.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[1].hasPrefix("claimed and settled a second, 1 process"))
        #expect(lines[1].hasSuffix("1 – 3"))
    }

    @Test func everyFigureStandsInTheReportOnce() {
        let names = QueueReport.entries.map(\.name)
        #expect(Set(names).count == names.count)
    }

    /// Scripts and documents go by these.
    @Test(arguments: [
        "enqueuePerSecond.single", "enqueuePerSecond.pipelined32", "enqueuePerSecond.batch500", "settledPerSecond.1",
        "settledPerSecond.2", "settledPerSecond.4", "floorSettledPerSecond", "claimMicros.1000", "claimMicros.1000000",
        "bytesPerDelivery", "idleCommandsPerSecond", "pickupMs.p99", "criticalBehindMillionMs.p99",
        "smallTenantP99Ratio", "rateMeanRatio", "rateWorstSecond",
    ])
    func figureKeepsItsName(name: String) { #expect(QueueReport.entries.contains { $0.name == name }) }

    @Test func aRateIsJudgedByItsMeanAndItsFullestSecond() {
        let moments = [0, 0.5, 0.999, 1, 1.4, 1.6, 4]
        let figures = RatePart.figures(moments.shuffled(), ProviderLimits(ratePerSecond: 2, burst: 3))
        #expect(figures == ["rateMeanRatio": 0.75, "rateWorstSecond": 0.8])
        #expect(RatePart.figures([1], ProviderLimits(ratePerSecond: 2)) == [:])
    }

    @Test func aHandledProbeIsFoundInTheJournal() throws {
        let path = "/tmp/belfry-probe-journal-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try ProbeJournal(path: path)
        let id = Probe.makeId()
        writer.note(UUID())
        writer.note(id)
        var journal = DeliveryJournal(path: path)
        #expect(try journal.read().map(\.notificationId) == [id])
    }

    @Test func aProbeIsToldFromOtherJobsByItsId() {
        #expect(Probe.isProbe(Probe.makeId()))
        #expect(!Probe.isProbe(UUID()))
    }

    @Test func commandsSentByClientsAreToldFromThoseOfScripts() {
        let info = """
            # Commandstats\r
            cmdstat_evalsha:calls=10,usec=5,usec_per_call=0.5\r
            cmdstat_hset:calls=30,usec=5,usec_per_call=0.5\r
            cmdstat_script|load:calls=2,usec=5,usec_per_call=0.5\r
            """
        let calls = RedisCalls(info: info)
        #expect(calls.sent == 12)
        #expect(calls.all == 42)
    }

    @Test func aProcessKnowsWhatItUses() throws {
        let usage = try #require(ProcessUsage(processIdentifier: getpid()))
        #expect(usage.peakResidentBytes > 1 << 20)
        #expect(usage.cpu > .zero)
        #expect(ProcessUsage(processIdentifier: -1) == nil)
    }

    @Test func aJournalIsReadOnAndHalfALineWaits() throws {
        let path = "/tmp/belfry-bench-journal-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let id = UUID()
        let line = "1700000000500000 push.fcm \(id) d1 1 accepted \(id):push.fcm:d1:1 7\n"
        try (line + line.prefix(20)).write(toFile: path, atomically: false, encoding: .utf8)
        var journal = DeliveryJournal(path: path)
        let entry = DeliveryJournal.Entry(at: Date(timeIntervalSince1970: 1_700_000_000.5), notificationId: id)
        #expect(try journal.read() == [entry])
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(line.dropFirst(20).utf8))
        #expect(try journal.read() == [entry])
        #expect(try journal.read().isEmpty)
    }
}
