import Notifications
import Postgres

/// The statements of ``ReceiptRecorder``.
enum ReceiptStatements {
    /// Enters messages that nobody wrote down, by the reference of ours that came back: their outcome is in doubt, or on
    /// its way. Only of notifications that are there, and whose user is not erased.
    static func adopting(_ receipts: [Receipt], _ provider: String) -> PostgresQuery {
        let known = receipts.compactMap { receipt in receipt.reference.map { (receipt.messageId, $0) } }
        return """
            INSERT INTO provider_messages (provider, message_id, notification_id, route, target, round, attempt)
            SELECT DISTINCT ON (u.message_id) \(provider), u.message_id, u.id, u.route, u.target, u.round, 0
            FROM unnest(
                \(known.map(\.0)), \(known.map(\.1.notificationId)), \(known.map(\.1.route.rawValue)),
                \(known.map(\.1.targetId)), \(known.map { Int32($0.1.round) })
            ) AS u(message_id, id, route, target, round)
            JOIN notifications n ON n.id = u.id AND NOT jsonb_exists(n.channels, 'erased')
            WHERE NOT EXISTS (SELECT FROM provider_messages m
                WHERE m.provider = \(provider) AND m.message_id = u.message_id)
            """
    }

    /// The first row of each message: one that was in doubt may be entered again with its outcome.
    static func finding(_ ids: [String], _ provider: String) -> PostgresQuery {
        """
        SELECT DISTINCT ON (m.message_id) m.message_id, m.notification_id, m.route, m.target, m.round, m.attempt,
            m.created_at, n.tenant, n.user_id
        FROM provider_messages m JOIN notifications n ON n.id = m.notification_id
        WHERE m.provider = \(provider) AND m.message_id = ANY(\(ids))
        ORDER BY m.message_id, m.created_at
        """
    }

    /// What was told of each message.
    static func told(_ ids: [String], _ provider: String) -> PostgresQuery {
        """
        SELECT DISTINCT ON (message_id) message_id, told FROM provider_messages
        WHERE provider = \(provider) AND message_id = ANY(\(ids))
        ORDER BY message_id, created_at
        """
    }

    /// Notes what was told now. Of whom something is known nobody is asked again.
    static func telling(_ kinds: [String: [Receipt.Kind]], _ provider: String) -> PostgresQuery {
        let ordered = kinds.sorted { $0.key < $1.key }
        return """
            UPDATE provider_messages m SET told = m.told || string_to_array(u.kinds, ' '), poll_at = NULL
            FROM unnest(
                \(ordered.map(\.key)), \(ordered.map { $0.value.map(\.rawValue).joined(separator: " ") })
            ) AS u(message_id, kinds)
            WHERE m.provider = \(provider) AND m.message_id = u.message_id
            """
    }

    /// Ends deliveries that nobody holds a permit for and whose message arrived: it need not be sent again.
    static func closing(_ references: [DeliveryReference]) -> PostgresQuery {
        """
        DELETE FROM deliveries d
        USING unnest(
            \(references.map(\.notificationId)), \(references.map(\.route.rawValue)),
            \(references.map { Int32($0.round) })
        ) AS u(id, route, round)
        WHERE \(deliveryOf: "u") AND d.round = u.round AND d.fence IS NULL
        """
    }

    /// Removes devices that turned out to be dead, and answers whose (1 for the first). What was registered since, or shortly
    /// before the outcome was written, may be another token.
    static func removingDevices(of messages: [ToldMessage]) -> PostgresQuery {
        """
        DELETE FROM devices d
        USING unnest(
            \(messages.map(\.tenant)), \(messages.map { $0.userId ?? "" }), \(messages.map(\.reference.targetId)),
            \(messages.map(\.takenAt))
        ) WITH ORDINALITY AS u(tenant, user_id, device_id, taken_at, place)
        WHERE d.tenant = u.tenant AND d.user_id = u.user_id AND d.device_id = u.device_id
            AND d.last_seen_at < u.taken_at - interval '1 minute'
        RETURNING u.place
        """
    }

    static func keeping(_ receipts: [Receipt], _ provider: String) -> PostgresQuery {
        """
        INSERT INTO waiting_receipts (provider, message_id, kind, receipt)
        SELECT \(provider), message_id, kind, receipt FROM unnest(
            \(receipts.map(\.messageId)), \(receipts.map(\.kind.rawValue)), \(receipts.map { JSONB($0.json) })
        ) AS u(message_id, kind, receipt)
        ON CONFLICT DO NOTHING
        """
    }

    /// Takes out receipts whose message is on record by now.
    static func takingWaiting(_ limit: Int) -> PostgresQuery {
        """
        DELETE FROM waiting_receipts WHERE (provider, message_id, kind) IN (
            SELECT w.provider, w.message_id, w.kind FROM waiting_receipts w
            WHERE EXISTS (SELECT FROM provider_messages m
                WHERE m.provider = w.provider AND m.message_id = w.message_id)
            ORDER BY w.received_at LIMIT \(limit) FOR UPDATE SKIP LOCKED)
        RETURNING provider, message_id, receipt
        """
    }
}

/// A receipt that was kept until its message is known.
struct WaitingReceipt {
    var provider: String
    var receipt: Receipt

    init(_ row: PostgresRow) throws {
        provider = try row.get("provider")
        let json = try row.get("receipt", as: JSONB.self).json
        guard let receipt = Receipt(json: json, messageId: try row.get("message_id")) else {
            throw PostgresError.decoding(column: "receipt", expected: "a receipt")
        }
        self.receipt = receipt
    }
}
