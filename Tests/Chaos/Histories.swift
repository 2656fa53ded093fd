import Foundation

/// All that is known of a run, read back from its folder.
struct Histories: Sendable {
    var record: RunRecord
    var callers: [HistoryEntry] = []
    var faults: [HistoryEntry] = []
    /// In the order in which the provider took them.
    var accepts: [ProviderAccept] = []
    /// Calls that the receiver of webhooks got.
    var webhooks: [HistoryEntry] = []
    var subscriber: [HistoryEntry] = []
    var audits: [HistoryEntry] = []
    var final = FinalState()

    init(record: RunRecord) { self.record = record }

    init(folder: String) throws {
        func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
                throw ChaosError.malformed("\(folder)/\(name)")
            }
            return try JSONDecoder().decode(type, from: data)
        }
        self.init(record: try decode(RunRecord.self, HistoryFile.record))
        callers = try HistoryLog.read("\(folder)/\(HistoryFile.callers)")
        faults = try HistoryLog.read("\(folder)/\(HistoryFile.faults)")
        webhooks = try HistoryLog.read("\(folder)/\(HistoryFile.webhooks)")
        subscriber = try HistoryLog.read("\(folder)/\(HistoryFile.subscriber)")
        audits = try HistoryLog.read("\(folder)/\(HistoryFile.audits)")
        final = try decode(FinalState.self, HistoryFile.final)
        let journal = FileManager.default.contents(atPath: "\(folder)/\(HistoryFile.journal)") ?? Data()
        accepts = try String(decoding: journal, as: UTF8.self).split(separator: "\n").map { line in
            guard let accept = ProviderAccept(journalLine: line) else { throw ChaosError.malformed("a journal line") }
            return accept
        }
        accepts += webhooks.compactMap(ProviderAccept.init)
    }
}

/// The names of a run's files.
enum HistoryFile {
    static let record = "run.json"
    static let callers = "callers.jsonl"
    static let faults = "faults.jsonl"
    static let webhooks = "webhooks.jsonl"
    static let subscriber = "subscriber.jsonl"
    static let audits = "audits.jsonl"
    static let journal = "journal"
    static let final = "final.json"
    static let verdict = "verdict.json"
}
