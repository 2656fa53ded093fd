import Foundation
import Notifications
public import Postgres

/// Writes what attempts came to: the one place where a worker's result changes a status.
///
/// A batch is one transaction: fences are compared, documents locked in the order of their ids and merged in Swift, the
/// log appended. Merging only ever climbs the lattice, so a result may come late, twice, or under a dead permit.
public struct OutcomeRecorder: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Records a batch, all or nothing, and says of each whether its permit was current. Two round trips: what must be
    /// read first, and what follows from it with the commit; one more where a device is dead.
    public func record(_ records: [AttemptRecord]) async throws -> [RecordedAttempt] {
        try await pool.transaction { connection in
            let ids = records.map(\.permit.notificationId)
            let found = try await connection.pipelined([closeOrPostpone(records), Documents.locking(ids)])
            let (current, cancelled) = try stillCurrent(records, found[0])
            let known = try Documents.locked(found[1])
            let (merged, changed) = merge(records, current: current, into: known)
            let endpoints = EndpointOutcomes(records.indices.filter { current[$0] }.map { records[$0] })
            let documents = changed.filter { !endpoints.finished.contains($0.key) }
            let removals = try await DeadDevices(
                records, at: records.indices.filter { current[$0] || records[$0].goesOn }
            ).remove(on: connection)
            let own = merged.indices.map { merged[$0].events(removing: removals[$0] ?? []) }
            let events = own.flatMap(\.self)
            // The log comes first, so that its numbers are the first result.
            var writes = events.isEmpty ? [] : [EventLog.appending(events)]
            if !documents.isEmpty { writes.append(Documents.writing(documents)) }
            writes += sideEffects(of: records.indices.filter { current[$0] }.map { records[$0] })
            writes += endpoints.statements
            // Of what was sent under a permit that had ended there are receipts too.
            let messages = records.filter { known[$0.permit.notificationId] != nil }.flatMap(ProviderMessage.all)
            if !messages.isEmpty { writes.append(ProviderMessage.inserting(messages)) }
            let written = try await connection.committing(writes)
            var logged = try events.isEmpty ? [] : EventLog.numbered(events, by: written[0])[...]
            return records.indices.map { index in
                let events = own[index].compactMap { _ in logged.popFirst() }
                var record = records[index]
                // Not tried again but asked for at once, to be told that it was cancelled.
                if cancelled[index] { record.decision = .retry(after: .zero, spendsAttempt: true) }
                return RecordedAttempt(record: record, wasCurrent: current[index], events: events)
            }
        }
    }

    /// Deletes the deliveries that are done and sets the others' next time, where the fence is still ours; answers which,
    /// and whether somebody cancelled them.
    /// Of what ended before anybody held a permit there is no fence; then the round tells a re-driven delivery from the
    /// one before.
    private func closeOrPostpone(_ records: [AttemptRecord]) -> PostgresQuery {
        """
        WITH report AS MATERIALIZED (
            SELECT * FROM unnest(
                \(records.map(\.permit.route.rawValue)), \(records.map(\.permit.notificationId)),
                \(records.map(\.permit.fence)), \(records.map(\.retrySeconds)),
                \(records.map { Int32($0.unspentAttempts) }), \(records.map { Int32($0.permit.round) }),
                \(records.map(\.goesOn))
            ) WITH ORDINALITY AS r(route, id, fence, retry_seconds, unspent, round, goes_on, place)
        ), closed AS (
            DELETE FROM deliveries d USING report r
            WHERE \(deliveryOf: "r") AND d.fence IS NOT DISTINCT FROM r.fence
                AND d.round = r.round AND r.retry_seconds IS NULL AND NOT r.goes_on
            RETURNING r.place
        ), postponed AS (
            UPDATE deliveries d
            SET fence = NULL, permit_until = NULL, attempts = d.attempts - r.unspent,
                not_before = now() + CASE WHEN d.cancelled THEN interval '0' ELSE make_interval(secs => r.retry_seconds) END
            FROM report r
            WHERE \(deliveryOf: "r") AND d.fence = r.fence
                AND r.retry_seconds IS NOT NULL
            RETURNING r.place, d.cancelled
        )
        SELECT place, false AS cancelled FROM closed UNION ALL SELECT place, cancelled FROM postponed
        """
    }

    /// Of each report whether its permit was still the delivery's own, and whether its retry was cancelled meanwhile.
    private func stillCurrent(
        _ records: [AttemptRecord], _ rows: PostgresResult
    ) throws -> (current: [Bool], cancelled: [Bool]) {
        var current = records.map { _ in false }
        var cancelled = current
        for row in rows {
            let index = Int(try row.get(0, as: Int64.self)) - 1
            current[index] = true
            cancelled[index] = try row.get(1)
        }
        return (current, cancelled)
    }

    /// Merges every result into its document. Several results of one document are merged one after another.
    ///
    /// - Returns: what became of each, and the documents to be written.
    private func merge(
        _ records: [AttemptRecord], current: [Bool], into documents: [UUID: [NotificationChannel: ChannelState]]
    ) -> ([MergedAttempt], [UUID: [NotificationChannel: ChannelState]]) {
        var documents = documents
        var changed: Set<UUID> = []
        let merged = records.indices.map { index in
            let id = records[index].permit.notificationId
            guard var channels = documents[id] else { return MergedAttempt(event: nil) }
            let attempt = MergedAttempt(records[index], isCurrent: current[index], into: &channels)
            documents[id] = channels
            changed.insert(id)
            return attempt
        }
        return (merged, documents.filter { changed.contains($0.key) })
    }

    /// What a current result leaves behind besides its status: a dead letter, an unread entry.
    private func sideEffects(of records: [AttemptRecord]) -> [PostgresQuery] {
        var statements: [PostgresQuery] = []
        let dead = records.filter(\.isDeadLetter)
        if !dead.isEmpty { statements.append(SideEffects.deadLetters(dead)) }
        let unread = records.filter { $0.decision == .settle(.unread, deadLetter: false) }
        if !unread.isEmpty { statements.append(SideEffects.unread(unread)) }
        let suppressed = records.filter(\.isAddressDead).compactMap(SuppressedAddress.init)
        if !suppressed.isEmpty { statements.append(Suppressions.inserting(suppressed)) }
        return statements
    }
}
