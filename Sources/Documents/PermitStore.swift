public import Foundation
public import Notifications
public import Postgres
import Telemetry

/// Grants the right to send: the one place where it is decided that a delivery goes out now.
public struct PermitStore: Sendable {
    let pool: PostgresPool
    let timing: DeliveryTiming
    let maximumAttempts: Int
    let metrics: PermitMetrics
    /// Crashes at which a delivery is suspected of causing them. One is not enough: a killed worker leaves one with
    /// everything it had in flight, and that is to be sent again at full speed.
    static let suspectCrashes = 2
    /// Crashes at which a delivery is given up as poison.
    static let maximumCrashes = 3
    /// How soon to ask again for what somebody else holds locked, or for one suspect too many.
    static let shortWait: Duration = .milliseconds(250)

    public init(
        pool: PostgresPool, timing: DeliveryTiming, maximumAttempts: Int, metrics: PermitMetrics = PermitMetrics()
    ) {
        self.pool = pool
        self.timing = timing
        self.maximumAttempts = maximumAttempts
        self.metrics = metrics
    }

    /// Takes permits for deliveries of one route and returns their documents, in one statement unless
    /// something is unusual.
    /// - Parameters:
    ///   - ids: at most 64.
    ///   - suspects: how many suspects may be granted.
    /// - Returns: an answer for every id, and the events of attempts that were found to have ended unknown.
    public func take(
        _ ids: [UUID], route: Route, provider: String, suspects: Int
    ) async throws -> (answers: [UUID: PermitAnswer], events: [StatusEvent]) {
        var query = PermitQuery(store: self, route: route, provider: provider, suspects: suspects)
        var answers: [UUID: PermitAnswer] = [:]
        var abandoned: [UUID] = []
        for row in try await rows(query, ids) {
            if row.verdict == .abandoned {
                abandoned.append(row.id)
            } else {
                answers[row.id] = try row.answer(on: route)
            }
        }
        let missing = ids.filter { answers[$0] == nil && !abandoned.contains($0) }
        let locked = await locked(missing, on: route)
        for id in missing {
            let isLocked = locked.contains(id)
            metrics.answers[isLocked ? .locked : .gone].add()
            answers[id] = isLocked ? .refused(after: PermitStore.shortWait) : .gone
        }
        if abandoned.isEmpty { return (answers, []) }
        for id in abandoned { answers[id] = .refused(after: PermitStore.shortWait) }
        query.suspects -= answers.values.count(where: \.grantsSuspect)
        do {
            let events = try await bury(abandoned, on: route)
            for row in try await rows(query, abandoned) {
                answers[row.id] = try row.answer(on: route)
            }
            return (answers, events)
        } catch is PostgresError {
            // The other permits are granted by now: they must be used, whatever becomes of these.
            return (answers, [])
        }
    }

    private func rows(_ query: PermitQuery, _ ids: [UUID]) async throws -> [PermitRow] {
        let rows = try await pool.query(query.statement(ids)).map(PermitRow.init)
        for row in rows { metrics.answers[row.verdict].add() }
        return rows
    }

    /// Which of those that the statement left out somebody has locked; the others are gone. The permits that it granted
    /// must be used, so where Postgres does not say, all of them count as locked and are asked for again.
    private func locked(_ ids: [UUID], on route: Route) async -> Set<UUID> {
        if ids.isEmpty { return [] }
        let rows = try? await pool.query(
            """
            SELECT d.notification_id FROM \(deliveriesOn: route, ids)
            """
        ).map { try $0.get(0, as: UUID.self) }
        return Set(rows ?? ids)
    }

    /// Ends permits whose worker never reported: the attempt is on record as unknown, and the crash is counted, in one
    /// step. Rare, so the usual way of a permit does not pay for it. What somebody has locked, such as a late report
    /// of it, is left alone.
    private func bury(_ ids: [UUID], on route: Route) async throws -> [StatusEvent] {
        try await pool.transaction { connection in
            let rows = try await connection.query(
                """
                WITH dead AS MATERIALIZED (
                    SELECT d.* FROM \(deliveriesOn: route, ids, "FOR UPDATE SKIP LOCKED")
                    WHERE d.permit_until IS NOT NULL
                        AND greatest(d.permit_until, pg_postmaster_start_time()) + \(seconds: timing.grace) <= now()
                )
                UPDATE deliveries d SET fence = NULL, permit_until = NULL, crashes = d.crashes + 1
                FROM dead JOIN notifications n ON n.id = dead.notification_id
                WHERE d.ctid = dead.ctid
                RETURNING d.notification_id, d.tenant, n.user_id, d.attempts, d.provider, now(),
                    n.channels -> \(route.channel.rawValue) ->> 'status'
                """)
            let events: [StatusEvent] = try rows.compactMap { row in
                // Of what Belfry tells by itself nobody is told.
                if HouseTenant.isOne(try row.get(1)) { return nil }
                return StatusEvent(
                    notificationId: try row.get(0), tenant: try row.get(1), userId: try row.get(2),
                    channel: route.channel, route: route, status: try row.get(6), outcome: "unknown",
                    attempt: Int(try row.get(3, as: Int32.self)), provider: try row.get(4), failure: .permitLost,
                    at: try row.get(5))
            }
            return try await EventLog.append(events, on: connection)
        }
    }

    /// Gives permits back unused: nothing was sent, so nothing is counted.
    public func giveBack(_ permits: [Permit]) async throws {
        try await pool.query(
            """
            UPDATE deliveries d SET fence = NULL, permit_until = NULL, attempts = d.attempts - 1
            FROM unnest(\(permits.map(\.route.rawValue)), \(permits.map(\.notificationId)), \(permits.map(\.fence)))
                AS p(route, id, fence)
            WHERE \(deliveryOf: "p") AND d.fence = p.fence
            """)
    }
}
