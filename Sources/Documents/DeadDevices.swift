import Foundation
import Notifications
import Postgres

/// Removes devices that providers called dead, and says which of them it did remove.
struct DeadDevices {
    fileprivate struct Entry {
        var place: Int
        var record: AttemptRecord
        var device: Device
        var verdict: DeadDevice
    }

    private let entries: [Entry]

    /// - Parameter places: of the records that count.
    init(_ records: [AttemptRecord], at places: [Int]) {
        entries = places.flatMap { place in
            let record = records[place]
            return record.deadDevices.compactMap { verdict in
                record.permit.recipient.devices.first { $0.id == verdict.id }.map {
                    Entry(place: place, record: record, device: $0, verdict: verdict)
                }
            }
        }
        // In one order, so that two workers never wait for each other in a ring.
        .sorted { $0.key < $1.key }
    }

    /// - Returns: the events of those that are gone, by the place of their record; the status is the merge's to say.
    func remove(on connection: PostgresConnection) async throws -> [Int: [StatusEvent]] {
        if entries.isEmpty { return [:] }
        // Only as they were when they were sent to: one that came back, with a new token or the same, stays.
        let rows = try await connection.query(
            """
            DELETE FROM devices d
            USING unnest(
                \(entries.map(\.record.permit.tenant)), \(entries.map { $0.record.permit.userId ?? "" }),
                \(entries.map(\.device.id)), \(entries.map { JSONB($0.device.json) }),
                \(entries.map(\.registeredBefore))
            ) WITH ORDINALITY AS u(tenant, user_id, device_id, device, before, place)
            WHERE d.tenant = u.tenant AND d.user_id = u.user_id AND d.device_id = u.device_id AND d.device = u.device
                AND d.last_seen_at <= u.before
            RETURNING u.place
            """)
        let gone = try rows.map { entries[Int(try $0.get(0, as: Int64.self)) - 1] }
        return Dictionary(grouping: gone, by: \.place).mapValues { $0.map(\.event) }
    }
}

extension DeadDevices.Entry {
    fileprivate var key: (String, String, String) { (record.permit.tenant, record.permit.userId ?? "", device.id) }

    /// What was registered later is not what the provider spoke of.
    fileprivate var registeredBefore: Date { min(verdict.since ?? .distantFuture, record.permit.grantedAt) }

    fileprivate var event: StatusEvent {
        StatusEvent(
            notificationId: record.permit.notificationId, tenant: record.permit.tenant, userId: record.permit.userId,
            channel: .push, route: record.permit.route, status: "", outcome: "deviceRemoved",
            attempt: record.permit.attempt, provider: record.result.provider, device: device.id,
            failure: verdict.reason, at: record.result.at)
    }
}
