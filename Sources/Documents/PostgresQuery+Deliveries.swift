import Foundation
import Notifications
import Postgres

// Every way here to a delivery goes by its whole key in any plan. Plans are made once, and perhaps while the table is
// empty: then going through all of it looks as cheap as a look-up, and stays the plan when a million rows are there.

extension PostgresQuery.StringInterpolation {
    /// That delivery `d` is the one that a row names by `route` and `id`. As two plain equations this could also be met by
    /// walking the key's index from end to end.
    mutating func appendInterpolation(deliveryOf row: StaticString) {
        appendLiteral("d.route = ANY(ARRAY[\(row).route]) AND d.notification_id = \(row).id")
    }

    /// The deliveries of a route among `ids`, as `d`, each looked up by itself.
    /// - Parameter clause: what else is asked of a delivery, and how it is locked.
    mutating func appendInterpolation(deliveriesOn route: Route, _ ids: [UUID], _ clause: StaticString = "OFFSET 0") {
        appendLiteral("unnest(")
        appendInterpolation(ids)
        appendLiteral(") AS wanted(id) CROSS JOIN LATERAL (SELECT ctid, * FROM deliveries WHERE route = ")
        appendInterpolation(route.rawValue)
        appendLiteral(" AND notification_id = wanted.id \(clause)) d")
    }
}
