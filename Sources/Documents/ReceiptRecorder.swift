public import Foundation
public import Notifications
public import Postgres

/// Writes what providers told later about messages that they took. Like a worker's result it only ever lifts a status,
/// so receipts may come late, twice and in any order.
public struct ReceiptRecorder: Sendable {
    private static let batchSize = 500
    /// How long a receipt is kept whose message nobody knows.
    private static let patience = "10 minutes"

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Records receipts of one provider. Those of messages that are not on record yet are kept, and tried again by
    /// ``recordWaiting(at:)``.
    /// - Parameter now: the time of Postgres.
    public func record(_ receipts: [Receipt], from provider: String, at now: Date) async throws -> RecordedReceipts {
        var recorded = RecordedReceipts()
        for start in stride(from: 0, to: receipts.count, by: ReceiptRecorder.batchSize) {
            let batch = Array(receipts[start..<min(start + ReceiptRecorder.batchSize, receipts.count)])
            recorded += try await pool.transaction { connection in
                let merged = try await merge(batch, provider, at: now, on: connection)
                if !merged.unknown.isEmpty {
                    try await connection.query(ReceiptStatements.keeping(merged.unknown, provider))
                }
                return RecordedReceipts(events: merged.events, waiting: merged.unknown.count)
            }
        }
        return recorded
    }

    /// Tries some of the receipts again that waited for their message, and forgets those that waited too long.
    public func recordWaiting(at now: Date) async throws -> RecordedReceipts {
        try await pool.transaction { connection in
            var recorded = RecordedReceipts()
            let rows = try await connection.query(ReceiptStatements.takingWaiting(ReceiptRecorder.batchSize))
            for (provider, receipts) in try Dictionary(grouping: rows.map(WaitingReceipt.init), by: \.provider) {
                recorded.events += try await merge(receipts.map(\.receipt), provider, at: now, on: connection).events
            }
            recorded.forgotten = try await connection.query(
                """
                DELETE FROM waiting_receipts
                WHERE received_at < now() - CAST(\(ReceiptRecorder.patience) AS interval)
                """
            ).affected
            return recorded
        }
    }

    /// Merges those receipts whose message is known and that say something new.
    private func merge(
        _ receipts: [Receipt], _ provider: String, at now: Date, on connection: PostgresConnection
    ) async throws -> (events: [StatusEvent], unknown: [Receipt]) {
        let adopted = receipts.filter { $0.reference != nil }
        if !adopted.isEmpty { try await connection.query(ReceiptStatements.adopting(adopted, provider)) }
        let ids = Array(Set(receipts.map(\.messageId)))
        var messages: [String: ToldMessage] = [:]
        for row in try await connection.query(ReceiptStatements.finding(ids, provider)) {
            messages[try row.get("message_id")] = try ToldMessage(row)
        }
        let unknown = receipts.filter { messages[$0.messageId] == nil }
        if messages.isEmpty { return ([], unknown) }

        let notifications = messages.values.map(\.reference.notificationId)
        // What was told is read under the documents' locks, so of two who bring the same receipt one sees the other's.
        let found = try await connection.pipelined([
            Documents.locking(notifications), ReceiptStatements.told(Array(messages.keys), provider),
        ])
        for row in found[1] { messages[try row.get(0)]?.told = Set(try row.get(1, as: [String].self)) }
        var merged = MergedReceipts(documents: try Documents.locked(found[0]), messages: messages, provider: provider)
        for receipt in receipts { merged.merge(receipt, at: now) }
        try await write(merged, on: connection)
        merged.sortDead()
        if !merged.dead.isEmpty {
            let rows = try await connection.query(ReceiptStatements.removingDevices(of: merged.dead.map(\.message)))
            merged.noteRemoved(try rows.map { Int(try $0.get(0, as: Int64.self)) - 1 }, at: now)
        }
        return (try await EventLog.append(merged.events, on: connection), unknown)
    }

    private func write(_ merged: MergedReceipts, on connection: PostgresConnection) async throws {
        let told = merged.newlyTold
        if told.isEmpty { return }
        try await connection.query(ReceiptStatements.telling(told, merged.provider))
        try await Documents.write(merged.changed, on: connection)
        if !merged.suppressions.isEmpty {
            try await connection.query(Suppressions.inserting(merged.suppressions, merged.provider))
        }
        if !merged.arrived.isEmpty { try await connection.query(ReceiptStatements.closing(merged.arrived)) }
    }

    /// Which messages are to be asked about now, by provider; at most 1,000.
    public func due() async throws -> [String: [String]] {
        let rows = try await pool.query(
            """
            SELECT provider, message_id FROM provider_messages
            WHERE poll_at <= now() ORDER BY poll_at LIMIT 1000
            """)
        var due: [String: [String]] = [:]
        for row in rows { due[try row.get(0), default: []].append(try row.get(1)) }
        return due
    }

    /// Has messages asked about again when they are twice as old, for a day in all; those of which something was told are
    /// left alone.
    public func postpone(_ messageIds: [String], of provider: String) async throws {
        try await pool.query(
            """
            UPDATE provider_messages SET poll_at = CASE WHEN now() - created_at < interval '24 hours'
                THEN now() + greatest(now() - created_at, interval '1 second') END
            WHERE provider = \(provider) AND message_id = ANY(\(messageIds)) AND poll_at IS NOT NULL
            """)
    }
}

/// What became of receipts.
public struct RecordedReceipts: Sendable {
    /// What the log now says, to be published.
    public var events: [StatusEvent] = []
    /// How many wait for their message.
    public var waiting = 0
    /// How many were given up.
    public var forgotten = 0

    public static func += (left: inout RecordedReceipts, right: RecordedReceipts) {
        left.events += right.events
        left.waiting += right.waiting
        left.forgotten += right.forgotten
    }
}
