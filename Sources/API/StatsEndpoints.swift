import Documents
import Foundation
import Hummingbird
import Notifications

/// How much was accepted, and what became of it.
struct StatsEndpoints: Sendable {
    let stats: Stats
    let clock: ServerClock

    var all: [Endpoint] { [Endpoint(.get, "/v1/stats", .read, use: totals)] }

    private func totals(_ call: Call) async throws -> Response {
        let filter = try filter(call)
        let figures = try await stats.figures(filter, tenant: call.tenant)
        var (items, total) = ([(at: Date, sums: StatsSums)](), StatsSums())
        for figure in figures {
            if items.last?.at != figure.at { items.append((figure.at, StatsSums())) }
            items[items.count - 1].sums.add(figure)
            total.add(figure)
        }
        let list = items.map { item in
            JSON.object(JSONObject([("at", JSON(item.at))] + item.sums.members))
        }
        return Response(json: [
            "from": JSON(filter.time.lowerBound), "to": JSON(filter.time.upperBound),
            "by": .string(filter.span.rawValue), "countedUntil": JSON(try await stats.countedUntil()),
            "items": .array(list), "total": .object(JSONObject(total.members)),
        ])
    }

    /// Reads `from`, `to`, `by`, `channel` and `type`. Times are cut down to whole spans; where nobody
    /// says until when, the present one is shown too.
    private func filter(_ call: Call) throws -> Stats.Filter {
        let span = try call.queryWord("by", among: Stats.Span.allCases) ?? .hour
        let end = try call.queryDate("to") ?? clock.now.addingTimeInterval(span.length)
        let start = try call.queryDate("from") ?? end.addingTimeInterval(-span.usual)
        let time = (span.floor(start), span.floor(end))
        guard time.0 < time.1 else { throw Problem.invalid("from", .invalid, "must be before `to`") }
        guard time.1.timeIntervalSince(time.0) <= span.longest else {
            throw Problem.invalid("from", .invalid, "must be at most \(Int(span.longest / 86400)) days before `to`")
        }
        var filter = Stats.Filter(time: time.0..<time.1, span: span)
        filter.channel = try call.queryWord("channel", among: NotificationChannel.allCases)
        filter.type = try call.queryWord("type", among: NotificationType.allCases)
        return filter
    }
}

extension Stats.Span {
    fileprivate var length: TimeInterval { self == .hour ? 3600 : 86400 }
    /// What is shown where nobody says from when.
    fileprivate var usual: TimeInterval { self == .hour ? 86400 : 30 * 86400 }
    fileprivate var longest: TimeInterval { self == .hour ? 31 * 86400 : 366 * 86400 }

    fileprivate func floor(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 / length).rounded(.down) * length)
    }
}

/// Figures of one span, or of all.
private struct StatsSums {
    /// In the order in which they are shown.
    private static let statuses = ["accepted"] + DeliveryStatus.allCases.map(\.rawValue)

    private var notifications = 0
    private var channels: [NotificationChannel: [String: Int]] = [:]

    mutating func add(_ figure: Stats.Figure) {
        if let channel = figure.channel {
            channels[channel, default: [:]][figure.status, default: 0] += figure.count
        } else {
            notifications += figure.count
        }
    }

    var members: [(String, JSON)] {
        let shown = NotificationChannel.allCases.compactMap { channel -> (String, JSON)? in
            guard let counts = channels[channel] else { return nil }
            let members = StatsSums.statuses.compactMap { status in counts[status].map { (status, JSON($0)) } }
            return (channel.rawValue, .object(JSONObject(members)))
        }
        return [("notifications", JSON(notifications)), ("channels", .object(JSONObject(shown)))]
    }
}
