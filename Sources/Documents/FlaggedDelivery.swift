import Foundation
import Notifications
import Postgres

/// An open delivery that was flagged as cancelled, as a worker would see it.
struct FlaggedDelivery {
    var permit: Permit
    /// Those of the document.
    var channels: [NotificationChannel]
    /// Nil where it was the caller's word.
    private var failure: DeliveryFailure?
    private var at: Date

    /// Nil for a route that a newer version knows, which is left to it.
    init?(_ row: PostgresRow) throws {
        guard let route = Route(rawValue: try row.get("route")) else { return nil }
        permit = try Permit(row, on: route)
        channels = Array(ChannelState.read(try row.get("channels", as: JSONB.self).json).keys)
        failure = try DeliveryFailure(collapsed: row)
        at = try row.get("at")
    }

    var isInFlight: Bool { permit.fence != nil }

    /// How it ends without having been sent.
    var record: AttemptRecord {
        let result = RouteResult(permit, over: .cancelled, failure, at: at)
        return AttemptRecord(
            permit: permit, decision: .settle(result.standing.status, deadLetter: false), result: result, outcome: nil)
    }

    /// Selects what is needed to make one of each row of `flagged`.
    static let selection = {
        let query: PostgresQuery = """
            SELECT f.*, now() AS at, n.tenant, n.user_id, n.created_at, n.content, n.channels, r.profile,
                \(devicesOf: "n") AS devices
            FROM flagged f JOIN notifications n ON n.id = f.notification_id
            LEFT JOIN recipients r ON r.tenant = n.tenant AND r.user_id = n.user_id
            """
        return query.sql
    }()
}
