import Foundation
import Notifications
import Postgres

/// The SQL of accepting: idempotency keys first, then the documents of those who won theirs, and what they say of their
/// users, in one transaction.
struct AcceptStatements: Sendable {
    let pool: PostgresPool

    /// What became of a submission, and its notifications where it was committed.
    struct Written {
        var answer: WriteAnswer
        var notifications: [AcceptedNotification] = []
    }

    /// Writes submissions, all in one transaction, and answers each in its place.
    func write(_ submissions: [Submission]) async throws -> [Written] {
        let claimants = submissions.indices.filter { submissions[$0].claim != nil }
        let isPlain = claimants.isEmpty && submissions.allSatisfy { $0.limits == nil }
        if isPlain, let only = AcceptStatements.statements(of: submissions).only {
            try await pool.query(only)
            return submissions.map { Written(answer: .accepted, notifications: $0.notifications) }
        }
        return try await pool.transaction { connection in
            var answers = submissions.map { _ in WriteAnswer.accepted }
            let stored = claimants.isEmpty ? [] : try await claim(claimants.map { submissions[$0] }, on: connection)
            for (index, answer) in zip(claimants, stored) { answers[index] = answer }
            var winners = submissions.indices.filter { answers[$0] == .accepted }.map { (place: $0, submissions[$0]) }
            let changes = try await settle(&winners, &answers, on: connection)
            try await connection.committing(changes + AcceptStatements.statements(of: winners.map(\.1)))
            var written = answers.map { Written(answer: $0) }
            for (place, submission) in winners { written[place].notifications = submission.notifications }
            return written
        }
    }

    /// Counts what users are to get of those that are limited, and takes out what there is no room for.
    /// - Returns: what is to become of their keys.
    private func settle(
        _ winners: inout [(place: Int, Submission)], _ answers: inout [WriteAnswer], on connection: PostgresConnection
    ) async throws -> [PostgresQuery] {
        let limits = winners.compactMap(\.1.limits)
        // What reaches back no further for one may still count for another.
        guard let now = limits.map(\.now).min() else { return [] }
        var booked = try await RecipientMeter.book(limits.flatMap(\.charges), at: now, on: connection)[...]
        var (kept, refused): ([Submission], [Submission]) = ([], [])
        winners = winners.compactMap { place, submission -> (place: Int, Submission)? in
            guard let limits = submission.limits else { return (place, submission) }
            let own = Array(booked.prefix(limits.charges.count))
            booked = booked.dropFirst(own.count)
            guard let (notifications, answer) = limits.settle(own) else {
                answers[place] = .limited(own)
                refused.append(submission)
                return nil
            }
            answers[place] = .booked(own, answer: answer)
            var submission = submission
            submission.notifications = notifications
            submission.claim?.answer = answer
            kept.append(submission)
            return (place, submission)
        }
        return [AcceptStatements.answering(kept), AcceptStatements.releasing(refused)].compactMap(\.self)
    }

    /// Notes the answers that were not known when their keys were claimed.
    private static func answering(_ submissions: [Submission]) -> PostgresQuery? {
        let claims = submissions.compactMap { submission in submission.claim.map { (submission, $0) } }
        if claims.isEmpty { return nil }
        return """
            UPDATE idempotency_keys k SET answer = n.answer, notification_id = n.notification_id
            FROM unnest(
                \(claims.map(\.0.tenant)), \(claims.map(\.1.key)), \(claims.map(\.1.answer)),
                \(claims.map { $0.0.notifications.count == 1 ? $0.0.notifications[0].id : nil })
            ) AS n(tenant, key, answer, notification_id)
            WHERE k.tenant = n.tenant AND k.key = n.key
            """
    }

    /// Gives up keys under which nothing was accepted: only what was is answered alike again.
    private static func releasing(_ submissions: [Submission]) -> PostgresQuery? {
        let claims = submissions.compactMap { submission in submission.claim.map { (submission.tenant, $0.key) } }
        if claims.isEmpty { return nil }
        return """
            DELETE FROM idempotency_keys k USING unnest(\(claims.map(\.0)), \(claims.map(\.1))) AS n(tenant, key)
            WHERE k.tenant = n.tenant AND k.key = n.key
            """
    }

    /// Claims the keys and says who won. Keys go in sorted, so that two processes never wait for each other in a ring;
    /// a key another process is just writing is waited for. A key older than a day counts as new.
    private func claim(_ submissions: [Submission], on connection: PostgresConnection) async throws -> [WriteAnswer] {
        let tenants = submissions.map(\.tenant)
        let keys = submissions.map { $0.claim?.key ?? "" }
        let fingerprints = submissions.map { $0.claim?.fingerprint ?? [] }
        let answers = submissions.map { $0.claim?.answer ?? "" }
        // An answer for several holds their ids only.
        let documents = submissions.map { $0.notifications.count == 1 ? $0.notifications[0].id : nil }
        let won = try await connection.query(
            """
            INSERT INTO idempotency_keys AS k (tenant, key, fingerprint, answer, notification_id)
            SELECT * FROM unnest(\(tenants), \(keys), \(fingerprints), \(answers), \(documents))
                AS n(tenant, key, fingerprint, answer, notification_id)
            ORDER BY tenant, key
            ON CONFLICT (tenant, key) DO UPDATE
            SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = now(),
                notification_id = excluded.notification_id
            WHERE k.created_at < now() - interval '24 hours'
            RETURNING tenant, key
            """)
        var winners: Set<[String]> = []
        for row in won { winners.insert([try row.get(0), try row.get(1)]) }
        if winners.count == submissions.count { return submissions.map { _ in .accepted } }
        let stored = try await storedAnswers(tenants: tenants, keys: keys, on: connection)
        return submissions.map { submission in
            guard let claim = submission.claim else { return .accepted }
            let place = [submission.tenant, claim.key]
            if winners.contains(place) { return .accepted }
            guard let first = stored[place], first.fingerprint == claim.fingerprint else { return .conflict }
            return .replay(answer: first.answer)
        }
    }

