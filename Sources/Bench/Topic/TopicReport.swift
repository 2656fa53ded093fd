public import Notifications

/// What `belfry bench topic` found.
public struct TopicReport: BenchmarkReport {
    /// What became of one broadcast.
    struct Outcome: Sendable {
        /// From the request to its 202.
        var acceptMs = 0.0
        /// From the acceptance to the last page.
        var expandedIn = 0.0
        /// From the acceptance to the last delivery.
        var deliveredIn = 0.0
        /// From the request to cancel to its answer; nil where none was made.
        var cancelMs: Double?
        var broadcast: JSON = .null
        /// Documents, by how they ended.
        var statuses: [String: Int] = [:]
        /// Calls of the provider for it, and beyond the first of a notification.
        var sends = 0
        var duplicated = 0

        func count(_ name: String) -> Int { broadcast[name]?.int ?? 0 }

        var skipped: Int { broadcast["skipped"]?.object?.members.compactMap(\.value.int).reduce(0, +) ?? 0 }

        /// Whether every subscriber that was read is accounted for, and everything that was sent is said to be.
        var addsUp: Bool {
            let (sent, cancelled) = (statuses["sent", default: 0], statuses["cancelled", default: 0])
            return sent + cancelled + skipped == count("expanded") && sends == sent && duplicated == 0
                && cancelled >= count("cancelled")
        }
    }

    let subscribers: Int
    /// A second, 1,000 in a call, one call after the other.
    var subscribedPerSecond = 0.0
    var whole = Outcome()
    var cancelled = Outcome()

    init(subscribers: Int) { self.subscribers = subscribers }

    public var isClean: Bool {
        whole.addsUp && cancelled.addsUp && whole.count("expanded") == subscribers && whole.count("cancelled") == 0
    }

    public var json: JSON {
        [
            "subscribers": JSON(subscribers), "subscribedPerSecond": .figure(subscribedPerSecond, 0),
            "whole": whole.json, "cancelled": cancelled.json, "isClean": .bool(isClean),
        ]
    }

    /// For reading.
    public var table: String {
        let rows =
            [("", "to the end", "cancelled halfway")]
            + zip(whole.rows, cancelled.rows).map { whole, cancelled in
                (whole.name, whole.value, cancelled.value)
            }
        return rows.map { name, whole, cancelled in
            pad(name, 48, left: true) + pad(whole, 22) + pad(cancelled, 22)
        }.joined(separator: "\n") + """


            \(subscribers) subscribers, of whom every hundredth is not a known user; subscribed at \
            \(fixed(subscribedPerSecond, 0)) a second. Everything adds up: \(isClean ? "yes" : "NO").
            """
    }
}

extension TopicReport.Outcome {
    fileprivate var expandedPerSecond: Double { Double(count("expanded")) / max(expandedIn, 0.001) }
    fileprivate var deliveredPerSecond: Double { Double(sends) / max(deliveredIn, 0.001) }

    fileprivate var json: JSON {
        [
            "acceptMs": .figure(acceptMs, 1), "expandedIn": .figure(expandedIn, 2),
            "expandedPerSecond": .figure(expandedPerSecond, 0), "deliveredIn": .figure(deliveredIn, 2),
            "deliveredPerSecond": .figure(deliveredPerSecond, 0), "cancelMs": .figure(cancelMs, 0),
            "sends": JSON(sends), "duplicated": JSON(duplicated),
            "statuses": .object(JSONObject(statuses.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })),
            "broadcast": broadcast,
        ]
    }

    fileprivate var rows: [(name: String, value: String)] {
        [
            ("answer, ms", fixed(acceptMs, 1)),
            ("subscribers read", "\(count("expanded"))"),
            ("… a second", fixed(expandedPerSecond, 0)),
            ("notifications made / subscribers skipped", "\(count("notifications")) / \(skipped)"),
            ("until the last page, s", fixed(expandedIn, 1)),
            ("until the last delivery, s", fixed(deliveredIn, 1)),
            ("delivered a second", fixed(deliveredPerSecond, 0)),
            ("answer to the cancelling, ms", fixed(cancelMs, 0)),
            (
                "documents sent / cancelled",
                "\(statuses["sent", default: 0]) / \(statuses["cancelled", default: 0])"
            ),
            ("sent twice", "\(duplicated)"),
        ]
    }
}
