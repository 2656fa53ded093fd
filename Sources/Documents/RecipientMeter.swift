public import Foundation
public import Notifications
public import Postgres

/// Counts what users get, where their tenant limits it.
///
/// In Postgres, one row for each user and channel, locked while it is decided: so limits hold over all processes exactly,
/// and a Redis that is wiped or away neither lifts them nor keeps anything from being accepted. Where nothing is limited,
/// nobody comes here.
public struct RecipientMeter: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Books charges one after another, each as a whole or not at all, in the caller's transaction: they count if that is
    /// committed. Locks the accounts in the order of their keys, so that two processes never wait for each other in a ring;
    /// those that are not there yet are made.
    static func book(
        _ charges: [LimitCharge], at now: Date, on connection: PostgresConnection
    ) async throws -> [LimitLedger.Answer] {
        let accounts = Columns(charges)
        let rows = try await connection.query(
            """
            INSERT INTO recipient_times AS t (tenant, user_id, channel, category, times)
            SELECT tenant, user_id, channel, category, '[]'
            FROM unnest(\(accounts.tenants), \(accounts.userIds), \(accounts.channels), \(accounts.categories))
                AS a(tenant, user_id, channel, category)
            ORDER BY tenant, user_id, channel, category
            ON CONFLICT (tenant, user_id, channel, category) DO UPDATE SET times = t.times
            RETURNING tenant, user_id, channel, category, times
            """)
        var ledger = try LimitLedger(rows, at: now)
        let answers = charges.map { ledger.book($0) }
        if !ledger.changed.isEmpty { try await connection.query(writing(ledger)) }
        return answers
    }

    /// What ``book(_:at:on:)`` would answer. Nothing is written.
    public func look(_ charges: [LimitCharge], at now: Date) async throws -> [LimitLedger.Answer] {
        let accounts = Columns(charges)
        let rows = try await pool.query(
            """
            SELECT t.tenant, t.user_id, t.channel, t.category, t.times
            FROM unnest(\(accounts.tenants), \(accounts.userIds), \(accounts.channels), \(accounts.categories))
                AS a(tenant, user_id, channel, category)
            JOIN recipient_times t ON t.tenant = a.tenant AND t.user_id = a.user_id AND t.channel = a.channel
                AND t.category = a.category
            """)
        var ledger = try LimitLedger(rows, at: now)
        return charges.map { ledger.book($0) }
    }

    private static func writing(_ ledger: LimitLedger) -> PostgresQuery {
        let changed = Columns(Array(ledger.changed))
        let times = changed.accounts.map { account in
            JSONB(.array(ledger.times[account, default: []].map { .number("\($0.timeIntervalSince1970)") }))
        }
        return """
            UPDATE recipient_times t SET times = a.times, updated_at = now()
            FROM unnest(
                \(changed.tenants), \(changed.userIds), \(changed.channels), \(changed.categories), \(times)
            ) AS a(tenant, user_id, channel, category, times)
            WHERE t.tenant = a.tenant AND t.user_id = a.user_id AND t.channel = a.channel AND t.category = a.category
            """
    }
}

/// Accounts, each named once, as they are bound to a statement. What is of a type has it behind the channel,
/// `email/marketing`; a category that is none is empty: no caller's is.
private struct Columns {
    let accounts: [LimitCharge.Account]

    init(_ charges: [LimitCharge]) { self.init(Array(Set(charges.flatMap(\.accounts)))) }

    init(_ accounts: [LimitCharge.Account]) { self.accounts = accounts }

    var tenants: [String] { accounts.map(\.tenant) }
    var userIds: [String] { accounts.map(\.userId) }
    var channels: [String] {
        accounts.map { account in
            let channel = account.channel.rawValue
            return if case .type(let type) = account.kind { "\(channel)/\(type.rawValue)" } else { channel }
        }
    }
    var categories: [String] {
        accounts.map { if case .category(let name) = $0.kind { name } else { "" } }
    }
}

extension LimitLedger {
    fileprivate init(_ rows: PostgresResult, at now: Date) throws {
        var times: [LimitCharge.Account: [Date]] = [:]
        for row in rows {
            let words = try row.get(2, as: String.self).split(separator: "/").map(String.init)
            guard let channel = words.first.flatMap(NotificationChannel.init) else { continue }
            let type = words.dropFirst().first.flatMap(NotificationType.init)
            let category: String = try row.get(3)
            let account = LimitCharge.Account(
                tenant: try row.get(0), userId: try row.get(1), channel: channel,
                kind: type.map { .type($0) } ?? (category.isEmpty ? .all : .category(category)))
            times[account] = try row.get(4, as: JSONB.self).json.array?.compactMap { $0.seconds }
        }
        self.init(times, at: now)
    }
}

extension JSON {
    /// The instant that a number of seconds stands for.
    fileprivate var seconds: Date? {
        if case .number(let text) = self { Double(text).map { Date(timeIntervalSince1970: $0) } } else { nil }
    }
}