    /// What a claim would be answered, if its key was used within the day.
    func stored(_ claim: IdempotencyClaim, tenant: String) async throws -> WriteAnswer? {
        let row = try await pool.query(
            """
            SELECT fingerprint, answer FROM idempotency_keys
            WHERE tenant = \(tenant) AND key = \(claim.key) AND created_at >= now() - interval '24 hours'
            """
        ).first
        guard let row else { return nil }
        return try row.get(0) == claim.fingerprint ? .replay(answer: row.get(1)) : .conflict
    }

    private func storedAnswers(
        tenants: [String], keys: [String], on connection: PostgresConnection
    ) async throws -> [[String]: (fingerprint: [UInt8], answer: String)] {
        let rows = try await connection.query(
            """
            SELECT k.tenant, k.key, k.fingerprint, k.answer
            FROM unnest(\(tenants), \(keys)) AS n(tenant, key)
            JOIN idempotency_keys k ON k.tenant = n.tenant AND k.key = n.key
            """)
        var stored: [[String]: (fingerprint: [UInt8], answer: String)] = [:]
        for row in rows { stored[[try row.get(0), try row.get(1)]] = (try row.get(2), try row.get(3)) }
        return stored
    }

    /// What writes all that submissions ask for.
    private static func statements(of submissions: [Submission]) -> [PostgresQuery] {
        let notifications = submissions.flatMap(\.notifications)
        let broadcasts = submissions.compactMap(\.broadcast)
        let users = [SavedUsers(notifications)?.saving].compactMap(\.self)
        return users + AcceptStatements.writes(of: notifications)
            + (broadcasts.isEmpty ? [] : [BroadcastStore.insertion(of: broadcasts)])
    }

    /// What writes notifications: one statement, or three where they take the place of older ones.
    static func writes(of notifications: [AcceptedNotification]) -> [PostgresQuery] {
        if notifications.isEmpty { return [] }
        let collapse = Collapse(notifications)
        return [collapse?.locking, insertion(of: notifications), collapse?.flagging].compactMap(\.self)
    }

    /// One statement for documents, their deliveries and their place in the inbox: one round trip, atomic by itself.
    static func insertion(of notifications: [AcceptedNotification]) -> PostgresQuery {
        let work = notifications.flatMap { notification in notification.deliveries.map { (notification, $0) } }
        let unread = notifications.filter(\.isUnread)
        return """
            WITH documents AS (
                INSERT INTO notifications (id, tenant, user_id, created_at, content, channels)
                SELECT * FROM unnest(
                    \(notifications.map(\.id)), \(notifications.map(\.tenant)), \(notifications.map(\.userId)),
                    \(notifications.map(\.createdAt)), \(notifications.map { JSONB($0.content.json) }),
                    \(notifications.map { JSONB($0.channelsJSON) }))
            ), work AS (
                INSERT INTO deliveries
                    (notification_id, route, tenant, priority, cost, at_most_once, cancellation_key, collapse_key,
                    broadcast_id, not_before, expires_at)
                SELECT id, route, tenant, priority, cost, at_most_once, cancellation_key,
                    sha256(convert_to(collapse_group, 'UTF8')), broadcast_id, coalesce(due_at, now()), expires_at
                FROM unnest(
                    \(work.map(\.0.id)), \(work.map(\.1.route.rawValue)), \(work.map(\.0.tenant)),
                    \(work.map { Int16($0.0.content.priority.rawValue) }), \(work.map { Int32($0.1.cost) }),
                    \(work.map { $0.0.content.guarantee == .atMostOnce }), \(work.map(\.0.content.cancellationKey)),
                    \(work.map(\.0.collapseGroup)), \(work.map(\.0.content.broadcastId)),
                    \(work.map { $1.notBefore ?? $0.content.sendAt }), \(work.map(\.0.content.expiresAt))
                ) AS w(id, route, tenant, priority, cost, at_most_once, cancellation_key, collapse_group, broadcast_id,
                    due_at, expires_at)
            )
            INSERT INTO inbox_unread (tenant, user_id, notification_id)
            SELECT * FROM unnest(
                \(unread.map(\.tenant)), \(unread.map { $0.userId ?? "" }), \(unread.map(\.id)))
            """
    }
}

extension Array {
    /// The element of an array that has just one.
    fileprivate var only: Element? { count == 1 ? self[0] : nil }
}
