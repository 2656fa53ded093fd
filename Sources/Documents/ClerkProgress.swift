import Foundation
import Postgres

/// How far a clerk has come that goes through everything there is.
enum ClerkProgress: String {
    case texts
    case acceptedStats = "stats.accepted"
    case eventStats = "stats.events"

    struct Kept {
        /// Of who goes by the ids of notifications.
        var place: UUID
        /// Of who goes by the numbers of events.
        var number: Int64
        /// When there was nothing more to do up to there.
        var at: Date?
    }

    /// Nil for a clerk that has not begun.
    func kept(_ pool: PostgresPool) async throws -> Kept? {
        try await pool.query("SELECT place, number, at FROM clerk_progress WHERE clerk = \(rawValue)").first.map {
            Kept(place: try $0.get(0), number: try $0.get(1), at: try $0.get(2))
        }
    }

    /// Where to go on; whoever else asks waits until the transaction has ended.
    func lock(on connection: PostgresConnection) async throws -> Kept {
        let row = try await connection.query(
            """
            INSERT INTO clerk_progress AS p (clerk) VALUES (\(rawValue))
            ON CONFLICT (clerk) DO UPDATE SET clerk = p.clerk RETURNING place, number, at
            """)[0]
        return Kept(place: try row.get(0), number: try row.get(1), at: try row.get(2))
    }

    /// Keeps how far one has come; what is kept never goes back, so that of two who run at once neither undoes the other's.
    func keep(
        place: UUID = .lowest, number: Int64 = 0, at moment: Date? = nil, on connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO clerk_progress AS p (clerk, place, number, at)
            VALUES (\(rawValue), \(place), \(number), \(moment))
            ON CONFLICT (clerk) DO UPDATE SET place = greatest(p.place, excluded.place),
                number = greatest(p.number, excluded.number), at = coalesce(excluded.at, p.at)
            """)
    }
}
