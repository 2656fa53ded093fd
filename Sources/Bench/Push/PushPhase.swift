import Foundation

/// One stretch of pushes, and what became of them.
struct PushPhase {
    /// What a document says in the end.
    struct Document: Sendable {
        var id: UUID
        /// That the push was sent to each of its devices.
        var isSent: Bool
        /// The `apns-id` of each device that has one.
        var apnsIds: [UUID]
    }

    /// Of each push, and when it was accepted.
    var accepted: [UUID: Date]
    /// Of all devices that were posted.
    var tokens: Set<String>
    var sends: [PushLedger.Send]
    var documents: [Document]

    /// From the first request to the last answer.
    var sendsPerSecond: Double {
        guard let first = sends.map(\.receivedAt).min(), let last = sends.map(\.answeredAt).max(), last > first
        else { return 0 }
        return Double(sends.count) / last.timeIntervalSince(first)
    }

    /// From when the stand-in had a request to its answer.
    var serviceMs: Percentiles? {
        Percentiles(sends.map { $0.answeredAt.timeIntervalSince($0.receivedAt) * 1000 })
    }

    /// From when a push was accepted to the answer for its last device; 0 where that came first.
    var lastDeviceMs: Percentiles? {
        let answers = Dictionary(sends.map { ($0.id, $0.answeredAt) }, uniquingKeysWith: { max($0, $1) })
        return Percentiles(
            documents.compactMap { document in
                guard let start = accepted[document.id], let end = document.apnsIds.compactMap({ answers[$0] }).max()
                else { return nil }
                return max(0, end.timeIntervalSince(start) * 1000)
            })
    }

    /// Those that carried a request.
    var connections: Int { Set(sends.map(\.connection)).count }
    /// Requests under way at once on one connection, at most.
    var mostStreams: Int { sends.map(\.streams).max() ?? 0 }

    /// Devices that were sent nothing.
    var lost: Int { tokens.subtracting(sends.map(\.token)).count }
    /// Requests beyond the first for a device.
    var duplicated: Int { sends.count - Set(sends.map(\.token)).count }
    /// Pushes whose document does not say that they were sent, each device by a request that was answered.
    var unsaid: Int {
        let answered = Set(sends.map(\.id))
        return accepted.count - documents.count { $0.isSent && answered.isSuperset(of: $0.apnsIds) }
    }
}
