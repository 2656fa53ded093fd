import Foundation
import Testing

@testable import chaos

/// Histories are read as they were written, by whoever comes later.
struct HistoryTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "belfry-history-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test func entriesAreReadAsTheyWereWritten() throws {
        try withFolder { folder in
            let entries = [
                HistoryEntry("caller", .invoke, "r1", at: 1),
                HistoryEntry("caller", .ok, "r1", at: 2, status: 202, ids: ["a", "b"], note: "replayed"),
            ]
            let log = try HistoryLog(path: "\(folder)/callers.jsonl")
            for entry in entries { log.note(entry) }
            #expect(try HistoryLog.read("\(folder)/callers.jsonl") == entries)
            #expect(try HistoryLog.read("\(folder)/missing").isEmpty)
        }
    }

    @Test func wholeRunIsReadBackAndJudgedTheSame() throws {
        try withFolder { folder in
            let record = RunRecord(
                run: .kill, seed: 3, seconds: 1, expectation: Expectation(minimumRate: 0, faults: [.workerKill: 1]))
            let final = FinalState(
                documents: [.init(id: "a", request: "r1", statuses: ["email": "sent"])],
                events: [], deadLetters: [], openDeliveries: 0)
            try JSONEncoder().encode(record).write(to: URL(filePath: "\(folder)/\(HistoryFile.record)"))
            try JSONEncoder().encode(final).write(to: URL(filePath: "\(folder)/\(HistoryFile.final)"))
            try HistoryLog(path: "\(folder)/\(HistoryFile.callers)").note(
                HistoryEntry("caller", .ok, "r1", at: 2, ids: ["a"]))
            try HistoryLog(path: "\(folder)/\(HistoryFile.faults)").note(
                HistoryEntry("chaos", .ok, "workerKill", at: 2))
            try HistoryLog(path: "\(folder)/\(HistoryFile.webhooks)").note(
                HistoryEntry("receiver", .ok, "msg_1", at: 9, ids: ["b"], note: "hang"))
            try "7 email a a@example.com 1 accepted a:email:a%20b:1 41\n".write(
                toFile: "\(folder)/\(HistoryFile.journal)", atomically: true, encoding: .utf8)
            let histories = try Histories(folder: folder)
            #expect(histories.record == record && histories.final == final)
            #expect(
                histories.accepts == [
                    ProviderAccept(at: 7, notification: "a", idempotencyKey: "a:email:a%20b:1", attempt: 1, fence: 41)
                ])
            #expect(Judge.verdict(on: histories).accepted == 1)
        }
    }

    @Test func damagedJournalIsNotReadAsASmallerOne() throws {
        try withFolder { folder in
            let record = RunRecord(
                run: .kill, seed: 3, seconds: 1, expectation: Expectation(minimumRate: 0, faults: [:]))
            try JSONEncoder().encode(record).write(to: URL(filePath: "\(folder)/\(HistoryFile.record)"))
            try JSONEncoder().encode(FinalState()).write(to: URL(filePath: "\(folder)/\(HistoryFile.final)"))
            try "7 email a\n".write(toFile: "\(folder)/\(HistoryFile.journal)", atomically: true, encoding: .utf8)
            #expect(throws: ChaosError.self) { try Histories(folder: folder) }
        }
    }

    @Test func ownerOfAConnectionIsFoundInTheKernelsTable() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0
               1: 0100007F:00C8 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 42 1 0
            """
        #expect(SocketOwner.inode(ofLocalPort: 200, in: table) == 42)
        #expect(SocketOwner.inode(ofLocalPort: 8080, in: table) == 11)
        #expect(SocketOwner.inode(ofLocalPort: 9, in: table) == nil)
    }

    @Test func publishedSentenceHasTheFiguresOfAllRuns() {
        var total = Total()
        var kill = Verdict(run: .kill)
        (kill.accepted, kill.duplicated, kill.faults) = (10, 3, [.workerKill: 4])
        var redis = Verdict(run: .redis)
        (redis.accepted, redis.faults) = (5, [.redisWipe: 2, .redisFailover: 1])
        total.add(kill)
        total.add(redis)
        #expect(
            total.sentence == """
                15 notifications through 4 worker kills, 2 Redis wipes, 1 failovers and 0 database outages: 0 lost; \
                3 duplicates, 3 of them each matched to an attempt recorded as unknown; 0 from Redis.
                """)
    }
}
