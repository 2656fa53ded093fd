import Foundation
import Logging
import Postgres
import Redis

/// Looks again and again whether Redis knows every delivery that somebody holds a permit for: results go to Postgres
/// first, so Redis may forget a delivery only once Postgres has closed or postponed it.
struct Auditor: Sendable {
    static let forgotten = "forgotten"

    let pool: PostgresPool
    let redis: RedisClient
    let history: HistoryLog

    /// Until cancelled. A look that fails says nothing.
    func run() async {
        while !Task.isCancelled {
            if let count = try? await look() {
                history.note(HistoryEntry("auditor", count == 0 ? .ok : .fail, Auditor.forgotten, note: "\(count)"))
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    /// How many deliveries were under one and the same permit before and after Redis was asked, and unknown to it.
    private func look() async throws -> Int {
        let before = try await permits()
        if before.isEmpty { return 0 }
        let ids = before.keys.sorted()
        let known =
            try await redis.execute(
                RedisCommand("HMGET", arguments: ["belfry:{email}:jobs"] + ids.map { RedisArgument($0) })
            ).array ?? []
        let missing = zip(ids, known).filter { $1.isNull }.map(\.0)
        if missing.isEmpty { return 0 }
        let after = try await permits()
        return missing.count { after[$0] == before[$0] }
    }

    /// The fences of e-mails that somebody may be sending.
    private func permits() async throws -> [String: Int64] {
        let rows = try await pool.query(
            "SELECT notification_id::text, fence FROM deliveries WHERE route = 'email' AND fence IS NOT NULL LIMIT 500")
        return Dictionary(
            try rows.map { (try $0.get(0, as: String.self), try $0.get(1, as: Int64.self)) }, uniquingKeysWith: { $1 })
    }
}
