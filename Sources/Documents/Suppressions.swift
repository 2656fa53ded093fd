import Notifications
import Postgres

/// An address that is to be suppressed.
struct SuppressedAddress {
    var tenant: String
    var channel: NotificationChannel
    var address: String
    var reason: Suppression.Reason
    var provider: String?
}

/// Statements about suppressed addresses.
enum Suppressions {
    static func inserting(_ addresses: [SuppressedAddress]) -> PostgresQuery {
        """
        INSERT INTO suppressions (tenant, channel, address_hash, reason, provider)
        SELECT DISTINCT ON (tenant, channel, hash) tenant, channel, hash, reason, provider
        FROM (
            SELECT *, CASE channel WHEN 'webhook' THEN \(hashOfColumn: "address", on: .webhook)
                ELSE \(hashOfColumn: "address", on: .email) END AS hash
            FROM unnest(
                \(addresses.map(\.tenant)), \(addresses.map(\.channel.rawValue)), \(addresses.map(\.address)),
                \(addresses.map(\.reason.rawValue)), \(addresses.map(\.provider))
            ) AS u(tenant, channel, address, reason, provider)
        ) AS h
        ORDER BY tenant, channel, hash, reason = 'unsubscribed'
        \(unescaped: strongerWins)
        """
    }

    /// The addresses that receipts speak against: those that their messages went to.
    static func inserting(_ reasons: [String: Suppression.Reason], _ provider: String) -> PostgresQuery {
        let ordered = reasons.sorted { $0.key < $1.key }
        return """
            INSERT INTO suppressions (tenant, channel, address_hash, reason, provider)
            SELECT DISTINCT ON (n.tenant, m.route, m.address_hash)
                n.tenant, m.route, m.address_hash, u.reason, m.provider
            FROM unnest(\(ordered.map(\.key)), \(ordered.map(\.value.rawValue))) AS u(message_id, reason)
            JOIN provider_messages m ON m.provider = \(provider) AND m.message_id = u.message_id
            JOIN notifications n ON n.id = m.notification_id
            WHERE m.address_hash IS NOT NULL
            ORDER BY n.tenant, m.route, m.address_hash, u.reason = 'unsubscribed'
            \(unescaped: strongerWins)
            """
    }

    /// What makes addresses equal that are written otherwise: of a URL nothing does.
    fileprivate static func folding(_ channel: NotificationChannel) -> String { channel == .webhook ? "" : "lower" }

    /// Who only wants no marketing may turn out to be unreachable; the other way round nothing changes.
    private static let strongerWins = """
        ON CONFLICT (tenant, channel, address_hash) DO UPDATE
        SET reason = excluded.reason, provider = excluded.provider, created_at = now()
        WHERE suppressions.reason = 'unsubscribed' AND excluded.reason <> 'unsubscribed'
        """
}

extension PostgresQuery.StringInterpolation {
    /// The hash by which an address is known, of a value.
    mutating func appendInterpolation(hashOf address: String, on channel: NotificationChannel) {
        appendLiteral("sha256(convert_to(\(Suppressions.folding(channel))(")
        appendInterpolation(address)
        appendLiteral("), 'UTF8'))")
    }

    /// The hash by which an address is known, of a column or an expression of ours; null of null.
    mutating func appendInterpolation(hashOfColumn expression: String, on channel: NotificationChannel) {
        appendLiteral("sha256(convert_to(\(Suppressions.folding(channel))(\(expression)), 'UTF8'))")
    }

    /// Why nothing is to be sent to the recipient of document `n`, whose user is `r`, on a route; null where nothing
    /// speaks against it. The caller's own words about the address go before what is known of the user.
    mutating func appendInterpolation(suppressionOn route: Route) {
        guard Suppression.channels.contains(route.channel) else { return appendLiteral("NULL::text") }
        let name = route == .email ? "email" : route == .sms ? "phone" : "webhookUrl"
        appendLiteral("(SELECT s.reason FROM suppressions s WHERE s.tenant = n.tenant AND s.channel = ")
        appendInterpolation(route.channel.rawValue)
        appendLiteral(" AND s.address_hash = ")
        let address = "coalesce(n.content -> 'to' ->> '\(name)', r.profile ->> '\(name)')"
        appendInterpolation(hashOfColumn: address, on: route.channel)
        appendLiteral(" AND (s.reason <> 'unsubscribed' OR n.content ->> 'type' = 'marketing'))")
    }
}

extension SuppressedAddress {
    /// The address that a provider called dead; nil on a route where none is suppressed.
    init?(_ record: AttemptRecord) {
        guard let address = record.permit.suppressibleAddress else { return nil }
        self.init(
            tenant: record.permit.tenant, channel: record.permit.route.channel, address: address, reason: .bounced,
            provider: record.result.provider)
    }
}
